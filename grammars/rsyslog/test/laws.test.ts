import { DEFAULT_TARGETS, LineTableBuilder, ShapeCache, type Document } from '@halint/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectEditsReadAnew, expectLinear, settings, spanOf, textOf, tokensOf } from '../../../test/support/laws.ts';
import { parseStatement, RsyslogParser, type StatementShape } from '../src/grammar.ts';
import { parseRsyslog, rsyslog, type RsyslogFile, type RsyslogUnit } from '../src/index.ts';
import { scan, TOKEN_TYPES } from '../src/tokens.ts';

const anyText = textOf([
  '$ModLoad',
  '$AddUnixListenSocket ',
  'input(',
  'module(load="imudp")',
  'ruleset(name="a") {',
  'type=',
  '"imudp"',
  '["514", "515"]',
  ')',
  '}',
  '{',
  'if $msg contains "x" then',
  ' then ',
  'stop',
  'set $.a = 1;',
  ':programname, isequal, "haproxy"',
  'local0.*',
  '*.info;mail.none',
  ' /var/log/x',
  '& ~',
  '!prog',
  '\\\n',
  '"',
  "'",
  '#',
  '/*',
  '*/',
  ' ',
  '\t',
  '\r\n',
  '\n',
  '\0',
  '\uFEFF',
]);

const cache = new LineTableBuilder(new ShapeCache<StatementShape>(TOKEN_TYPES.length, parseStatement));

type Parsed = Document<RsyslogFile, RsyslogUnit>;

/** The tree without its getters, with every place. */
const plain = (document: Parsed): unknown => JSON.parse(JSON.stringify(document.ast));
const findings = (document: Parsed): unknown =>
  document.sections.flatMap((section) =>
    rsyslog.check(document, section, DEFAULT_TARGETS).map((finding) => [finding.message, spanOf(finding)]),
  );

test('the grammar is sound', () => expect(() => new RsyslogParser({ validate: true })).not.toThrow());

test('any text comes back as it was, and everything that can be asked of it is total', () => {
  fc.assert(
    fc.property(anyText, fc.nat(60), (text, offset) => {
      const document = parseRsyslog(text);
      expect(document.print()).toBe(text);
      for (const { span } of document.ast.statements) expect(text.slice(span.start, span.end)).toMatch(/[^ \t\r\n]/);
      findings(document);
      const at = Math.min(offset, text.length);
      rsyslog.keywordAt(document, at, DEFAULT_TARGETS);
      rsyslog.complete(document, at, DEFAULT_TARGETS);
      rsyslog.symbols(document);
      const section = document.sectionAt(at);
      rsyslog.statementPath(document, { section, start: at - section.start, end: at - section.start });
      const file = {
        path: '/etc/rsyslog.conf',
        display: 'a',
        language: 'rsyslog',
        document: document as unknown as Document,
      } as const;
      const context = { host: 'a', hostName: 'a', targets: DEFAULT_TARGETS, included: () => [] };
      rsyslog.lower([file], context);
      rsyslog.includes?.(document, '/etc/rsyslog.conf');
    }),
    settings,
  );
});

test('tokens follow each other and leave out blanks, and inside parentheses comments', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      let at = 0;
      for (const { spans } of tokensOf(scan(text, cache))) {
        for (const [start, end] of spans) {
          expect(end).toBeGreaterThan(start);
          expect(text.slice(at, start)).toMatch(/^(?:[ \t\r\n]|#[^\n]*)*$/);
          at = end;
        }
      }
      expect(text.slice(at)).toMatch(/^(?:[ \t\r\n]|#[^\n]*)*$/);
    }),
    settings,
  );
});

test('an edit gives the tree that reading the new text gives', () =>
  expectEditsReadAnew(anyText, parseRsyslog, (document) => [plain(document), findings(document)]));

describe('linear time', () => {
  const bodies: Record<string, (size: number) => string> = {
    directives: (size) => '$ModLoad imudp\n'.repeat(size),
    objects: (size) => 'input(type="imudp" port="514")\n'.repeat(size),
    'one object that is never closed': (size) => `input(${'a="b"\n '.repeat(size)}`,
    'strings that are never closed': (size) => `input(a="${'x\n'.repeat(size * 4)}`,
    'blanks in parentheses': (size) => `input(${' \n'.repeat(size * 8)}`,
    'conditions without then': (size) => 'if a\n'.repeat(size * 2),
    'continued selectors': (size) => `${'*.info;\\\n '.repeat(size)}\n`,
    'continued actions': (size) => `*.* ${'x\\\n'.repeat(size * 4)}\n`,
    'opening comments': (size) => '/* '.repeat(size * 4),
  };
  test.each(Object.entries(bodies))('%s', (_name, make) =>
    expectLinear(make, (text) => {
      const document = parseRsyslog(text);
      for (const section of document.sections) rsyslog.check(document, section, DEFAULT_TARGETS);
    }),
  );
});
