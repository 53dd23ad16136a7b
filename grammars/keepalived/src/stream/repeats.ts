import { slice, type Mapped } from './mapped.ts';

/** Values of the names that a `~SEQ` or `~LST` repeats its line for, and the line. */
export interface Repeat {
  readonly rounds: () => Iterable<ReadonlyMap<string, string>>;
  readonly line: Mapped;
}

/** `~SEQ(name, [start, [step,]] end) LINE`, hexadecimal as `~SEQx` (lib/parser.c add_seq); undefined when it cannot be read. */
function readSequence(source: Mapped): Repeat | undefined {
  const match = /^~SEQ(x?)[ \t]*\([ \t]*([^ \t,)]+)[ \t]*,([^)]*)\)[ \t]*/.exec(source.text);
  if (match === null) return undefined;
  const numbers = (match[3] ?? '').split(',').map((each) => each.trim());
  if (numbers.length > 3 || numbers.some((each) => !/^[-+]?(?:0[xX][\da-fA-F]+|\d+)$/.test(each))) return undefined;
  const values = numbers.map(readNumber);
  const [one = 0, two = 0, three = 0] = values;
  const bounds: readonly [number, number, number] =
    values.length === 1
      ? [one < 0 ? -1 : 1, one < 1 ? -1 : 1, one]
      : values.length === 2
        ? [one, one <= two ? 1 : -1, two]
        : [one, two, three];
  const [start, step, end] = bounds;
  if (step === 0 || (start < end && step < 0) || (start > end && step > 0)) return undefined;
  if (match[1] === 'x' && (start < 0 || end < 0)) return undefined;
  const name = match[2] ?? '';
  const radix = match[1] === 'x' ? 16 : 10;
  return {
    // One at a time: the numbers may be billions, and whoever takes them ends it.
    *rounds() {
      for (let i = start; step > 0 ? i <= end : i >= end; i += step) yield new Map([[name, i.toString(radix)]]);
    },
    line: slice(source, match[0].length),
  };
}

/** strtol() with base 0: octal behind a zero. */
function readNumber(text: string): number {
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(text) ?? [];
  const value = /^0\d/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return sign === '-' ? -value : value;
}

/** `~LST(name, a, b) LINE` or `~LST({name, other}, {a, b}, {c, d}) LINE` (lib/parser.c add_lst); undefined when it cannot be read. */
function readList(source: Mapped): Repeat | undefined {
  const match = /^~LST[ \t]*\(((?:\{[^{}()]*\}|[^(){}])*)\)[ \t]*/.exec(source.text);
  if (match === null) return undefined;
  const groups = [...(match[1] ?? '').matchAll(/\{([^}]*)\}|([^,{}]+)/g)]
    .map(([, braced, plain]) => braced?.split(',') ?? [plain ?? ''])
    .map((group) => group.map((each) => each.trim()))
    .filter((group) => group.length > 1 || group[0] !== '');
  const [names, ...values] = groups;
  if (names === undefined || values.length === 0 || values.some((group) => group.length > names.length))
    return undefined;
  const rounds = values.map((group) => new Map(names.map((name, i) => [name, group[i] ?? ''])));
  return { rounds: () => rounds, line: slice(source, match[0].length) };
}

export function readRepeat(source: Mapped): Repeat | undefined {
  return source.text.startsWith('~SEQ') ? readSequence(source) : readList(source);
}
