import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineTableBuilder, ShapeCache, DEFAULT_TARGETS, type Document } from '@halint/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLine, SysctlParser, type LineShape } from '../src/grammar.ts';
import { parseSysctl, sysctl, type SysctlFile, type SysctlUnit } from '../src/index.ts';
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
import { createLexer, cut, EndOfLine, scan, TOKEN_TYPES } from '../src/tokens.ts';

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
const anyText = textOf(PIECES);

const lexer = createLexer();
const parser = new SysctlParser({ validate: true });
const cache = new LineTableBuilder<LineShape>(new ShapeCache(TOKEN_TYPES.length, parseLine));

function plain(document: Document<SysctlFile, SysctlUnit>): unknown {
  return JSON.parse(JSON.stringify(document.ast));
}

function findings(document: Document<SysctlFile, SysctlUnit>): unknown {
  return document.sections.flatMap((section) =>
    sysctl
      .check(document, section, DEFAULT_TARGETS)
      .map((finding) => [finding.rule, finding.message, ...spanOf(finding)]),
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

test('an edit gives the tree that reading the new text gives', () =>
  expectEditsReadAnew(anyText, parseSysctl, (document) => [plain(document), findings(document)]));

test('the scanner finds the tokens that the Chevrotain lexer defines, and shared shapes are the parser’s', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const table = scan(text, cache);
      const lines = lexedBy(lexer, text, TOKEN_TYPES, EndOfLine);
      expect(tokensOf(table)).toEqual(lines);
      expect(table.shapes).toEqual(lines.map(({ types }) => parseLine(types)));
      if (table.shapes.some((shape) => shape.kind === 'unreadable')) return;
      parser.input = lexer.tokenize(text).tokens;
      expect(parser.file()).toHaveLength(table.count + (text === '' || text.endsWith('\n') ? 1 : 0));
      expect(parser.errors).toEqual([]);
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
    assignments: (size) => 'net.ipv4.conf.eth0.rp_filter = 1\n'.repeat(size),
    'one long value': (size) => `kernel.x = ${'word '.repeat(size * 4)}\n`,
    'one long key': (size) => `${'word '.repeat(size * 4)}\n`,
    blanks: (size) => `a =${' \t'.repeat(size * 8)}b${' '.repeat(size * 8)}\n`,
    'equals signs': (size) => `${'='.repeat(size * 16)}\n`,
  };
  test.each(Object.entries(bodies))('%s', (_name, make) =>
    expectLinear(make, (text) => {
      const document = parseSysctl(text);
      for (const section of document.sections) sysctl.check(document, section, DEFAULT_TARGETS);
    }),
  );
});

const folder = shared('corpora/sshd/sysctl');

test.skipIf(!folder.present)('real files come back as they were', () => {
  for (const name of readdirSync(folder.path)) {
    for (const encoding of ['utf8', 'latin1'] as const) {
      const text = readFileSync(join(folder.path, name), encoding);
      const document = parseSysctl(text);
      expect(document.print(), name).toBe(text);
      expect(() => plain(document), name).not.toThrow();
    }
  }
});
