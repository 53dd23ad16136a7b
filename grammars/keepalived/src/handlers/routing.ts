import type { Family, Place } from '@halint/core';
import { readUnsigned, readC } from '../process/arguments.ts';
import type { Call } from '../process/call.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import type { Value } from '../stream/logical.ts';
import { readAddress } from './addresses.ts';
import { UINT } from './arguments.ts';

/** What both static and virtual routes and rules are read with. */
export class RoutingLine {
  readonly call: Call;
  readonly words: readonly Value[];
  /** Index of the word being read. */
  index = 0;
  family: Family | undefined;
  /** The line is dropped, or keepalived ended. */
  dropped = false;
  readonly #kind: 'route' | 'rule';

  constructor(call: Call, words: readonly Value[], kind: 'route' | 'rule') {
    this.call = call;
    this.words = words;
    this.#kind = kind;
  }

  get word(): Value | undefined {
    return this.words[this.index];
  }

  /** The next word; without one keepalived ends (lib/parser.c null_strvec). */
  next(): Value | undefined {
    this.index++;
    return this.here();
  }

  here(): Value | undefined {
    const value = this.words[this.index];
    if (value === undefined) {
      const last = this.words[this.words.length - 1] as Value;
      this.call.messages.reject('vrrp/missing-argument', last.at, `${last.text} needs a value`, {
        help: 'keepalived ends at such a line: nothing behind it is read.',
      });
      this.call.end();
      this.dropped = true;
    }
    return value;
  }

  /** The whole line is lost. */
  drop(at: Value, message: string, rule = 'vrrp/invalid-argument'): void {
    this.dropped = true;
    this.say(at, message, rule, `keepalived drops the ${this.#kind}.`);
  }

  /** The option alone is lost, or what it says is changed. */
  say(at: Value, message: string, rule = 'vrrp/invalid-argument', help = 'keepalived ignores it.'): void {
    if (!isPlaceholder(at.text)) this.call.messages.reject(rule, at.at, message, { help });
  }

  /** Keeps the family of the line; false, and the line dropped, where it has another already. */
  setFamily(family: Family | undefined, at: Value): boolean {
    if (family === undefined) return true;
    this.family ??= family;
    if (this.family === family) return true;
    this.drop(at, `${at.text} is of another family than the ${this.#kind}`, 'vrrp/address-family-mixed');
    return false;
  }

  /** An address alone (parse_ipaddress without a mask). */
  address(value: Value): Family | undefined {
    const read = readAddress(this.call, value, false);
    if (read === undefined) this.dropped = true;
    return read?.family;
  }

  /** An address with its prefix, or default, any, all; the family is open then (parse_route). */
  network(value: Value): { readonly family: Family | undefined } | undefined {
    if (/^(?:default|any|all)$/.test(value.text)) return { family: undefined };
    if (value.text === 'default6') return { family: 'ipv6' };
    const read = readAddress(this.call, value);
    if (read === undefined) this.dropped = true;
    return read;
  }

  number(value: Value, low: number, high: number): number | undefined {
    const number = readUnsigned(value.text, low, high);
    if (number === undefined)
      this.drop(value, `${value.text} is not a whole number from ${low} to ${high}`, 'vrrp/value-out-of-range');
    return number;
  }

  /** `inet` and `inet6` before the address; the word behind them is passed over (vrrp_iproute.c alloc_route). */
  familyWord(value: Value): void {
    if (this.setFamily(value.text === 'inet' ? 'ipv4' : 'ipv6', value)) this.index++;
  }
}

/** A name of /etc/iproute2 or a number: names are the machine's, numbers have their range (lib/rttables.c find_entry). */
export function isEntry(text: string, most = 255): boolean {
  const number = readC(text);
  // The number is cut to 32 bits before it is looked at.
  return Number.isNaN(number) ? /^[^\d-]/.test(text) : number % 2 ** 32 <= most;
}

/** Any other word is the name of a table, which the machine knows. */
export const isTable = (text: string): boolean =>
  Number.isNaN(readC(text)) ? /^\S+$/.test(text) : isEntry(text, UINT);

/** One realm or two with a / between them. */
export function isRealms(text: string): boolean {
  const slash = text.indexOf('/');
  return slash < 0 ? isEntry(text) : isEntry(text.slice(0, slash)) && isEntry(text.slice(slash + 1));
}

/** lib/rttables.c rtntypes, and the numbers of rtnetlink.h. */
const TYPES: ReadonlyMap<string, number> = new Map([
  ['unicast', 1],
  ['local', 2],
  ['broadcast', 3],
  ['brd', 3],
  ['anycast', 4],
  ['multicast', 5],
  ['blackhole', 6],
  ['unreachable', 7],
  ['prohibit', 8],
  ['throw', 9],
  ['nat', 10],
  ['xresolve', 11],
]);

export function readType(text: string): number | undefined {
  const known = TYPES.get(text);
  if (known !== undefined) return known;
  const number = readC(text);
  return text.startsWith('-') || !(number <= 255) ? undefined : number;
}

/** `track_group` of static routes and rules. */
export function trackGroup(line: RoutingLine, value: Value): Place | undefined {
  if (!line.call.state.trackGroups.has(value.text))
    line.say(value, `track_group ${value.text} is not defined above`, 'vrrp/script-undefined-or-unused');
  return value.at;
}
