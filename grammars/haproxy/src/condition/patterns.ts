import { isPatternNumber } from '../quantity/index.ts';
import { isBadIpv4, isIpv4 } from '../address/hosts.ts';
import { isIpv6Network, isMask4 } from '../address/network.ts';
import { regexFault } from '../regex.ts';
import type { SampleType } from '../sample/types.ts';

/** How patterns are read: by match method, or by the parser of its own that a few ACL words have. */
export type PatternKind = 'found' | 'bool' | 'int' | 'ip' | 'bin' | 'str' | 'reg' | 'meth' | 'dotted';

interface Method {
  readonly type: SampleType;
  readonly kind: PatternKind;
}

/** Words behind -m (pat_match_names[], pat_match_types[] and pat_parse_fcts[] in src/pattern.c). */
export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['found', { type: 'sint', kind: 'found' }],
  ['bool', { type: 'sint', kind: 'bool' }],
  ['int', { type: 'sint', kind: 'int' }],
  ['ip', { type: 'addr', kind: 'ip' }],
  ['bin', { type: 'bin', kind: 'bin' }],
  ['len', { type: 'str', kind: 'int' }],
  ['str', { type: 'str', kind: 'str' }],
  ['beg', { type: 'str', kind: 'str' }],
  ['sub', { type: 'str', kind: 'str' }],
  ['dir', { type: 'str', kind: 'str' }],
  ['dom', { type: 'str', kind: 'str' }],
  ['end', { type: 'str', kind: 'str' }],
  ['reg', { type: 'str', kind: 'reg' }],
  ['regm', { type: 'str', kind: 'reg' }],
]);

/** How patterns are read when nothing else says it: by the type of the sample. */
export const KIND_OF_TYPE: Readonly<Partial<Record<SampleType, PatternKind>>> = {
  bool: 'bool',
  sint: 'int',
  addr: 'ip',
  ipv4: 'ip',
  ipv6: 'ip',
  str: 'str',
};

const OPERATORS: ReadonlySet<string> = new Set(['eq', 'ne', 'le', 'lt', 'ge', 'gt']);

type Read = (text: string) => bigint | undefined;

const whole: Read = (text) => {
  if (!isPatternNumber(text)) return undefined;
  return text === '-' ? 0n : BigInt(text);
};

/** `3.1` as a number of 16 + 16 bits (strl2llrc_dotted()). */
const dotted: Read = (text) => {
  const [major = '', minor = '0'] = text.includes('.') ? splitOnce(text, '.') : [text];
  const [high, low] = [whole(major), whole(minor)];
  if (high === undefined || low === undefined || high >= 65_536n || low >= 65_536n) return undefined;
  return high * 65_536n + low;
};

function splitOnce(text: string, sign: string): readonly [string, string] {
  const at = text.indexOf(sign);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** `5`, `5:`, `:5`, `1:5`, with `-` or `:` (pat_parse_int() and pat_parse_dotted_ver() in src/pattern.c). */
function rangeFault(text: string, read: Read, what: string): string | undefined {
  const at = text.search(/[:-]/);
  if (at < 0) return read(text) === undefined ? `'${text}' is no ${what}` : undefined;
  const [low, high] = [text.slice(0, at), text.slice(at + 1)];
  const wrong = `'${text}' is no range of ${what}s`;
  if (low === '' && high === '') return wrong;
  const [from, to] = [read(low), read(high)];
  if ((low !== '' && from === undefined) || (high !== '' && to === undefined)) return wrong;
  return from !== undefined && to !== undefined && from > to ? `${wrong}: its start is behind its end` : undefined;
}

function addressFault(text: string, names: boolean): string | undefined {
  if (isIpv6Network(text)) return undefined;
  const slash = text.lastIndexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  const mask = slash < 0 ? '32' : text.slice(slash + 1);
  if (!isMask4(mask)) return `'${mask}' is no mask of an IPv4 network: write 0 to 32 bits`;
  if (isIpv4(host)) return undefined;
  // A host name is looked up when the daemon starts, unless -n forbids it.
  const wrong =
    !names || host === '' || isBadIpv4(host) || host.includes(':') || /[\s/,(){}[\]|<>;=*?!"'\\]/.test(host);
  return wrong ? `'${text}' is no IPv4 or IPv6 address` : undefined;
}

function binaryFault(text: string): string | undefined {
  return /^(?:[0-9A-Fa-f]{2})*$/.test(text) ? undefined : `'${text}' is no even number of hex digits`;
}

/** Judges patterns one after the other: operators of numbers act on those behind them. */
export class PatternJudge {
  readonly #kind: PatternKind;
  readonly #names: boolean;
  #operator = 'eq';

  /** `names`: host names are looked up. */
  constructor(kind: PatternKind, names: boolean) {
    this.#kind = kind;
    this.#names = names;
  }

  /** What is wrong with the next pattern, or undefined. */
  fault(text: string): string | undefined {
    if (this.#kind === 'int') return this.#number(text, whole, 'integer');
    if (this.#kind === 'dotted') return this.#number(text, dotted, 'dotted number');
    if (this.#kind === 'ip') return addressFault(text, this.#names);
    if (this.#kind === 'bin') return binaryFault(text);
    if (this.#kind !== 'reg') return undefined;
    const fault = regexFault(text, false);
    return fault === undefined ? undefined : `'${text}' is no regular expression: ${fault}`;
  }

  #number(text: string, read: Read, what: string): string | undefined {
    if (OPERATORS.has(text)) {
      this.#operator = text;
      return undefined;
    }
    if (/[:-]/.test(text) || this.#operator === 'eq') return rangeFault(text, read, what);
    // Behind an operator an integer ends at its dot.
    const dot = this.#kind === 'int' ? text.indexOf('.') : -1;
    return read(dot < 0 ? text : text.slice(0, dot)) === undefined
      ? `'${text}' is neither ${what} nor operator (eq, ge, gt, le, lt)`
      : undefined;
  }
}
