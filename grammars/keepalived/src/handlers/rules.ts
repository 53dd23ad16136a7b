import { readUnsigned, readC } from '../process/arguments.ts';
import type { Call } from '../process/call.ts';
import type { Value } from '../stream/logical.ts';
import { INT, UINT } from './arguments.ts';
import { isEntry, isRealms, isTable, readType, RoutingLine, trackGroup } from './routing.ts';

/** RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT. */
const ACTIONS: ReadonlySet<number> = new Set([6, 7, 8]);
/** RTPROT_KEEPALIVED. */
const OWN_PROTOCOL = 18;

class Rule extends RoutingLine {
  action: 'table' | 'goto' | 'other' | undefined;
  device = false;
  noTrack = false;
  protocol: Value | undefined;
  group: Value | undefined;
  preference: number | undefined;
  target: number | undefined;
  /** An option that only a rule with a table has. */
  tableOption: Value | undefined;

  constructor(call: Call, words: readonly Value[]) {
    super(call, words, 'rule');
  }

  act(action: Rule['action'], word: Value): void {
    if (this.action !== undefined)
      this.drop(
        word,
        'a rule has one of table, goto, nop, blackhole, prohibit, unreachable and l3mdev',
        'vrrp/incompatible-statements',
      );
    this.action = action;
  }
}

type Option = (rule: Rule, word: Value) => void;

const valued =
  (use: (rule: Rule, value: Value, word: Value) => void): Option =>
  (rule, word) => {
    const value = rule.next();
    if (value !== undefined) use(rule, value, word);
  };

const network = valued((rule, value) => {
  const read = rule.network(value);
  if (read !== undefined) rule.setFamily(read.family, value);
});

const table = valued((rule, value, word) => {
  if (!isTable(value.text)) return rule.drop(value, `${value.text} is no routing table`);
  if (readC(value.text) % 2 ** 32 === 0) return rule.drop(value, 'there is no routing table 0');
  rule.act('table', word);
});

const preference = valued((rule, value) => {
  // An empty word is 0 for strtoul().
  const number = value.text === '' ? 0 : readC(value.text);
  if (!(number <= UINT) || /^[ \t]*-/.test(value.text))
    return rule.drop(value, `${value.text} is not a whole number from 0 to ${UINT}`, 'vrrp/value-out-of-range');
  rule.preference = number;
});

const service = valued((rule, value) => {
  if (!isEntry(value.text)) rule.drop(value, `${value.text} is no type of service`);
});

const mark = valued((rule, value) => {
  const [of = '', mask] = value.text.split(/\/(.*)/s);
  // Nothing before or behind the / is read as 0.
  const isMark = (text: string): boolean => text === '' || (readC(text) <= UINT && !/^[ \t]*-/.test(text));
  if (!isMark(of) || (mask !== undefined && !isMark(mask)))
    rule.drop(value, `${value.text} is no fwmark: a number, or two with a / between them`);
});

const realms = valued((rule, value, word) => {
  if (!isRealms(value.text)) return rule.drop(value, `${value.text} is no realms`);
  rule.tableOption = word;
  if (rule.family === 'ipv6') return rule.drop(word, 'realms is for IPv4 only');
  rule.family = 'ipv4';
});

const prefixLength = valued((rule, value, word) => {
  if (rule.number(value, 0, INT) !== undefined) rule.tableOption = word;
});

const interfaceGroup = valued((rule, value, word) => {
  if (isEntry(value.text, INT)) rule.tableOption = word;
  else rule.drop(value, `${value.text} is no group of interfaces`);
});

const portRange = valued((rule, value) => {
  // A single port is refused: sscanf() must find two (vrrp_iprule.c).
  if (!/^\s*[-+]?\d+-\s*[-+]?\d+/.test(value.text))
    rule.say(value, `${value.text} is no range of ports: write 80-80 for one port`);
});

const OPTIONS: ReadonlyMap<string, Option> = new Map<string, Option>([
  ['inet', (rule, word) => rule.familyWord(word)],
  ['inet6', (rule, word) => rule.familyWord(word)],
  ['from', network],
  ['to', network],
  ['table', table],
  ['lookup', table],
  ['not', () => undefined],
  ['preference', preference],
  ['order', preference],
  ['priority', preference],
  ['tos', service],
  ['dsfield', service],
  ['fwmark', mark],
  ['realms', realms],
  ['suppress_prefixlength', prefixLength],
  ['sup_pl', prefixLength],
  ['suppress_ifgroup', interfaceGroup],
  ['sup_group', interfaceGroup],
  ...['dev', 'iif'].map((word): [string, Option] => [
    word,
    valued((rule) => {
      rule.device = true;
    }),
  ]),
  ['oif', valued(() => undefined)],
  ['tunnel-id', valued((rule, value) => void rule.number(value, 0, 2 ** 64))],
  [
    'uidrange',
    valued((rule, value) => {
      if (!/^\s*[-+]?\d+-\s*[-+]?\d+/.test(value.text))
        rule.drop(value, `${value.text} is no range of users: 1000-1999`);
    }),
  ],
  ['l3mdev', (rule, word) => rule.act('table', word)],
  [
    'protocol',
    valued((rule, value) => {
      if (readUnsigned(value.text, 0, 255) === undefined)
        rule.say(value, `${value.text} is not a whole number from 0 to 255`, 'vrrp/value-out-of-range');
      else rule.protocol = value;
    }),
  ],
  [
    'ipproto',
    valued((rule, value) => {
      const number = /^\s*\d+$/.test(value.text) ? Number(value.text) : 0;
      if (number > 127 || /^\s*(?:-|$)/.test(value.text)) rule.say(value, `${value.text} is no protocol`);
    }),
  ],
  ['sport', portRange],
  ['dport', portRange],
  [
    'no_track',
    (rule) => {
      rule.noTrack = true;
    },
  ],
]);

/** What to do with a packet: goto, nop or a type of route. */
function action(rule: Rule, first: Value): void {
  const word = first.text === 'type' ? rule.next() : first;
  if (word === undefined) return;
  if (word.text === 'goto') {
    const value = rule.next();
    if (value === undefined) return;
    rule.target = rule.number(value, 0, UINT);
    if (!rule.dropped) rule.act('goto', word);
    return;
  }
  const type = readType(word.text);
  if (word.text !== 'nop' && type === undefined) return rule.drop(word, `${word.text} is no option of a rule`);
  if (type !== undefined && !ACTIONS.has(type)) return rule.drop(word, `${word.text} is no action of a rule`);
  rule.act('other', word);
}

/** A line of static_rules or virtual_rules (vrrp_iprule.c alloc_rule). */
export function ruleLine(call: Call, words: readonly Value[], isStatic: boolean): void {
  const rule = new Rule(call, words);
  for (let word = rule.word; word !== undefined; word = rule.word) {
    if (isStatic && word.text === 'track_group') {
      const value = rule.next();
      if (value === undefined) return;
      if (rule.group !== undefined) {
        rule.say(value, 'track_group stands twice', 'vrrp/repeated-statement', 'keepalived passes over the rest.');
        break;
      }
      if (call.state.trackGroups.has(value.text)) rule.group = value;
      trackGroup(rule, value);
    } else (OPTIONS.get(word.text) ?? action)(rule, word);
    if (rule.dropped) return;
    rule.index++;
  }
  finish(rule);
}

function finish(rule: Rule): void {
  const [first] = rule.words as [Value];
  if (rule.target !== undefined) {
    if (rule.preference === undefined) return rule.drop(first, 'goto needs a preference', 'vrrp/missing-argument');
    if (rule.preference >= rule.target)
      return rule.drop(first, `goto ${rule.target} leads back: the preference is ${rule.preference}`);
  }
  if (rule.action === undefined)
    return rule.drop(first, 'a rule needs an action, such as table', 'vrrp/missing-argument');
  if (rule.action !== 'table' && rule.tableOption !== undefined)
    return rule.drop(rule.tableOption, `${rule.tableOption.text} needs a table`, 'vrrp/incompatible-statements');
  const { protocol } = rule;
  if (!rule.noTrack && protocol !== undefined && Number(protocol.text) !== OWN_PROTOCOL)
    rule.say(
      protocol,
      `protocol ${protocol.text} needs no_track`,
      'vrrp/incompatible-statements',
      'keepalived takes its own protocol, by which it knows its rules.',
    );
  if (rule.group !== undefined && !rule.device)
    rule.say(rule.group, 'track_group needs dev', 'vrrp/incompatible-statements');
  if (rule.preference === undefined)
    rule.call.messages.complain('vrrp/missing-argument', first.at, 'the rule has no preference: keepalived picks one', {
      help: 'Write preference N; rules of several hosts and restarts are compared by it.',
    });
}
