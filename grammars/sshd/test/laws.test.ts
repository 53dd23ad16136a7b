import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineTableBuilder, Section, ShapeCache, DEFAULT_TARGETS, type Document } from '@halint/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLine, SshdParser, type LineShape } from '../src/grammar.ts';
import { parseSshd, sshd, type SshdFile, type SshdUnit } from '../src/index.ts';
import { createLexer, cut, EndOfLine, scan, TOKEN_TYPES } from '../src/tokens.ts';

const RUNS = 10_000;
const settings = { numRuns: RUNS, ...(process.env['HALINT_FUZZ'] === 'random' ? {} : { seed: 42 }) };

const PIECES = [
  'Port',
  'ListenAddress',
  'Match',
  'match',
  '"Match"',
  'Match all',
  'User',
  'Include',
  'Ciphers',
  'ForceCommand',
  'yes',
  '22',
  '[::1]:22',
  '10.0.0.1/24',
  'a,b',
  '=',
  ' = ',
  '#',
  ' ',
  '\t',
  '\r',
  '\f',
  '\n',
  '\n',
  '\r\n',
  '"',
  "'",
  '\\',
  '\\"',
  '\\ ',
  '\0',
  '\uFEFF',
  '\u2028',
  '{{',
  'é',
];
const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
);

const lexer = createLexer();
const parser = new SshdParser({ validate: true });
const cache = new LineTableBuilder<LineShape>(new ShapeCache(TOKEN_TYPES.length, parseLine));

function plain(document: Document<SshdFile, SshdUnit>): unknown {
  return JSON.parse(JSON.stringify(document.ast));
}

function findings(document: Document<SshdFile, SshdUnit>): unknown {
  const versions = ['8.0', '9.2', '10.6'].map((openssh) => ({ ...DEFAULT_TARGETS, openssh }));
  const all = versions.flatMap((targets) => [
    ...document.sections.flatMap((section) => sshd.check(document, section, targets)),
    ...sshd.checkFile(document, targets),
  ]);
  return all.map(({ at, rule, message }) => ({
    rule,
    message,
    start: at.section.start + at.start,
    end: at.section.start + at.end,
  }));
}

test('lossless and total', () => {
  fc.assert(
    fc.property(anyText, fc.nat(60), (text, offset) => {
      const document = parseSshd(text);
      expect(document.print()).toBe(text);
      const { statements, matches } = document.ast;
      for (const { span } of [...statements, ...matches.flatMap((block) => [block, ...block.statements])]) {
        expect(text.slice(span.start, span.end)).toMatch(/[^ \t\r\n]/);
      }
      findings(document);
      const at = Math.min(offset, text.length);
      sshd.keywordAt(document, at, DEFAULT_TARGETS);
      sshd.complete(document, at, DEFAULT_TARGETS);
      sshd.symbols(document);
      const section = document.sectionAt(at);
      sshd.statementPath(document, { section, start: at - section.start, end: at - section.start });
      const source = {
        path: '/etc/ssh/sshd_config',
        display: 'a',
        language: 'sshd',
        document: document as unknown as Document,
      } as const;
      sshd.includes?.(document, source.path);
      sshd.lower([source], { host: 'a', hostName: 'a', targets: DEFAULT_TARGETS, included: () => [source] });
    }),
    settings,
  );
});

test('an edit gives the tree that reading the new text gives', () => {
  fc.assert(
    fc.property(anyText, anyText, fc.nat(80), fc.nat(20), (text, insert, from, length) => {
      const document = parseSshd(text);
      plain(document);
      const start = Math.min(from, text.length);
      const end = Math.min(start + length, text.length);
      document.edit({ start, end }, insert);
      const fresh = parseSshd(text.slice(0, start) + insert + text.slice(end));
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
      parser.input = lexer.tokenize(text === '' || text.endsWith('\n') ? text : `${text}\n`).tokens;
      const sections = parser.file();
      expect(parser.errors).toEqual([]);
      const { starts } = cut(text);
      expect(sections.slice(starts[0] === 0 && sections[0]?.length === 0 && text !== '' ? 1 : 0)).toHaveLength(
        starts.length,
      );
      expect(sections.flat().map(({ kind }) => kind)).toEqual(table.shapes.map(({ kind }) => kind));
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
    options: (size) => 'PasswordAuthentication no\n'.repeat(size),
    matches: (size) => 'Match User git\n  ForceCommand x\n'.repeat(size / 10),
    'one long line': (size) => `AllowUsers ${'word '.repeat(size * 2)}\n`,
    'one long criterion list': (size) => `Match ${'user git '.repeat(size)}\n`,
    'open quotes': (size) => `AllowUsers ${'"a" '.repeat(size * 2)}"b\n`,
    backslashes: (size) => `AllowUsers ${'\\'.repeat(size * 8)}\n`,
    'blanks and form feeds': (size) => `Port${' \f'.repeat(size * 4)}22${' \f'.repeat(size * 4)}\n`,
    'nul bytes': (size) => 'Port 22\0\n'.repeat(size),
    'pattern lists': (size) => `HostKeyAlgorithms ${'ssh-*,'.repeat(size)}x\n`,
  };
  function cost(text: string): number {
    const samples = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage();
      const document = parseSshd(text);
      for (const section of document.sections as Section<SshdUnit>[]) sshd.check(document, section, DEFAULT_TARGETS);
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

const folder = join(process.env['HALINT_SHARED'] ?? join(process.cwd(), '../shared'), 'corpora/sshd');
if (!existsSync(folder)) console.warn(`SKIPPED: no real files at ${folder} (set HALINT_SHARED)`);

test.skipIf(!existsSync(folder)).each(['wild', 'dropin', 'templates'])(
  'real files come back as they were: %s',
  (kind) => {
    for (const name of readdirSync(join(folder, kind))) {
      for (const encoding of ['utf8', 'latin1'] as const) {
        const text = readFileSync(join(folder, kind, name), encoding);
        const document = parseSshd(text);
        expect(document.print(), name).toBe(text);
        expect(() => [plain(document), findings(document)], name).not.toThrow();
      }
    }
  },
);

test.skipIf(!existsSync(folder))('the verdict on real files is that of sshd -t, with its line', () => {
  const rows = readFileSync(join(folder, 'verdicts.tsv'), 'utf8').trimEnd().split('\n').slice(1);
  for (const row of rows) {
    const [file = '', openssh = '', exit = '', line = '', , cause = ''] = row.split('\t');
    if (cause === 'environment') continue;
    const document = parseSshd(readFileSync(join(folder, file), 'latin1'));
    const targets = { ...DEFAULT_TARGETS, openssh };
    const found = [
      ...document.sections.flatMap((section) => sshd.check(document, section, targets)),
      ...sshd.checkFile(document, targets),
    ];
    const lines = found.filter((each) => each.rejects).map(({ at }) => at.section.positionAt(at.start).line);
    expect(lines.length > 0, `${file} ${openssh}`).toBe(exit !== '0');
    if (line !== '') expect(lines, `${file} ${openssh}`).toContain(Number(line));
  }
});
