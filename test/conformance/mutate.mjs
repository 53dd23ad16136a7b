// Small mistakes put into configurations that the daemon accepts. Each operator gets the lines and a random source and gives the new
// lines with the line that is wrong now, or undefined where it does not apply. What the daemon makes of it is asked, never assumed.

/** Small deterministic generator: Lehmer, 31 bits. */
export function randomOf(seed) {
  let state = (seed * 48271) % 2147483647 || 1;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

const SECTIONS =
  /^(?:global|defaults|frontend|backend|listen|peers|resolvers|mailers|userlist|cache|ring|http-errors|fcgi-app|program|log-forward|log-profile|crt-store|traces|acme)\b/;

/** Kind of section of each line; '' before the first, undefined for blank lines and comments. */
function kindsOf(lines) {
  let kind = '';
  return lines.map((line) => {
    const text = line.trim();
    const head = SECTIONS.exec(text)?.[0];
    if (head !== undefined) kind = head;
    return text === '' || text.startsWith('#') ? undefined : head === undefined ? kind : `${kind} head`;
  });
}

const PROXIES = /^(?:frontend|backend|listen|defaults)$/;

/** Picks a line for which `fits(words, kind, line)` holds and replaces it by what `change` makes of it. */
function onLine(fits, change) {
  return (lines, random) => {
    const kinds = kindsOf(lines);
    const found = lines
      .map((_, i) => i)
      .filter((i) => kinds[i] !== undefined && fits(lines[i].trim().split(/\s+/), kinds[i], lines[i]));
    if (found.length === 0) return undefined;
    const at = found[random(found.length)];
    const indent = /^\s*/.exec(lines[at])[0];
    const made = change(lines[at].trim().split(/\s+/), random, lines[at]);
    if (made === undefined) return undefined;
    const changed = (Array.isArray(made[0]) ? made : [made]).map((words) => indent + words.join(' '));
    return { lines: [...lines.slice(0, at), ...changed, ...lines.slice(at + 1)], line: at + changed.length };
  };
}

const body = (_, kind) => !kind.endsWith('head') && kind !== '';
const inProxy = (words, kind) => PROXIES.test(kind) && words.length > 0;
const starts =
  (...keywords) =>
  (words, kind) =>
    inProxy(words, kind) && keywords.includes(words[0]);
const plain = (words) => !/["'\\]/.test(words.join(' '));
export const swap = (words, i, word) => [...words.slice(0, i), word, ...words.slice(i + 1)];
export const typo = (word, random) => {
  const at = random(word.length);
  return random(2) === 0 && word.length > 2
    ? word.slice(0, at) + word.slice(at + 1)
    : `${word.slice(0, at)}x${word.slice(at)}`;
};

/** Puts a line behind the head of a random section of one of the kinds. */
function insert(kinds, make) {
  return (lines, random) => {
    const heads = kindsOf(lines)
      .map((kind, i) => ({ kind, i }))
      .filter(({ kind }) => kind?.endsWith(' head') && kinds.includes(kind.slice(0, -5)));
    if (heads.length === 0) return undefined;
    const at = heads[random(heads.length)].i + 1;
    const text = make(lines, random);
    return { lines: [...lines.slice(0, at), `    ${text}`, ...lines.slice(at)], line: at + 1 };
  };
}

/** Appends a copy of a section under a head that `change` makes; undefined where no section fits. */
function copySection(kinds, change) {
  return (lines, random) => {
    const all = kindsOf(lines);
    const heads = all
      .map((kind, i) => ({ kind, i }))
      .filter(({ kind }) => kind?.endsWith(' head') && kinds.includes(kind.slice(0, -5)));
    if (heads.length === 0) return undefined;
    const from = heads[random(heads.length)].i;
    const to = all.findIndex((kind, i) => i > from && kind?.endsWith(' head'));
    const copy = lines.slice(from, to < 0 ? lines.length : to).filter((line) => !/^\s*(?:bind|id|guid)\s/.test(line));
    const made = change(copy[0]);
    return { lines: [...lines, made, ...copy.slice(1)], line: lines.length + 1 };
  };
}

const numeric = (words) => words.some((word, i) => i > 0 && /^\d+$/.test(word));
const onNumber = (make) => (words, random) => {
  const at = words.map((_, i) => i).filter((i) => i > 0 && /^\d+$/.test(words[i]));
  const i = at[random(at.length)];
  return swap(words, i, make(words[i]));
};

export const OPERATORS = {
  'keyword-typo': onLine(
    (words, kind) => body(words, kind) && words[0].length > 2,
    (words, random) => swap(words, 0, typo(words[0], random)),
  ),
  'second-word-typo': onLine(
    (words, kind) =>
      body(words, kind) &&
      /^(?:option|timeout|http-request|http-response|tcp-request|stats|balance|mode|stick|cookie|compression|http-check|tcp-check)$/.test(
        words[0],
      ) &&
      words.length > 1 &&
      words[1].length > 2,
    (words, random) => swap(words, 1, typo(words[1], random)),
  ),
  'section-typo': onLine(
    (_, kind) => kind.endsWith('head'),
    (words, random) => swap(words, 0, typo(words[0], random)),
  ),
  'time-unit': onLine(
    (words, kind) => inProxy(words, kind) && words[0] === 'timeout' && words.length === 3,
    (words) => swap(words, 2, `${words[2].replace(/[a-z]+$/, '')}y`),
  ),
  'time-fraction': onLine(starts('timeout'), (words) =>
    words.length < 3 ? undefined : swap(words, 2, `1.5${words[2].replace(/^\d+/, '') || 's'}`),
  ),
  'time-overflow': onLine(starts('timeout'), (words) =>
    words.length < 3 ? undefined : swap(words, 2, '999999999999s'),
  ),
  'port-range': onLine(
    (words, kind) =>
      inProxy(words, kind) &&
      /^(?:bind|server)$/.test(words[0]) &&
      /:\d+$/.test(words[words[0] === 'bind' ? 1 : 2] ?? ''),
    (words) => swap(words, words[0] === 'bind' ? 1 : 2, words[words[0] === 'bind' ? 1 : 2].replace(/\d+$/, '70001')),
  ),
  'port-missing': onLine(
    (words, kind) => inProxy(words, kind) && words[0] === 'bind' && /:\d+$/.test(words[1] ?? ''),
    (words) => swap(words, 1, words[1].replace(/:\d+$/, '')),
  ),
  octet: onLine(
    (words, kind) =>
      inProxy(words, kind) && /^(?:bind|server)$/.test(words[0]) && /\d+\.\d+\.\d+\.\d+/.test(words.join(' ')),
    (words) => words.map((word) => word.replace(/^(\d+\.\d+\.\d+\.)\d+/, '$1999')),
  ),
  'duplicate-server': onLine(
    (words, kind) => inProxy(words, kind) && words[0] === 'server' && words.length > 2,
    (words) => [words, words],
  ),
  'duplicate-proxy': copySection(['frontend', 'backend', 'listen'], (head) => head),
  'missing-backend': onLine(starts('default_backend', 'use_backend'), (words) =>
    words.length < 2 || words[1].includes('%[') ? undefined : swap(words, 1, 'no_such_backend'),
  ),
  'missing-acl': onLine(
    (words, kind) => inProxy(words, kind) && / (?:if|unless) [^{]/.test(words.join(' ')) && plain(words),
    (words) => {
      const at = words.findIndex((word) => word === 'if' || word === 'unless');
      return swap(words, at + 1, 'no_such_acl');
    },
  ),
  'unknown-fetch': onLine(starts('acl'), (words) => (words.length < 3 ? undefined : swap(words, 2, 'no_such_fetch'))),
  'wrong-phase': insert(['frontend', 'listen'], () => 'http-request set-header X-Late %[res.hdr(x)]'),
  'wrong-phase-acl': insert(['frontend', 'listen', 'backend'], () => 'http-request deny if { res.hdr(x) -m found }'),
  'bad-mode': onLine(starts('mode'), (words) => swap(words, 1, 'htpp')),
  'bad-option': onLine(starts('option'), (words, random) =>
    words.length < 2 ? undefined : swap(words, 1, typo(words[1], random)),
  ),
  'bad-server-option': onLine(
    (words, kind) => inProxy(words, kind) && words[0] === 'server' && words.length > 2,
    (words) => [...words, 'chekc'],
  ),
  'bad-bind-option': onLine(
    (words, kind) => inProxy(words, kind) && words[0] === 'bind' && words.length > 1,
    (words) => [...words, 'sll'],
  ),
  'option-argument-lost': onLine(
    (words, kind) =>
      inProxy(words, kind) &&
      words[0] === 'server' &&
      /^(?:inter|rise|fall|weight|maxconn|cookie|port|fastinter)$/.test(words[words.length - 2] ?? ''),
    (words) => words.slice(0, -1),
  ),
  'open-quote': onLine(
    (words, kind) => body(words, kind) && words.length > 1 && plain(words),
    (words) => swap(words, words.length - 1, `"${words[words.length - 1]}`),
  ),
  'server-in-frontend': insert(['frontend', 'defaults'], () => 'server s1 127.0.0.1:80'),
  'bind-in-backend': insert(['backend', 'defaults'], () => 'bind :8765'),
  'use-backend-in-backend': insert(['backend', 'defaults'], () => 'use_backend x if TRUE'),
  'no-final-newline': (lines) => ({ lines, line: lines.length, cut: true }),
  'extra-argument': onLine(
    (words, kind) =>
      body(words, kind) &&
      /^(?:maxconn|mode|retries|timeout|default_backend|daemon|nbthread|user|group|chroot|pidfile|fullconn|log-tag|monitor-uri|balance|hash-type|option)$/.test(
        words[0],
      ),
    (words) => [...words, 'extra'],
  ),
  'number-huge': onLine(
    (words, kind) => body(words, kind) && numeric(words),
    onNumber(() => '99999999999'),
  ),
  'number-negative': onLine(
    (words, kind) => body(words, kind) && numeric(words),
    onNumber((word) => `-${word}`),
  ),
  'number-word': onLine(
    (words, kind) => body(words, kind) && numeric(words),
    onNumber(() => 'many'),
  ),
  'last-argument-lost': onLine(
    (words, kind) => body(words, kind) && words.length > 1 && plain(words),
    (words) => words.slice(0, -1),
  ),
  'line-lost': (lines, random) => {
    const kinds = kindsOf(lines);
    const found = lines.map((_, i) => i).filter((i) => kinds[i] !== undefined);
    if (found.length === 0) return undefined;
    const at = found[random(found.length)];
    return { lines: [...lines.slice(0, at), ...lines.slice(at + 1)], line: 0 };
  },
  'if-lost': onLine(
    (words, kind) => inProxy(words, kind) && / (?:if|unless) /.test(words.join(' ')),
    (words) => words.filter((word) => word !== 'if' && word !== 'unless'),
  ),
  'brace-lost': onLine(
    (words, kind) => inProxy(words, kind) && words.includes('}'),
    (words) => words.filter((word) => word !== '}'),
  ),
  'bad-network': onLine(
    (words, kind) => inProxy(words, kind) && /\d\/\d+/.test(words.join(' ')),
    (words) => words.map((word) => word.replace(/^(\d+\.\d+\.\d+\.\d+)\/\d+$/, '$1/77')),
  ),
  'http-option-in-tcp': insert(['frontend', 'backend', 'listen'], () => 'option httpchk GET / HTTP/1.1\\r\\nHost:\\ x'),
  'bad-balance': insert(['backend', 'listen'], () => 'balance leastcon'),
  'table-size': insert(['backend', 'listen'], () => 'stick-table type ip size 1z expire 5m'),
  'table-twice': insert(['backend', 'listen'], () => 'stick-table type ip size 1k expire 5m'),
  'table-type': insert(['backend', 'listen'], () => 'stick-table type strng size 1k'),
  'dangling-track': onLine(
    (words, kind) => inProxy(words, kind) && words[0] === 'server' && words.length > 2,
    (words) => [...words, 'track', 'nowhere/none'],
  ),
  'dangling-resolvers': onLine(
    (words, kind) => inProxy(words, kind) && words[0] === 'server' && words.length > 2 && !words.includes('resolvers'),
    (words) => [...words, 'resolvers', 'nowhere'],
  ),
  'dangling-userlist': insert(
    ['frontend', 'listen', 'backend'],
    () => 'http-request auth unless { http_auth(nowhere) }',
  ),
  'dangling-cache': insert(['frontend', 'listen', 'backend'], () => 'http-request cache-use nowhere'),
  'dangling-peers': insert(['backend', 'listen'], () => 'stick-table type ip size 1k expire 5m peers nowhere'),
  'dangling-errors': insert(['frontend', 'listen', 'backend'], () => 'errorfiles nowhere'),
  'dangling-table': insert(['frontend', 'listen'], () => 'http-request track-sc0 src table nowhere'),
  'unknown-action': insert(['frontend', 'listen', 'backend'], () => 'http-request deney'),
  'unknown-converter': insert(['frontend', 'listen', 'backend'], () => 'http-request set-header X %[src,no_such_conv]'),
  'converter-argument': insert(['frontend', 'listen', 'backend'], () => 'http-request set-header X %[path,field(1)]'),
  'http-to-tcp': (lines, random) => {
    const made = copySection(['backend'], (head) => head)(lines, random);
    if (made === undefined) return undefined;
    const name = made.lines[made.line - 1].trim().split(/\s+/)[1];
    const text = [
      'backend only_tcp',
      '    mode tcp',
      '    server s1 127.0.0.1:80',
      'frontend only_http',
      '    mode http',
      '    bind :8766',
      '    default_backend only_tcp',
    ];
    return name === undefined ? undefined : { lines: [...lines, ...text], line: lines.length + text.length };
  },
  'defaults-missing': onLine(
    (words, kind) => /^(?:frontend|backend|listen) head$/.test(kind) && words.length === 2,
    (words) => [...words, 'from', 'nowhere'],
  ),
  'negated-keyword': onLine(
    (words, kind) => inProxy(words, kind) && /^(?:mode|timeout|balance|server|bind|acl|maxconn)$/.test(words[0]),
    (words) => ['no', ...words],
  ),
  crlf: (lines) => ({ lines: lines.map((line) => `${line}\r`), line: 0 }),
  'byte-order-mark': (lines) => ({ lines: [`\uFEFF${lines[0]}`, ...lines.slice(1)], line: 1 }),
  nul: onLine(
    (words, kind) => body(words, kind) && words.length > 1,
    (words) => [...words.slice(0, -1), `${words[words.length - 1]}\0x`],
  ),
  'many-words': insert(
    ['frontend', 'listen', 'backend'],
    () => `acl many src ${Array.from({ length: 63 }, (_, i) => `10.0.0.${i}`).join(' ')}`,
  ),
  'wrong-section': (lines, random) => {
    const kinds = kindsOf(lines);
    const from = lines.map((_, i) => i).filter((i) => kinds[i] === 'global');
    const heads = lines.map((_, i) => i).filter((i) => /^(?:backend|frontend|listen) head$/.test(kinds[i] ?? ''));
    if (from.length === 0 || heads.length === 0) return undefined;
    const [line, at] = [lines[from[random(from.length)]], heads[random(heads.length)] + 1];
    return { lines: [...lines.slice(0, at), line, ...lines.slice(at)], line: at + 1 };
  },
  'legacy-bind': onLine(
    (_, kind) => kind === 'frontend head' || kind === 'listen head',
    (words) => (words.length === 2 ? [...words, ':8767'] : undefined),
  ),
  'name-sign': onLine(
    (_, kind) => /^(?:frontend|backend|listen) head$/.test(kind),
    (words) => (words.length < 2 ? undefined : swap(words, 1, `${words[1]}!`)),
  ),
};

/** `count` mutants of the texts, every operator in turn: { name, text, operator, line }. */
export function mutantsOf(files, count, seed, operators = OPERATORS) {
  const random = randomOf(seed);
  const names = Object.keys(operators);
  const made = [];
  const seen = new Set();
  for (let tries = 0; made.length < count && tries < count * 20 && files.length > 0; tries++) {
    const operator = names[tries % names.length];
    const { name, text } = files[random(files.length)];
    const lines = text.replace(/\n$/, '').split('\n');
    const result = operators[operator](lines, random);
    if (result === undefined) continue;
    const mutant = result.lines.join('\n') + (result.cut === true ? '' : '\n');
    if (mutant === text || seen.has(mutant)) continue;
    seen.add(mutant);
    made.push({ name: `${name} ~ ${operator}`, text: mutant, operator, line: result.line });
  }
  return made;
}
