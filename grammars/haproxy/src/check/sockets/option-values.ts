import { atoi, isInteger, lacksUnit, parseTime, timeFault, timeWarning } from '../../quantity/index.ts';
import { compareVersions } from '@halint/core';
import { addressFault, hostFault, type Wants } from './address.ts';
import { isOpaque } from '../../values.ts';
import { listed, refuse, since, suggestion, warn, type Run } from '../run.ts';

/** Judges what follows the option word at `index` of a line. */
export type ArgumentCheck = (run: Run, line: number, index: number) => void;

/** The argument at `index + 1`; undefined when it is not known. Refuses a missing one when `needed`. */
function argument(run: Run, line: number, index: number, needed: boolean): string | undefined {
  const value = run.lines.value(line, index + 1);
  if (value === '' && needed) {
    const word = run.lines.value(line, index);
    refuse(run, 'missing-argument', run.lines.at(line, index), `'${word}' needs a value`);
    return undefined;
  }
  return isOpaque(value) ? undefined : value;
}

function refuseValue(run: Run, line: number, index: number, message: string): void {
  const missing = run.lines.value(line, index + 1) === '';
  const at = run.lines.at(line, missing ? index : index + 1);
  refuse(run, missing ? 'missing-argument' : 'invalid-argument', at, message);
}

/** Any text, but some. */
export const needed: ArgumentCheck = (run, line, index) => void argument(run, line, index, true);

/** A whole number as atol() reads it: what is none counts as 0. */
export function number(least: number, most = Number.POSITIVE_INFINITY, optional = false): ArgumentCheck {
  return (run, line, index) => {
    const value = argument(run, line, index, !optional);
    if (value === undefined) return;
    const read = atoi(value);
    if (read >= least && read <= most) return;
    const range = most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
    refuseValue(run, line, index, `'${run.lines.value(line, index)}' takes ${range}, not '${value}'`);
  };
}

/** A time in milliseconds or with a unit. `positive`: 0 is refused; `least`: below it a unit is missed since 3.1. */
export function time(options: { positive?: boolean; least?: number } = {}): ArgumentCheck {
  return (run, line, index) => {
    const value = argument(run, line, index, true);
    if (value === undefined) return;
    const word = run.lines.value(line, index);
    const fault =
      timeFault(value, run.version) ??
      (options.positive === true && parseTime(value) === 0 ? `'${word}' cannot be 0` : undefined);
    if (fault !== undefined) return refuseValue(run, line, index, fault);
    warnTime(run, line, index + 1, word, options.least);
  };
}

/** What haproxy warns of in a time that it takes. */
export function warnTime(run: Run, line: number, index: number, word: string, least = 0): void {
  const value = run.lines.value(line, index);
  const warning = timeWarning(value);
  const at = run.lines.at(line, index);
  if (warning !== undefined) warn(run, 'invalid-argument', at, warning);
  else if (least > 0 && lacksUnit(value, least) && since(run, '3.1'))
    warn(
      run,
      'invalid-argument',
      at,
      `'${word} ${value}' is ${value} milliseconds: write '${value}ms', or another unit`,
    );
}

/** A word with the version that brought it. */
export type Word = string | readonly [word: string, since: string];

/** Words of a table for a version, made once. */
function wordsFor(words: readonly Word[]): (version: string) => readonly string[] {
  const made = new Map<string, readonly string[]>();
  return (version) => {
    let known = made.get(version);
    if (known === undefined) {
      known = words
        .filter((word) => typeof word === 'string' || compareVersions(version, word[1]) >= 0)
        .map((word) => (typeof word === 'string' ? word : word[0]));
      made.set(version, known);
    }
    return known;
  };
}

/** One of some words. */
export function oneOf(...words: readonly Word[]): ArgumentCheck {
  const wordsOf = wordsFor(words);
  return (run, line, index) => {
    const value = argument(run, line, index, true);
    const known = wordsOf(run.version);
    if (value === undefined || known.includes(value)) return;
    const word = run.lines.value(line, index);
    const at = run.lines.at(line, index + 1);
    const { extra } = suggestion(at, value, known);
    refuse(run, 'invalid-argument', at, `'${word}' takes ${listed(known)}, not '${value}'`, extra);
  };
}

/** Words joined by commas. `empty`: nothing, or nothing behind a comma, passes. */
export function listOf(empty: boolean, ...words: readonly Word[]): ArgumentCheck {
  const wordsOf = wordsFor(words);
  return (run, line, index) => {
    const value = argument(run, line, index, !empty);
    if (value === undefined || value === '') return;
    const known = wordsOf(run.version);
    const wrong = value
      .split(',')
      .find((part, i, all) => !known.includes(part) && !(empty && part === '' && i === all.length - 1));
    if (wrong === undefined) return;
    const at = run.lines.at(line, index + 1);
    refuse(run, 'invalid-argument', at, `'${run.lines.value(line, index)}' takes ${listed(known)}, not '${wrong}'`);
  };
}

/** An address of the given kind. */
export function address(wants: Wants): ArgumentCheck {
  return (run, line, index) => {
    const value = argument(run, line, index, true);
    const fault = value === undefined ? undefined : addressFault(value, wants, run.version);
    if (fault !== undefined) refuse(run, 'invalid-address', run.lines.at(line, index + 1), fault);
  };
}

/** An address or name without a port. */
export const host: ArgumentCheck = (run, line, index) => {
  const value = argument(run, line, index, true);
  const fault = value === undefined ? '' : hostFault(value);
  if (fault !== '') refuse(run, 'invalid-address', run.lines.at(line, index + 1), fault);
};

/** A number in digits only (strtol() to its end), above 0. */
export const strictId: ArgumentCheck = (run, line, index) => {
  const value = argument(run, line, index, true);
  if (value === undefined || (isInteger(value) && atoi(value) > 0)) return;
  refuseValue(run, line, index, `'${run.lines.value(line, index)}' takes a number above 0, not '${value}'`);
};

/** An octal number (strtol() in base 8). */
export const octal: ArgumentCheck = (run, line, index) => {
  const value = argument(run, line, index, true);
  if (value === undefined || /^[+-]?(?:0x)?[0-7]+$/.test(value)) return;
  refuseValue(run, line, index, `'${run.lines.value(line, index)}' takes an octal number such as 660, not '${value}'`);
};

/** Longest protocol name of ALPN and NPN. */
const LONGEST_PROTOCOL = 255;

/** Protocol names joined by commas. */
export const protocols: ArgumentCheck = (run, line, index) => {
  const value = argument(run, line, index, true);
  if (value === undefined || value.length <= LONGEST_PROTOCOL) return;
  if (value.split(',').some((part) => part.length > LONGEST_PROTOCOL))
    refuseValue(run, line, index, `a protocol name has at most ${LONGEST_PROTOCOL} signs`);
};

/** Signs and length of a guid (guid_insert() in src/guid.c). */
const LONGEST_GUID = 127;

export const guid: ArgumentCheck = (run, line, index) => {
  const value = argument(run, line, index, true);
  if (value === undefined) return;
  if (value.length > LONGEST_GUID) return refuseValue(run, line, index, `a guid has at most ${LONGEST_GUID} signs`);
  const sign = /[^A-Za-z0-9_.:-]/.exec(value)?.[0];
  if (sign !== undefined) refuseValue(run, line, index, `'${sign}' is not allowed in a guid`);
};

/** Mux protocols that `proto` and `check-proto` know (get_mux_proto()). quic comes with a build option, in 2.6 or later. */
export const mux: ArgumentCheck = oneOf('h2', 'fcgi', ['h1', '2.3'], ['none', '2.3'], ['quic', '2.6'], ['spop', '3.1']);

export const tlsVersion: ArgumentCheck = oneOf('SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3');
