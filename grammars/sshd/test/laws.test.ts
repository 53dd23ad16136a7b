import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  LineTableBuilder,
  ShapeCache,
  DEFAULT_TARGETS,
  type Document,
  type LowerContext,
  type SourceFile,
  type Targets,
} from '@halint/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLine, SshdParser, type LineShape } from '../src/grammar.ts';
import { effective, parseSshd, sshd, type SshdFile, type SshdUnit } from '../src/index.ts';
import {
  expectEditsReadAnew,
  expectLinear,
  expectPartsReadAsWhole,
  lexedBy,
  settings,
  spanOf,
  textOf,
  tokensOf,
} from '../../../test/support/laws.ts';
import { shared } from '../../../test/support/shared.ts';
import { createLexer, cut, EndOfLine, scan, TOKEN_TYPES, withoutSeams } from '../src/tokens.ts';

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
const anyText = textOf(PIECES);

const lexer = createLexer();
const parser = new SshdParser({ validate: true });
const cache = new LineTableBuilder<LineShape>(new ShapeCache(TOKEN_TYPES.length, parseLine));

function plain(document: Document<SshdFile, SshdUnit>): unknown {
  return JSON.parse(JSON.stringify(document.ast));
}

const sourceOf = (document: Document<SshdFile, SshdUnit>): SourceFile => ({
  path: '/etc/ssh/sshd_config',
  display: 'a',
  language: 'sshd',
  document: document as unknown as Document,
});

/** A host whose every include is the file itself. */
function contextOf(document: Document<SshdFile, SshdUnit>, targets: Targets): LowerContext {
  const source = sourceOf(document);
  return { host: 'a', hostName: 'a', targets, included: () => [source] };
}

function findings(document: Document<SshdFile, SshdUnit>): unknown {
  const versions = ['8.0', '9.2', '10.6'].map((openssh) => ({ ...DEFAULT_TARGETS, openssh }));
  const all = versions.flatMap((targets) => [
    ...document.sections.flatMap((section) => sshd.check(document, section, targets)),
    ...(sshd.checkHost?.([sourceOf(document)], contextOf(document, targets)) ?? []),
  ]);
  return all.map((finding) => [finding.rule, finding.message, ...spanOf(finding)]);
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
      const source = sourceOf(document);
      sshd.includes?.(document, source.path);
      for (const openssh of ['8.4', '9.2', '10.6']) {
        const context = contextOf(document, { ...DEFAULT_TARGETS, openssh });
        sshd.lower([source], context);
        effective([source], context, { user: 'git', addr: '10.0.0.1', lport: 22 });
      }
    }),
    settings,
  );
});

test('an edit gives the tree that reading the new text gives', () =>
  expectEditsReadAnew(anyText, parseSshd, (document) => [plain(document), findings(document)]));

test('the scanner finds the tokens that the Chevrotain lexer defines, and shared shapes are the parser’s', () => {
  fc.assert(
    fc.property(anyText.map(withoutSeams), (text) => {
      const table = scan(text, cache);
      const lines = lexedBy(lexer, text, TOKEN_TYPES, EndOfLine);
      expect(tokensOf(table)).toEqual(lines);
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

test('a text with NULs is read as the text that they leave', () => {
  const values = (text: string): unknown =>
    JSON.parse(JSON.stringify(parseSshd(text).ast, (key, value: unknown) => (key === 'span' ? undefined : value)));
  fc.assert(
    fc.property(anyText, (text) => {
      const joined = withoutSeams(text);
      expect(joined).not.toContain('\0');
      const without = (tree: unknown): unknown =>
        JSON.parse(
          JSON.stringify(tree, (key, value: unknown) => (key === 'text' || key === 'opening' ? undefined : value)),
        );
      expect(without(values(text))).toEqual(without(values(joined)));
    }),
    settings,
  );
});

test('reading the sections is reading the whole', () =>
  expectPartsReadAsWhole(anyText, cut, (text, offset) => {
    const table = scan(text, cache);
    return tokensOf(table, offset).map((line, i) => [table.shapes[i], line]);
  }));

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
  test.each(Object.entries(bodies))('%s', (_name, make) =>
    expectLinear(make, (text) => {
      const document = parseSshd(text);
      for (const section of document.sections) sshd.check(document, section, DEFAULT_TARGETS);
    }),
  );
});

const folder = shared('corpora/sshd');

test.skipIf(!folder.present).each(['wild', 'dropin', 'templates'])('real files come back as they were: %s', (kind) => {
  for (const name of readdirSync(join(folder.path, kind))) {
    for (const encoding of ['utf8', 'latin1'] as const) {
      const text = readFileSync(join(folder.path, kind, name), encoding);
      const document = parseSshd(text);
      expect(document.print(), name).toBe(text);
      expect(() => [plain(document), findings(document)], name).not.toThrow();
    }
  }
});

test.skipIf(!folder.present)('the verdict on real files is that of sshd -t, with its line', () => {
  const rows = readFileSync(join(folder.path, 'verdicts.tsv'), 'utf8').trimEnd().split('\n').slice(1);
  for (const row of rows) {
    const [file = '', openssh = '', exit = '', line = '', , cause = ''] = row.split('\t');
    if (cause === 'environment') continue;
    const document = parseSshd(readFileSync(join(folder.path, file), 'latin1'));
    const targets = { ...DEFAULT_TARGETS, openssh };
    const found = [
      ...document.sections.flatMap((section) => sshd.check(document, section, targets)),
      ...(sshd.checkHost?.([sourceOf(document)], { ...contextOf(document, targets), included: () => [] }) ?? []),
    ];
    const lines = found.filter((each) => each.rejects).map(({ at }) => at.section.positionAt(at.start).line);
    expect(lines.length > 0, `${file} ${openssh}`).toBe(exit !== '0');
    if (line !== '') expect(lines, `${file} ${openssh}`).toContain(Number(line));
  }
});
