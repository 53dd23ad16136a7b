import { createToken, EmbeddedActionsParser, Lexer } from 'chevrotain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressParser } from '../src/address/grammar.ts';
import { readAddress } from '../src/address/index.ts';
import { ConditionParser } from '../src/condition/grammar.ts';
import { parseCondition } from '../src/condition/parse.ts';
import { CrtListParser } from '../src/crt-list/grammar.ts';
import { parseCrtList } from '../src/crt-list/parse.ts';
import { FormatParser } from '../src/format/grammar.ts';
import { parseFormat } from '../src/format/parse.ts';
import { evaluate } from '../src/predicate/check.ts';
import { PredicateParser } from '../src/predicate/grammar.ts';
import { QuantityParser, readQuantity } from '../src/quantity/grammar.ts';
import { atoi, atol, isPatternNumber, judgeTime, readSize, strtol } from '../src/quantity/index.ts';
import { scanQuantity } from '../src/quantity/tokens.ts';
import { parseConverters, parseSample } from '../src/sample/parse.ts';
import { SampleParser } from '../src/sample/grammar.ts';
import { expectLinear, settings, textOf } from '../../../test/support/laws.ts';

/** Every way to read a number, a time or a size. */
function readNumber(text: string): unknown {
  const time = [judgeTime(text, '3.2'), judgeTime(text, '2.2', 's')];
  return [readQuantity(text), atoi(text), atol(text), strtol(text, 0), isPatternNumber(text), readSize(text), time];
}

/** A language inside haproxy.cfg: what reads it, its grammar, and pieces of text that matter to it. */
interface Sublanguage {
  readonly name: string;
  readonly read: (text: string) => unknown;
  readonly grammar: () => EmbeddedActionsParser;
  readonly pieces: readonly string[];
  /** What a long text repeats, so that it is read to its end. */
  readonly long: string;
}

const SUBLANGUAGES: readonly Sublanguage[] = [
  {
    name: 'sample',
    read: (text) => [parseSample(text), parseConverters(text)],
    grammar: () => new SampleParser(false),
    long: 'src,lower,',
    pieces: ['src', 'hdr', '(', ')', ',', '"', "'", '\\', ' ', 'lower', '[', '%', '1'],
  },
  {
    name: 'condition',
    read: (text) => parseCondition(text.split(' ')),
    grammar: () => new ConditionParser(false),
    long: 'a !b or ',
    pieces: ['a', ' ', '{', '}', '!', 'or', '||', '-i', '-m', '--', 'src', ' { ', ' } '],
  },
  {
    name: 'format',
    read: (text) => parseFormat(text),
    grammar: () => new FormatParser(false),
    long: '%ci %[src] ',
    pieces: ['%', '[', ']', '{', '}', '(', ')', '+Q', 'ci', 'src', ',', '"', ' ', '\\', '%%'],
  },
  {
    name: 'predicate',
    read: (text) => evaluate(text, '3.2'),
    grammar: () => new PredicateParser(false),
    long: '!(1) && ',
    pieces: ['!', '&&', '||', '(', ')', '0', '1', 'defined(', 'streq(', ',', ' ', '"', 'x'],
  },
  {
    name: 'address',
    read: readAddress,
    grammar: () => new AddressParser(false),
    long: '[::1]:',
    pieces: ['ipv4@', 'unix@', 'quic+', ':', '[', ']', '.', '1', '::', '/', '@', '-', 'a'],
  },
  {
    name: 'quantity',
    read: readNumber,
    grammar: () => new QuantityParser(false),
    long: '12345678',
    pieces: [' ', '\t', '-', '+', '0x', '0', '1', '99999999', 's', 'ms', 'us', 'k', 'G', 'x', 'é'],
  },
  {
    name: 'crt-list',
    read: parseCrtList,
    grammar: () => new CrtListParser(false),
    long: 'a.pem [alpn h2] a\n',
    pieces: ['a.pem', ' ', '[', ']', '#', '\n', '\r', 'alpn', '!x', '*.a'],
  },
];

/** Those that are read so fast that a short text measures nothing. */
const SCANNED: ReadonlySet<string> = new Set(['address', 'quantity']);

describe.each(SUBLANGUAGES)('$name', ({ name, read, grammar, pieces, long }) => {
  test('the grammar is valid', () => {
    expect(grammar()).toBeInstanceOf(EmbeddedActionsParser);
  });

  test('any text is read, and the same text again in the same way', () => {
    fc.assert(
      fc.property(textOf(pieces), (text) => {
        expect(read(text)).toEqual(read(text));
      }),
      { ...settings, numRuns: 2000 },
    );
  });

  test('long texts take linear time', () => {
    // Different texts: what is kept of a text that was read before costs nothing.
    let fresh = 0;
    expectLinear(
      (count) => long.repeat(count),
      (text) => void read(`${text}${fresh++}`),
      SCANNED.has(name) ? 100_000 : 4000,
    );
  });
});

/** The tokens of a number, a time or a size as Chevrotain's own lexer finds them: each kind of token says what may follow. */
const MODES = {
  start: ['Blank', 'Sign', 'Hex', 'Digits', 'Rest'],
  signed: ['Sign', 'Hex', 'Digits', 'Rest'],
  number: ['Hex', 'Digits', 'Rest'],
  counted: ['Unit', 'Rest'],
  ended: ['Rest'],
} as const;
const NAMES = ['Blank', 'Sign', 'Hex', 'Digits', 'Unit', 'Rest'] as const;
const TYPES = {
  Blank: createToken({ name: 'Blank', pattern: /[\t-\r ]+/, push_mode: 'signed', line_breaks: true }),
  Sign: createToken({ name: 'Sign', pattern: /[+-]/, push_mode: 'number' }),
  Hex: createToken({ name: 'Hex', pattern: /0[xX][0-9a-fA-F]+/, push_mode: 'ended' }),
  Digits: createToken({ name: 'Digits', pattern: /\d+/, push_mode: 'counted' }),
  Unit: createToken({ name: 'Unit', pattern: /[mu]s|[smhdkKMgGtTpP]/, push_mode: 'ended' }),
  Rest: createToken({ name: 'Rest', pattern: /[\s\S]+/, line_breaks: true }),
};

test('the scanner of quantities gives what the Chevrotain lexer gives', () => {
  const modes = Object.fromEntries(Object.entries(MODES).map(([mode, names]) => [mode, names.map((n) => TYPES[n])]));
  const lexer = new Lexer({ modes, defaultMode: 'start' }, { positionTracking: 'onlyOffset', safeMode: true });
  const pieces = SUBLANGUAGES.find(({ name }) => name === 'quantity')?.pieces ?? [];
  fc.assert(
    fc.property(textOf(pieces), (text) => {
      const found: [string | undefined, number][] = [];
      scanQuantity(text, (type, end) => found.push([NAMES[type], end]));
      const { tokens, errors } = lexer.tokenize(text);
      expect(errors).toEqual([]);
      expect(found).toEqual(
        tokens.map(({ tokenType, startOffset, image }) => [tokenType.name, startOffset + image.length]),
      );
    }),
    settings,
  );
});

describe('times, sizes and integers', () => {
  test.each([
    ['5', 5],
    ['5s', 5000],
    ['1500us', 2],
    ['2m', 120_000],
    ['24d', 2_073_600_000],
    ['18446744073709551616', 0],
    ['18446744073709551620s', 4000],
  ])('%s is %d milliseconds', (text, value) => {
    expect(judgeTime(text, '3.2')).toEqual({ value });
  });

  test.each(['', 's', '-1', ' 1', '0x10', '25d', '5 s', '1S', '2147483648'])('%j is refused as a time', (text) => {
    expect(judgeTime(text, '3.2').fault).toBeDefined();
  });

  test('us came with 2.3', () => {
    expect(judgeTime('5us', '2.2').fault).toBe("'5us' is not a time: haproxy 2.2 has no us");
  });

  test('a size has k, m or g in 32 bits, t and p in 64', () => {
    expect(['1k', '3G', '4g', '1t', '1kb', 'k', ''].map((text) => readSize(text))).toEqual([
      1024,
      3_221_225_472,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(readSize('1T', 2 ** 62)).toBe(2 ** 40);
  });

  test('integers stop where C stops, and lose high bits where C loses them', () => {
    expect(['12abc', ' -5', 'x', '4294967297', '99999999999999999999', '-99999999999999999999'].map(atoi)).toEqual([
      12, -5, 0, 1, -1, 0,
    ]);
    expect(['0x10', '010', '08', '5s', ''].map((text) => strtol(text, 0))).toEqual([
      16,
      8,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
