import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_TARGETS, LineTableBuilder, ShapeCache, type Document } from '@halint/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeepalivedParser, parseLine, type LineShape } from '../src/grammar.ts';
import { keepalived, parseKeepalived, type KeepalivedFile, type KeepalivedUnit } from '../src/index.ts';
import {
  expectEditsReadAnew,
  expectLinear,
  expectPartsReadAsWhole,
  lexedBy,
  settings,
  spanOf,
  textOf,
  tokensOf,
  type LineTokens,
} from '../../../test/support/laws.ts';
import { shared } from '../../../test/support/shared.ts';
import { createLexer, cut, EndOfLine, scan, TOKEN_TYPES } from '../src/tokens.ts';

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
const anyText = textOf(PIECES);

const lexer = createLexer();
const parser = new KeepalivedParser({ validate: true });
const builder = new LineTableBuilder<LineShape>(new ShapeCache(TOKEN_TYPES.length, parseLine));

type Doc = Document<KeepalivedFile, KeepalivedUnit>;

const plain = (document: Doc): unknown => JSON.parse(JSON.stringify(document.ast.statements));
const findings = (document: Doc): unknown =>
  document.sections.flatMap((section) =>
    keepalived
      .check(document, section, DEFAULT_TARGETS)
      .map((finding) => [finding.rule, finding.message, ...spanOf(finding)]),
  );
const names = (document: Doc): unknown =>
  document.sections.flatMap((section) => {
    const { definitions, references } = keepalived.names(document, section);
    return [...definitions, ...references].map((use) => [use.space, use.label, ...spanOf(use)]);
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

test('edits give the tree, the names and the findings that reading the new text gives', { timeout: 60_000 }, () =>
  expectEditsReadAnew(anyText, parseKeepalived, (document) => [
    plain(document),
    findings(document),
    names(document),
    keepalived.symbols(document),
  ]),
);

const scanned = (text: string, offset?: number): LineTokens[] => tokensOf(scan(text, builder), offset);

test('the scanner finds the tokens that the Chevrotain lexer defines, and shared shapes are the parser’s', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(scanned(text)).toEqual(lexedBy(lexer, text, TOKEN_TYPES, EndOfLine));
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

test('cutting and reading the parts is reading the whole', () => expectPartsReadAsWhole(anyText, cut, scanned));

describe('linear time', () => {
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
  test.each(Object.entries(INPUTS))('%s', (_name, make) =>
    expectLinear(make, (text) => {
      const document = parseKeepalived(text);
      findings(document);
      names(document);
      keepalived.symbols(document);
    }),
  );
});

const corpora = shared('corpora/keepalived');
test.skipIf(!corpora.present)(
  'every real file round-trips and is read without an exception (skipped: no corpora beside the project)',
  () => {
    const files = readdirSync(corpora.path, { recursive: true, withFileTypes: true, encoding: 'utf8' }).filter(
      (entry) => entry.isFile(),
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
