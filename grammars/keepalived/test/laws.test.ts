import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_TARGETS, LineTableBuilder, ShapeCache, type Document } from '@halint/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeepalivedParser, parseLine, type LineShape } from '../src/grammar.ts';
import { keepalived, parseKeepalived, type KeepalivedFile, type KeepalivedUnit } from '../src/index.ts';
import { createLexer, cut, EndOfLine, scan, TOKEN_TYPES } from '../src/tokens.ts';

const RUNS = 10_000;
const settings = { numRuns: RUNS, ...(process.env['HALINT_FUZZ'] === 'random' ? {} : { seed: 42 }) };

const PIECES = [
  ...[
    'vrrp_instance',
    'VI_1',
    'vrrp_script',
    'priority',
    '100',
    'auth_pass',
    'track_script',
    'include',
    'a.conf',
    'weight',
    '-5',
  ],
  ...[
    '{',
    '}',
    '"',
    "'",
    '!',
    '#',
    '\\',
    '\\#',
    '$A=',
    '$A',
    '${A}',
    '@h ',
    '@^h ',
    '~SEQ(x,1,3)',
    '~LST({a,b},{1,2})',
  ],
  ...[
    '{{ x }}',
    '{% if %}',
    '<% y %>',
    '{{',
    '{%',
    '<%',
    '${',
    '~SEQ(',
    ' ',
    '\t',
    '\n',
    '\r\n',
    '\r',
    '\0',
    '\uFEFF',
    '\u00a0',
    '\u2028',
    'é',
  ],
];
const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
);

const lexer = createLexer();
const parser = new KeepalivedParser({ validate: true });
const builder = new LineTableBuilder<LineShape>(new ShapeCache(TOKEN_TYPES.length, parseLine));

type Doc = Document<KeepalivedFile, KeepalivedUnit>;

const plain = (document: Doc): unknown => JSON.parse(JSON.stringify(document.ast.statements));
const place = ({ at }: { at: { section: { start: number }; start: number; end: number } }): [number, number] => [
  at.section.start + at.start,
  at.section.start + at.end,
];
const findings = (document: Doc): unknown =>
  document.sections.flatMap((section) =>
    keepalived
      .check(document, section, DEFAULT_TARGETS)
      .map((finding) => [finding.rule, finding.message, ...place(finding)]),
  );
const names = (document: Doc): unknown =>
  document.sections.flatMap((section) => {
    const { definitions, references } = keepalived.names(document, section);
    return [...definitions, ...references].map((use) => [use.space, use.name, ...place(use)]);
  });

test('lossless and total', () => {
  fc.assert(
    fc.property(anyText, fc.nat(60), (text, offset) => {
      const document = parseKeepalived(text);
      expect(document.print()).toBe(text);
      plain(document);
      findings(document);
      names(document);
      const at = Math.min(offset, text.length);
      keepalived.keywordAt(document, at, DEFAULT_TARGETS);
      keepalived.complete(document, at, DEFAULT_TARGETS);
      keepalived.symbols(document);
      keepalived.includes?.(document, '/etc/keepalived/keepalived.conf');
      const section = document.sectionAt(at);
      keepalived.statementPath(document, { section, start: at - section.start, end: at - section.start });
      const file = {
        path: '/etc/keepalived/keepalived.conf',
        display: 'a',
        language: 'keepalived',
        document: document as unknown as Document,
      } as const;
      keepalived.lower([file], { host: 'a', hostName: 'h', targets: DEFAULT_TARGETS, included: () => [file] });
    }),
    settings,
  );
});

/** Asked and not asked between edits: a document must not rest on answers that it gave before. */
const edits = fc.array(fc.tuple(anyText, fc.nat(80), fc.nat(20), fc.boolean()), { minLength: 1, maxLength: 4 });

function sameAs(document: Doc, fresh: Doc): void {
  expect(document.print()).toBe(fresh.print());
  expect(document.sections.map((section) => section.text)).toEqual(fresh.sections.map((section) => section.text));
  expect(plain(document)).toEqual(plain(fresh));
  expect(findings(document)).toEqual(findings(fresh));
  expect(names(document)).toEqual(names(fresh));
  expect(keepalived.symbols(document)).toEqual(keepalived.symbols(fresh));
}

test('edits give the tree, the names and the findings that reading the new text gives', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(anyText, edits, (text, list) => {
      const document = parseKeepalived(text);
      let now = text;
      plain(document);
      for (const [insert, from, length, asked] of list) {
        const start = Math.min(from, now.length);
        const end = Math.min(start + length, now.length);
        document.edit({ start, end }, insert);
        now = now.slice(0, start) + insert + now.slice(end);
        if (asked) sameAs(document, parseKeepalived(now));
      }
      sameAs(document, parseKeepalived(now));
    }),
    settings,
  );
});

interface Tokens {
  readonly types: number[];
  readonly spans: [number, number][];
}

function lexed(text: string): Tokens[] {
  const { tokens, errors } = lexer.tokenize(text);
  expect(errors).toEqual([]);
  const lines: Tokens[] = [{ types: [], spans: [] }];
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

function scanned(text: string, offset = 0): Tokens[] {
  const table = scan(text, builder);
  return Array.from({ length: table.count }, (_, line) => {
    const [from, to] = [table.firstToken[line] as number, table.firstToken[line + 1] as number];
    const spans = Array.from({ length: to - from }, (__, i): [number, number] => [
      offset + (table.tokenStart[from + i] as number),
      offset + (table.tokenEnd[from + i] as number),
    ]);
    return { types: [...table.tokenType.subarray(from, to)], spans };
  });
}

test('the scanner finds the tokens that the Chevrotain lexer defines, and shared shapes are the parser’s', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(scanned(text)).toEqual(lexed(text));
      const shapes = scan(text, builder).shapes;
      parser.input = lexer.tokenize(text).tokens;
      const whole = parser.file();
      expect(parser.errors).toEqual([]);
      expect(whole).toHaveLength(shapes.length + (text === '' || text.endsWith('\n') ? 1 : 0));
      expect(shapes.map((shape) => shape.pieces.map((piece) => piece.kind))).toEqual(
        whole.slice(0, shapes.length).map((shape) => shape.pieces.map((piece) => piece.kind)),
      );
    }),
    settings,
  );
});

test('cutting and reading the parts is reading the whole', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { starts } = cut(text);
      const parts = starts.flatMap((start, i) => scanned(text.slice(start, starts[i + 1] ?? text.length), start));
      expect(parts).toEqual(scanned(text));
    }),
    settings,
  );
});

describe('linear time', () => {
  const cost = (text: string): number => {
    const from = process.cpuUsage();
    const document = parseKeepalived(text);
    findings(document);
    names(document);
    keepalived.symbols(document);
    const { user, system } = process.cpuUsage(from);
    return user + system;
  };
  const INPUTS: Record<string, (n: number) => string> = {
    'ordinary blocks': (n) =>
      'vrrp_instance VI {\n  state BACKUP\n  priority 100 # x\n  virtual_ipaddress {\n    10.0.0.1/24 dev eth0\n  }\n}\n'.repeat(
        n / 7,
      ),
    'one line of words': (n) => 'word '.repeat(n * 2),
    'open quotes': (n) => '"open\n'.repeat(n),
    'quotes in one line': (n) => '"a" '.repeat(n * 2),
    'braces in lines': (n) => '{ }\n'.repeat(n),
    'open braces': (n) => 'a {\n'.repeat(n),
    'nested braces': (n) => 'a { '.repeat(n / 2) + '} '.repeat(n / 2),
    'closing braces': (n) => '}\n'.repeat(n),
    'template marks': (n) => '{{ {% <% '.repeat(n),
    'blank lines': (n) => '\n'.repeat(n * 4),
    definitions: (n) => '$A=1\n'.repeat(n),
  };
  test.each(Object.keys(INPUTS))('%s', (name) => {
    const make = INPUTS[name] as (n: number) => string;
    // Over three doublings: one step of the heap at some size is no growth of the cost, and a quadratic part shows the more.
    const [small, large] = [make(20_000), make(160_000)];
    cost(small);
    // Measured in turn, and the least of each size counts: what else the machine does can only add to a cost. A part that grows with
    // the square would make the large input 64 times as dear, however often it is measured.
    let [least, most] = [Infinity, Infinity];
    const growth = (): number => Math.cbrt(most / least);
    for (let attempt = 0; attempt < 2 || (attempt < 8 && growth() >= 2.5); attempt++) {
      least = Math.min(least, cost(small));
      most = Math.min(most, cost(large));
    }
    expect(growth()).toBeLessThan(2.5);
  });
});

const corpora = join(
  process.env['HALINT_SHARED'] ?? join(import.meta.dirname, '../../../../shared'),
  'corpora/keepalived',
);
test.skipIf(!existsSync(corpora))(
  'every real file round-trips and is read without an exception (skipped: no corpora beside the project)',
  () => {
    const files = readdirSync(corpora, { recursive: true, withFileTypes: true, encoding: 'utf8' }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(100);
    for (const entry of files) {
      const text = readFileSync(join(entry.parentPath, entry.name), 'latin1');
      const document = parseKeepalived(text);
      expect(document.print()).toBe(text);
      plain(document);
      findings(document);
      names(document);
    }
  },
);
