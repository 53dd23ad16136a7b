// Small mistakes put into a keepalived.conf about which the daemon says nothing. Operators are as in mutate.mjs: lines and a random source
// in, new lines and the line that is wrong now out. What the daemon makes of it is asked, never assumed.
import { blocksOf } from './keepalived-blocks.mjs';
import { swap, typo } from './mutate.mjs';

const indented = (line, text) => /^\s*/.exec(line)[0] + text;
const spliced = (lines, at, count, ...texts) => [...lines.slice(0, at), ...texts, ...lines.slice(at + count)];

/**
 * Picks a line for which `fits(block, line)` holds and replaces it by what `change(words, random, text, block)` makes of it: a text, or a
 * list of them, the last being the one that is wrong; undefined where it does not apply. `words` are the line's, its braces taken apart.
 */
function onLine(fits, change) {
  return (lines, random) => {
    const blocks = blocksOf(lines);
    const found = lines.map((_, i) => i).filter((i) => blocks[i].words.length > 0 && fits(blocks[i], lines[i]));
    if (found.length === 0) return undefined;
    const at = found[random(found.length)];
    const text = lines[at].trim();
    const made = change(text.split(/\s+/), random, text, blocks[at]);
    if (made === undefined) return undefined;
    const changed = (Array.isArray(made) ? made : [made]).map((each) => indented(lines[at], each));
    return { lines: spliced(lines, at, 1, ...changed), line: at + changed.length };
  };
}

/** Puts a line, or several, behind the head of a random block of one of the kinds. */
function insert(kinds, ...texts) {
  return (lines, random) => {
    const blocks = blocksOf(lines);
    const heads = lines
      .map((_, i) => i)
      .filter((i) => blocks[i].head && /\{\s*$/.test(lines[i]) && kinds.includes(blocks[i].words[0]));
    if (heads.length === 0) return undefined;
    const at = heads[random(heads.length)] + 1;
    return { lines: spliced(lines, at, 0, ...texts.map((text) => `    ${text}`)), line: at + texts.length };
  };
}

/** Takes away a block with its lines; `line` is that of the head of the block around it, which lacks it now. */
function withoutBlock(kinds) {
  return (lines, random) => {
    const blocks = blocksOf(lines);
    const heads = lines.map((_, i) => i).filter((i) => blocks[i].head && kinds.includes(blocks[i].words[0]));
    if (heads.length === 0) return undefined;
    const at = heads[random(heads.length)];
    return { lines: spliced(lines, at, blocks[at].end - at + 1), line: 0 };
  };
}

/** Appends a copy of a block of the top, changed by `change(lines)`. */
function copyBlock(kinds, change = (lines) => lines) {
  return (lines, random) => {
    const blocks = blocksOf(lines);
    const heads = lines
      .map((_, i) => i)
      .filter((i) => blocks[i].head && blocks[i].path.length === 0 && kinds.includes(blocks[i].words[0]));
    if (heads.length === 0) return undefined;
    const at = heads[random(heads.length)];
    const copy = change(lines.slice(at, blocks[at].end + 1));
    return { lines: [...lines, ...copy], line: lines.length + 1 };
  };
}

const statement = ({ head, words }) => !head && words.length > 0;
const keyword =
  (...keywords) =>
  ({ words, head }) =>
    !head && keywords.includes(words[0]);
const within =
  (...blocks) =>
  ({ path, head, words }) =>
    !head && words.length > 0 && blocks.includes(path.at(-1));
const plain = (_, line) => !/["'#!{}]/.test(line);
const both =
  (...tests) =>
  (block, line) =>
    tests.every((test) => test(block, line));
const has = (pattern) => (_, line) => pattern.test(line);
const value =
  (...values) =>
  ([name], random) =>
    `${name} ${values[random(values.length)]}`;
const numeric = both(statement, has(/^\s*\w+\s+-?\d+(?:\.\d+)?\s*$/));
const SERVERS = ['virtual_server', 'real_server'];
const NAMED = ['vrrp_instance', 'vrrp_script', 'vrrp_sync_group', 'virtual_server', 'real_server'];

export const OPERATORS = {
  'keyword-typo': onLine(both(statement, plain), ([word, ...rest], random) => [typo(word, random), ...rest].join(' ')),
  'block-typo': onLine(
    ({ head }) => head,
    ([word, ...rest], random) => [typo(word, random), ...rest].join(' '),
  ),
  'keyword-case': onLine(both(statement, plain), ([word, ...rest], random) =>
    [random(2) === 0 ? word.toUpperCase() : word[0].toUpperCase() + word.slice(1), ...rest].join(' '),
  ),
  'keyword-dash': onLine(both(statement, has(/^\s*\w+_\w+/)), ([word, ...rest]) =>
    [word.replace('_', '-'), ...rest].join(' '),
  ),
  'open-brace-lost': onLine(
    ({ head }, line) => head && /\{\s*$/.test(line),
    (_, random, text) => text.replace(/\s*\{\s*$/, ''),
  ),
  'close-brace-lost': (lines, random) => {
    const found = lines.map((_, i) => i).filter((i) => /^\s*\}\s*$/.test(lines[i]));
    if (found.length === 0) return undefined;
    return { lines: spliced(lines, found[random(found.length)], 1), line: 0 };
  },
  'stray-close-brace': (lines, random) => {
    const at = random(lines.length + 1);
    return { lines: spliced(lines, at, 0, '}'), line: 0 };
  },
  'stray-open-brace': (lines, random) => {
    const at = random(lines.length + 1);
    return { lines: spliced(lines, at, 0, '{'), line: 0 };
  },
  'brace-twice': onLine(
    ({ head }, line) => head && /\{\s*$/.test(line),
    (_, random, text) => `${text} {`,
  ),
  'line-twice': onLine(statement, (_, random, text) => [text, text]),
  'line-lost': (lines, random) => {
    const blocks = blocksOf(lines);
    const found = lines.map((_, i) => i).filter((i) => statement(blocks[i]));
    if (found.length === 0) return undefined;
    return { lines: spliced(lines, found[random(found.length)], 1), line: 0 };
  },
  'line-moved': (lines, random) => {
    const blocks = blocksOf(lines);
    const from = lines.map((_, i) => i).filter((i) => statement(blocks[i]) && !/[{}]/.test(lines[i]));
    if (from.length === 0) return undefined;
    const line = from[random(from.length)];
    const others = lines
      .map((_, i) => i)
      .filter((i) => blocks[i].head && /\{\s*$/.test(lines[i]) && blocks[i].words[0] !== blocks[line].path.at(-1));
    if (others.length === 0) return undefined;
    const to = others[random(others.length)];
    const without = spliced(lines, line, 1);
    const at = to > line ? to : to + 1;
    return { lines: spliced(without, at, 0, lines[line]), line: at + 1 };
  },
  'line-at-top': onLine(
    both(statement, ({ path }) => path.length === 0),
    (_, random, text) => [text, 'priority 100'],
  ),
  'last-argument-lost': onLine(
    ({ words }, line) => words.length > 1 && plain({}, line),
    (words) => words.slice(0, -1).join(' '),
  ),
  'all-arguments-lost': onLine(
    both(statement, ({ words }) => words.length > 1),
    ([word]) => word,
  ),
  'extra-argument': onLine(both(statement, plain), (_, random, text) => `${text} extra`),
  'number-huge': onLine(numeric, value('99999999999', '65536', '256', '1000000')),
  'number-negative': onLine(numeric, ([name, number]) => `${name} -${number.replace(/^-/, '')}`),
  'number-zero': onLine(numeric, value('0')),
  'number-word': onLine(numeric, value('many', 'one')),
  'number-unit': onLine(numeric, ([name, number], random) => `${name} ${number}${['s', 'ms', '%', ','][random(4)]}`),
  'number-fraction': onLine(numeric, ([name, number]) => `${name} ${number.replace(/\..*/, '')}.5`),
  'number-hex': onLine(numeric, value('0x10')),
  'state-unknown': onLine(keyword('state'), value('SLAVE', 'master', 'PRIMARY', 'FAULT')),
  'state-missing-word': onLine(keyword('state'), () => 'state'),
  'priority-range': onLine(keyword('priority'), value('0', '256', '255', '300')),
  'vrid-range': onLine(keyword('virtual_router_id'), value('0', '256', '255', 'abc')),
  'vrid-missing': onLine(keyword('virtual_router_id'), () => '# no id'),
  'interface-missing': onLine(
    both(keyword('interface'), ({ path }) => path.at(-1) === 'vrrp_instance'),
    () => '# no interface',
  ),
  'interface-long': onLine(keyword('interface'), () => 'interface a_very_long_interface_name'),
  'auth-type-unknown': onLine(keyword('auth_type'), value('MD5', 'pass', 'NONE')),
  'auth-pass-long': onLine(keyword('auth_pass'), () => 'auth_pass ninechars'),
  'auth-pass-missing': onLine(keyword('auth_pass'), () => 'auth_pass'),
  'auth-lost': withoutBlock(['authentication']),
  'auth-with-v3': insert(['vrrp_instance'], 'version 3'),
  'advert-int-range': onLine(keyword('advert_int'), value('0', '256', '0.001', '1.5')),
  'addresses-lost': withoutBlock(['virtual_ipaddress']),
  'nopreempt-with-master': (lines, random) => {
    const made = onLine(keyword('state'), () => ['nopreempt', 'state MASTER'])(lines, random);
    return made;
  },
  'preempt-delay-with-master': onLine(keyword('state'), () => ['preempt_delay 30', 'state MASTER']),
  'address-octet': onLine(has(/\d+\.\d+\.\d+\.\d+/), (_, random, text) =>
    text.replace(/(\d+\.\d+\.\d+\.)\d+/, '$1999'),
  ),
  'address-short': onLine(has(/\d+\.\d+\.\d+\.\d+/), (_, random, text) => text.replace(/(\d+\.\d+\.\d+)\.\d+/, '$1')),
  'address-name': onLine(within('virtual_ipaddress', 'unicast_peer'), () => 'vip.example.org'),
  'prefix-long': onLine(within('virtual_ipaddress', 'virtual_routes'), (_, random, text) =>
    text.replace(/(\d+\.\d+\.\d+\.\d+)(?:\/\d+)?/, '$1/33'),
  ),
  'prefix-word': onLine(within('virtual_ipaddress'), (_, random, text) =>
    text.replace(/(\d+\.\d+\.\d+\.\d+)(?:\/\d+)?/, '$1/x'),
  ),
  'address-twice': onLine(within('virtual_ipaddress'), (_, random, text) => [text, text]),
  'address-word-unknown': onLine(within('virtual_ipaddress'), (_, random, text) => `${text} metric 5`),
  'address-dev-missing': onLine(within('virtual_ipaddress'), (_, random, text) => `${text} dev`),
  'address-brd-wrong': onLine(within('virtual_ipaddress'), (_, random, text) => `${text} brd 10.0.0.999`),
  'address-family-mixed': insert(['virtual_ipaddress'], '2001:db8::99/64'),
  'address-label-long': onLine(
    within('virtual_ipaddress'),
    (_, random, text) => `${text} label a_label_that_is_too_long`,
  ),
  'instance-twice': copyBlock(['vrrp_instance']),
  'vrid-twice': copyBlock(['vrrp_instance'], ([head, ...rest]) => [
    head.replace(/(vrrp_instance\s+)[^\s{]+/, '$1COPY'),
    ...rest,
  ]),
  'script-twice': copyBlock(['vrrp_script']),
  'group-twice': copyBlock(['vrrp_sync_group']),
  'virtual-server-twice': copyBlock(['virtual_server']),
  'name-lost': onLine(
    ({ head, words }) => head && NAMED.includes(words[0]) && words.length > 1,
    ([word]) => `${word} {`,
  ),
  'script-undefined': onLine(within('track_script'), () => 'no_such_script'),
  'script-block-lost': withoutBlock(['vrrp_script']),
  'script-tracked-twice': onLine(within('track_script'), (_, random, text) => [text, text]),
  'track-weight-range': onLine(
    within('track_script', 'track_interface'),
    (_, random, text) => `${text.split(/\s+/)[0]} weight 300`,
  ),
  'track-option-unknown': onLine(
    within('track_script', 'track_interface'),
    (_, random, text) => `${text.split(/\s+/)[0]} wieght 3`,
  ),
  'track-weight-lost': onLine(
    within('track_script', 'track_interface'),
    (_, random, text) => `${text.split(/\s+/)[0]} weight`,
  ),
  'track-own-interface': insert(['vrrp_instance'], 'track_interface {', '  eth0', '}'),
  'weight-range': onLine(keyword('weight'), value('254', '-254', '1000', 'high')),
  'rise-fall-range': onLine(keyword('rise', 'fall'), value('0', '-1', '2147483648', 'x')),
  'interval-wrong': onLine(keyword('interval'), value('0', '-5', '2s', '1000001')),
  'script-lost': onLine(
    both(keyword('script'), ({ path }) => path.at(-1) === 'vrrp_script'),
    () => '# no script',
  ),
  'open-quote': onLine(both(statement, has(/^[^"]*\s\S/)), (words) =>
    swap(words, words.length - 1, `"${words.at(-1)}`).join(' '),
  ),
  'close-quote-lost': onLine(has(/"[^"]+"\s*$/), (_, random, text) => text.replace(/"\s*$/, '')),
  'comment-in-the-middle': onLine(
    both(statement, ({ words }) => words.length > 1),
    (words, random) =>
      swap(words, words.length - 1, `${words.at(-1).slice(0, 1 + random(words.at(-1).length))}#x`).join(' '),
  ),
  'value-commented': onLine(
    both(statement, ({ words }) => words.length > 1),
    ([word, ...rest], random) => `${word} ${random(2) === 0 ? '#' : '!'} ${rest.join(' ')}`,
  ),
  'slashes-comment': insert(['vrrp_instance', 'global_defs', 'virtual_server'], '// what follows is ours'),
  'definition-undefined': onLine(numeric, ([name]) => `${name} $NOWHERE`),
  'definition-spaced': (lines) => ({ lines: ['$PRIO = 100', ...lines], line: 1 }),
  'equals-sign': onLine(numeric, ([name, number]) => `${name} = ${number}`),
  semicolon: onLine(both(statement, plain), (_, random, text) => `${text};`),
  'two-on-a-line': onLine(
    keyword('state', 'priority', 'virtual_router_id'),
    (_, random, text) => `${text} advert_int 1`,
  ),
  'boolean-wrong': insert(['global_defs'], 'vrrp_strict maybe'),
  strict: insert(['global_defs'], 'vrrp_strict'),
  'version-wrong': insert(['global_defs'], 'vrrp_version 4'),
  'version-3': insert(['global_defs'], 'vrrp_version 3'),
  'garp-range': insert(['global_defs'], 'vrrp_garp_interval 0'),
  'router-id-missing': insert(['global_defs'], 'router_id'),
  'deprecated-sync-daemon': insert(['vrrp_instance'], 'lvs_sync_daemon_interface eth0'),
  'unicast-peer-wrong': insert(['vrrp_instance'], 'unicast_peer {', '  10.0.0.300', '}'),
  'unicast-peer-empty': insert(['vrrp_instance'], 'unicast_peer {', '}'),
  'unicast-src-wrong': insert(['vrrp_instance'], 'unicast_src_ip 10.0.0'),
  'smtp-server-wrong': insert(['global_defs'], 'smtp_server 10.0.0.300'),
  'group-member-unknown': onLine(within('group'), () => 'NO_SUCH_INSTANCE'),
  'group-of-one': (lines) => {
    const [, name] = /^\s*vrrp_instance\s+([^\s{]+)/m.exec(lines.join('\n')) ?? [];
    if (name === undefined) return undefined;
    return {
      lines: [...lines, 'vrrp_sync_group ALONE {', '  group {', `    ${name}`, '  }', '}'],
      line: lines.length + 1,
    };
  },
  'group-empty': (lines) => ({ lines: [...lines, 'vrrp_sync_group EMPTY {', '}'], line: lines.length + 1 }),
  'scheduler-unknown': onLine(keyword('lb_algo', 'lvs_sched'), ([name]) => `${name} wrrr`),
  'scheduler-missing': onLine(keyword('lb_algo', 'lvs_sched'), () => '# no scheduler'),
  'method-unknown': onLine(
    keyword('lb_kind', 'lvs_method'),
    ([name], random) => `${name} ${['nat', 'DSR', 'ROUTE'][random(3)]}`,
  ),
  'method-missing': onLine(keyword('lb_kind', 'lvs_method'), () => '# no method'),
  'protocol-unknown': onLine(keyword('protocol'), value('tcp', 'ICMP', 'HTTP')),
  'persistence-wrong': insert(['virtual_server'], 'persistence_timeout never'),
  'port-range': onLine(
    ({ head, words }) => head && SERVERS.includes(words[0]) && /^\d+$/.test(words[2] ?? ''),
    (words) => swap(words, 2, '70000').join(' '),
  ),
  'port-lost': onLine(
    ({ head, words }) => head && SERVERS.includes(words[0]) && /^\d+$/.test(words[2] ?? ''),
    (words) => words.filter((_, i) => i !== 2).join(' '),
  ),
  'checker-typo': onLine(
    ({ head, words }) => head && /^(?:TCP_CHECK|HTTP_GET|SSL_GET|MISC_CHECK|SMTP_CHECK|DNS_CHECK)$/.test(words[0]),
    ([word, ...rest], random) => [random(2) === 0 ? word.toLowerCase() : typo(word, random), ...rest].join(' '),
  ),
  'retry-deprecated': insert(['TCP_CHECK', 'HTTP_GET', 'SSL_GET'], 'nb_get_retry 3'),
  crlf: (lines) => ({ lines: lines.map((line) => `${line}\r`), line: 0 }),
  'no-final-newline': (lines) => ({ lines, line: 0, cut: true }),
  'byte-order-mark': (lines) => ({ lines: [`\uFEFF${lines[0]}`, ...lines.slice(1)], line: 1 }),
  'tail-lost': (lines, random) => {
    const keep = 1 + random(lines.length);
    return { lines: lines.slice(0, keep), line: 0 };
  },
};

/** The text with scripts secured, in the first global_defs that spans lines or in one of its own before everything. */
export function secured(text) {
  const statements = '    enable_script_security\n    script_user root\n';
  const inside = text.replace(/^([ \t]*global_defs[ \t]*\{[ \t]*\n)/m, `$1${statements}`);
  return inside === text ? `global_defs {\n${statements}}\n${text}` : inside;
}
