import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineTableBuilder, Section, ShapeCache, DEFAULT_TARGETS, type Document } from '@halint/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLine, SysctlParser, type LineShape } from '../src/grammar.ts';
import { parseSysctl, sysctl, type SysctlFile, type SysctlUnit } from '../src/index.ts';
import { createLexer, cut, EndOfLine, scan, TOKEN_TYPES } from '../src/tokens.ts';

const RUNS = 10_000;
const settings = { numRuns: RUNS, ...(process.env['HALINT_FUZZ'] === 'random' ? {} : { seed: 42 }) };

const PIECES = [
  'net.ipv4.ip_forward',
  'net/ipv4/conf/eth0.1/x',
  '-',
  '=',
  ' = ',
  '1',
  '0',
  '#',
  ';',
  ' ',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '*',
  '\uFEFF',
  '"',
  '\0',
  '\u2028',
  'é',
];
const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
);

const lexer = createLexer();
const parser = new SysctlParser({ validate: true });
const cache = new LineTableBuilder<LineShape>(new ShapeCache(TOKEN_TYPES.length, parseLine));

function plain(document: Document<SysctlFile, SysctlUnit>): unknown {
  return JSON.parse(JSON.stringify(document.ast));
}

function findings(document: Document<SysctlFile, SysctlUnit>): unknown {
  return document.sections.flatMap((section) =>
    sysctl.check(document, section, DEFAULT_TARGETS).map(({ at, rule, message }) => ({
      rule,
      message,
      start: at.section.start + at.start,
      end: at.section.start + at.end,
    })),
  );
}

test('lossless and total', () => {
  fc.assert(
    fc.property(anyText, fc.nat(60), (text, offset) => {
      const document = parseSysctl(text);
      expect(document.print()).toBe(text);
      for (const { span } of document.ast.statements) expect(text.slice(span.start, span.end)).toMatch(/[^ \t\r\n]/);
      findings(document);
      const at = Math.min(offset, text.length);
      sysctl.keywordAt(document, at, DEFAULT_TARGETS);
      sysctl.complete(document, at, DEFAULT_TARGETS);
      sysctl.symbols(document);
      const section = document.sectionAt(at);
      sysctl.statementPath(document, { section, start: at - section.start, end: at - section.start });
      const file = {
        path: '/etc/sysctl.d/a.conf',
        display: 'a',
        language: 'sysctl',
        document: document as unknown as Document,
      } as const;
      sysctl
        .lower([file], { host: 'a', hostName: 'a', targets: DEFAULT_TARGETS, included: () => [] })
        .value('net.ipv4.ip_forward');
    }),
    settings,
  );
});

test('an edit gives the tree that reading the new text gives', () => {
  fc.assert(
    fc.property(anyText, anyText, fc.nat(80), fc.nat(20), (text, insert, from, length) => {
      const document = parseSysctl(text);
      plain(document);
      const start = Math.min(from, text.length);
      const end = Math.min(start + length, text.length);
      document.edit({ start, end }, insert);
      const fresh = parseSysctl(text.slice(0, start) + insert + text.slice(end));
      expect(document.print()).toBe(fresh.print());
      expect(plain(document)).toEqual(plain(fresh));
      expect(findings(document)).toEqual(findings(fresh));
    }),
    settings,
  );
});

/** Token types and places by the Chevrotain lexer, line by line. */
function lexed(text: string): { types: number[]; spans: [number, number][] }[] {
  const { tokens, errors } = lexer.tokenize(text);
  expect(errors).toEqual([]);
  const lines: { types: number[]; spans: [number, number][] }[] = [{ types: [], spans: [] }];
  for (const { tokenType, startOffset, image } of tokens) {
    if (tokenType === EndOfLine) lines.push({ types: [], spans: [] });
    else {
      lines[lines.length - 1]?.types.push(TOKEN_TYPES.indexOf(tokenType));
      lines[lines.length - 1]?.spans.push([startOffset, startOffset + image.length]);
    }
  }
  if (text === '' || text.endsWith('\n')) lines.pop();
  return lines;
}

test('the scanner finds the tokens that the Chevrotain lexer defines, and shared shapes are the parser’s', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const table = scan(text, cache);
      const scanned = Array.from({ length: table.count }, (_, line) => {
        const [from, to] = [table.firstToken[line] as number, table.firstToken[line + 1] as number];
        const spans = Array.from({ length: to - from }, (_, i) => [
          table.tokenStart[from + i],
          table.tokenEnd[from + i],
        ]);
        return { types: [...table.tokenType.subarray(from, to)], spans };
      });
      const lines = lexed(text);
      expect(scanned).toEqual(lines);
      expect(table.shapes).toEqual(lines.map(({ types }) => parseLine(types)));
      if (table.shapes.some((shape) => shape.kind === 'unreadable')) return;
      parser.input = lexer.tokenize(text).tokens;
      expect(parser.file()).toHaveLength(table.count + (text === '' || text.endsWith('\n') ? 1 : 0));
      expect(parser.errors).toEqual([]);
    }),
    settings,
  );
});

test('reading the sections is reading the whole', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { starts } = cut(text);
      const parts = starts.map((start, i) => text.slice(start, starts[i + 1] ?? text.length));
      expect(parts.join('')).toBe(text);
      const shapes = parts.flatMap((part) => scan(part, cache).shapes);
      expect(shapes).toEqual(scan(text, cache).shapes);
    }),
    settings,
  );
});

describe('linear time', () => {
  const bodies: Record<string, (size: number) => string> = {
    assignments: (size) => 'net.ipv4.conf.eth0.rp_filter = 1\n'.repeat(size),
    'one long value': (size) => `kernel.x = ${'word '.repeat(size * 4)}\n`,
    'one long key': (size) => `${'word '.repeat(size * 4)}\n`,
    blanks: (size) => `a =${' \t'.repeat(size * 8)}b${' '.repeat(size * 8)}\n`,
    'equals signs': (size) => `${'='.repeat(size * 16)}\n`,
  };
  function cost(text: string): number {
    const samples = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage();
      const document = parseSysctl(text);
      for (const section of document.sections as Section<SysctlUnit>[])
        sysctl.check(document, section, DEFAULT_TARGETS);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    });
    return samples.sort((a, b) => a - b)[2] as number;
  }
  test.each(Object.entries(bodies))('%s', { retry: 3 }, (_name, make) => {
    const [small, large] = [make(25_000), make(50_000)];
    cost(small);
    expect(cost(large)).toBeLessThan(2.5 * cost(small) + 5000);
  });
});

const folder = join(process.env['HALINT_SHARED'] ?? join(process.cwd(), '../shared'), 'corpora/sshd/sysctl');
if (!existsSync(folder)) console.warn(`SKIPPED: no real files at ${folder} (set HALINT_SHARED)`);

test.skipIf(!existsSync(folder))('real files come back as they were', () => {
  for (const name of readdirSync(folder)) {
    for (const encoding of ['utf8', 'latin1'] as const) {
      const text = readFileSync(join(folder, name), encoding);
      const document = parseSysctl(text);
      expect(document.print(), name).toBe(text);
      expect(() => plain(document), name).not.toThrow();
    }
  }
});
