import type { LineTable, LocalPlace } from '@halint/core';
import type { Lexer, TokenType } from 'chevrotain';
import fc from 'fast-check';
import { expect } from 'vitest';

/** 10,000 runs from a fixed seed, so that a change is judged by what it changed; HALINT_FUZZ=random looks for new counterexamples. */
export const settings = { numRuns: 10_000, ...(process.env['HALINT_FUZZ'] === 'random' ? {} : { seed: 42 }) };

/** Any text, mostly of pieces that matter to a language. */
export function textOf(pieces: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  );
}

/** Tokens of one line: their types by number, and their places. */
export interface LineTokens {
  readonly types: number[];
  readonly spans: [number, number][];
}

/** What the scanner found, line by line; `offset` is where the text stands in a larger one. */
export function tokensOf(table: LineTable<unknown>, offset = 0): LineTokens[] {
  return Array.from({ length: table.count }, (_, line) => {
    const [from, to] = [table.firstToken(line), table.firstToken(line + 1)];
    const spans = Array.from({ length: to - from }, (__, i): [number, number] => [
      offset + table.tokenStart(from + i),
      offset + table.tokenEnd(from + i),
    ]);
    return { types: table.typesOf(line), spans };
  });
}

/** What the Chevrotain lexer finds, line by line. */
export function lexedBy(lexer: Lexer, text: string, types: readonly TokenType[], endOfLine: TokenType): LineTokens[] {
  const { tokens, errors } = lexer.tokenize(text);
  expect(errors).toEqual([]);
  const lines: LineTokens[] = [{ types: [], spans: [] }];
  for (const { tokenType, startOffset, image } of tokens) {
    if (tokenType === endOfLine) {
      lines.push({ types: [], spans: [] });
      continue;
    }
    lines[lines.length - 1]?.types.push(types.indexOf(tokenType));
    lines[lines.length - 1]?.spans.push([startOffset, startOffset + image.length]);
  }
  // A table has no line behind the last line feed.
  if (text === '' || text.endsWith('\n')) lines.pop();
  return lines;
}

/** Absolute place of something said of a section. */
export function spanOf({ at }: { readonly at: LocalPlace }): [number, number] {
  return [at.section.start + at.start, at.section.start + at.end];
}

/** What the laws ask of a document. */
interface Editable {
  readonly sections: readonly { readonly text: string }[];
  print(): string;
  edit(span: { start: number; end: number }, insert: string): void;
}

/**
 * An edited document says what a document read anew from the same text says. It is asked or not asked before the edits and between
 * them: it must not rest on answers that it gave before.
 */
export function expectEditsReadAnew<D extends Editable>(
  texts: fc.Arbitrary<string>,
  parse: (text: string) => D,
  view: (document: D) => unknown,
): void {
  const edits = fc.array(fc.tuple(texts, fc.nat(80), fc.nat(20), fc.boolean()), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(texts, fc.boolean(), edits, (text, asked, list) => {
      const document = parse(text);
      let now = text;
      const compare = (): void => {
        const fresh = parse(now);
        expect(document.print()).toBe(now);
        expect(document.sections.map((section) => section.text)).toEqual(fresh.sections.map((section) => section.text));
        expect(view(document)).toEqual(view(fresh));
      };
      if (asked) compare();
      for (const [insert, from, length, askedNow] of list) {
        const start = Math.min(from, now.length);
        const end = Math.min(start + length, now.length);
        document.edit({ start, end }, insert);
        now = now.slice(0, start) + insert + now.slice(end);
        if (askedNow) compare();
      }
      compare();
    }),
    settings,
  );
}

/** The parts that a text is cut into are the text, and reading them is reading the whole. */
export function expectPartsReadAsWhole(
  texts: fc.Arbitrary<string>,
  cut: (text: string) => { readonly starts: readonly number[] },
  read: (text: string, offset: number) => readonly unknown[],
): void {
  fc.assert(
    fc.property(texts, (text) => {
      const { starts } = cut(text);
      const parts = starts.map((start, i) => text.slice(start, starts[i + 1] ?? text.length));
      expect(parts.join('')).toBe(text);
      expect(parts.flatMap((part, i) => read(part, starts[i] as number))).toEqual(read(text, 0));
    }),
    settings,
  );
}

/** CPU time of some work, in microseconds. */
function cpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/**
 * Twice the text must cost less than 2.5 times as much. Measured over three doublings: one step of the heap at some size is no growth
 * of the cost, and a quadratic part, which makes the large input 64 times as dear, shows the more. The least of each size counts, for
 * what else the machine does can only add to a cost; where that leaves a doubt it is measured again.
 */
export function expectLinear(make: (size: number) => string, read: (text: string) => void, size = 20_000): void {
  const [small, large] = [make(size), make(size * 8)];
  read(small);
  let [least, most] = [Infinity, Infinity];
  const growth = (): number => Math.cbrt(most / least);
  for (let attempt = 0; attempt < 2 || (attempt < 24 && growth() >= 2.5); attempt++) {
    // As much text in both measurements: a single read of the small input ends before the heap is ever collected.
    const eight = cpu(() => {
      for (let i = 0; i < 8; i++) read(small);
    });
    least = Math.min(least, eight / 8);
    most = Math.min(
      most,
      cpu(() => read(large)),
    );
  }
  expect(growth()).toBeLessThan(2.5);
}
