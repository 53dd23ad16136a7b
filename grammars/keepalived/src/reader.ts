import { cited, defaulted, type Cited } from '@halint/core';
import type { Evaluated, Value } from './evaluate.ts';

/** Reads the statements of one block: the last of a keyword wins, as keepalived's handlers overwrite. */
export class BlockReader {
  readonly #block: Evaluated;
  readonly #host: string;

  constructor(block: Evaluated, host: string) {
    this.#block = block;
    this.#host = host;
  }

  /** Every statement, in order. */
  get statements(): readonly Evaluated[] {
    return this.#block.children;
  }

  all(keyword: string): readonly Evaluated[] {
    return this.#block.children.filter((child) => child.keyword.text === keyword);
  }

  last(keyword: string): Evaluated | undefined {
    const found = this.all(keyword);
    return found[found.length - 1];
  }

  /** First argument of a keyword. */
  text(keyword: string): Cited<string> | undefined {
    const value = this.last(keyword)?.args[0];
    return value === undefined ? undefined : cited(value.text, value.at);
  }

  /** A number inside its range; outside it keepalived drops the statement. */
  number(keyword: string, low: number, high: number): Cited<number> | undefined {
    const value = this.last(keyword)?.args[0];
    const number = numberOf(value);
    return value === undefined || number === undefined || number < low || number > high
      ? undefined
      : cited(number, value.at);
  }

  numberOr(keyword: string, low: number, high: number, otherwise: number): Cited<number> {
    return this.number(keyword, low, high) ?? this.default(otherwise, `keepalived.conf(5) ${keyword}`);
  }

  /** A keyword that stands alone, or with on/true/yes/off/false/no (lib/parser.c check_true_false). */
  flag(keyword: string): Cited<boolean> | undefined {
    const found = this.last(keyword);
    if (found === undefined) return undefined;
    return cited(!/^(off|false|no)$/.test(found.args[0]?.text ?? 'on'), found.at);
  }

  flagOr(keyword: string, otherwise: boolean): Cited<boolean> {
    return this.flag(keyword) ?? this.default(otherwise, `keepalived.conf(5) ${keyword}`);
  }

  /** Lines of all value blocks of a keyword. */
  lines(keyword: string): readonly (readonly Value[])[] {
    return this.all(keyword).flatMap((block) => block.children.map((line) => [line.keyword, ...line.args]));
  }

  default<T>(value: T, source: string): Cited<T> {
    return defaulted(value, source, this.#host);
  }
}

export function numberOf(value: Value | undefined): number | undefined {
  return value !== undefined && /^[-+]?\d+(\.\d+)?$/.test(value.text) ? Number(value.text) : undefined;
}
