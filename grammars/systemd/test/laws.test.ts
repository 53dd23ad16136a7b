import { DEFAULT_TARGETS, LineTableBuilder, ShapeCache, type Document } from '@halint/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectEditsReadAnew, expectLinear, settings, spanOf, textOf, tokensOf } from '../../../test/support/laws.ts';
import { parseLine, SystemdParser, type LineShape } from '../src/grammar.ts';
import { parseSystemd, systemd, type SystemdFile, type SystemdUnit } from '../src/index.ts';
import { scan, TOKEN_TYPES } from '../src/tokens.ts';

const anyText = textOf([
  '[Service]',
  '[Socket]\n',
  '[',
  ']',
  'ExecStart',
  'ListenStream',
  '=',
  ' = ',
  '/bin/true',
  '\\',
  '\\\n',
  '\\\r\n',
  '#',
  ';',
  ' ',
  '\t',
  '\r',
  '\n',
  '"',
  '\uFEFF',
  '\0',
  '\u2028',
]);

const cache = new LineTableBuilder(new ShapeCache<LineShape>(TOKEN_TYPES.length, parseLine));

type Parsed = Document<SystemdFile, SystemdUnit>;

/** The tree without its getters, with every place. */
const plain = (document: Parsed): unknown => JSON.parse(JSON.stringify(document.ast));
const findings = (document: Parsed): unknown =>
  document.sections.flatMap((section) =>
    systemd.check(document, section, DEFAULT_TARGETS).map((finding) => [finding.message, spanOf(finding)]),
  );

test('the grammar is sound', () => expect(() => new SystemdParser({ validate: true })).not.toThrow());

test('any text comes back as it was, and everything that can be asked of it is total', () => {
  fc.assert(
    fc.property(anyText, fc.nat(60), (text, offset) => {
      const document = parseSystemd(text);
      expect(document.print()).toBe(text);
      for (const section of document.ast.sections) {
        expect(text.slice(section.name.span.start, section.name.span.end)).toBe(section.name.value);
        for (const { span } of section.statements) expect(text.slice(span.start, span.end)).toMatch(/[^ \t\r\n]/);
      }
      findings(document);
      const at = Math.min(offset, text.length);
      systemd.keywordAt(document, at, DEFAULT_TARGETS);
      systemd.complete(document, at, DEFAULT_TARGETS);
      systemd.symbols(document);
      const section = document.sectionAt(at);
      systemd.statementPath(document, { section, start: at - section.start, end: at - section.start });
      const file = {
        path: '/etc/systemd/system/ssh.service',
        display: 'a',
        language: 'systemd',
        document: document as unknown as Document,
      } as const;
      const context = { host: 'a', hostName: 'a', targets: DEFAULT_TARGETS, included: () => [] };
      systemd.lower([file], context).units.get('ssh.service')?.values('Service', 'ExecStart');
    }),
    settings,
  );
});

test('tokens follow each other and leave out blanks alone', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      let at = 0;
      for (const { spans } of tokensOf(scan(text, cache))) {
        for (const [start, end] of spans) {
          expect(end).toBeGreaterThan(start);
          expect(text.slice(at, start)).toMatch(/^[ \t\r\n]*$/);
          at = end;
        }
      }
      expect(text.slice(at)).toMatch(/^[ \t\r\n]*$/);
    }),
    settings,
  );
});

test('an edit gives the tree that reading the new text gives', () =>
  expectEditsReadAnew(anyText, parseSystemd, (document) => [plain(document), findings(document)]));

describe('linear time', () => {
  const bodies: Record<string, (size: number) => string> = {
    assignments: (size) => `[Service]\n${'ExecStartPre=/bin/true\n'.repeat(size)}`,
    'one value over many lines': (size) => `[Service]\nExecStart=a ${'\\\n# c\n b '.repeat(size)}\n`,
    backslashes: (size) => `[Service]\nExecStart=${'\\'.repeat(size * 8)}\n`,
    heads: (size) => '[Service]\n'.repeat(size),
  };
  test.each(Object.entries(bodies))('%s', (_name, make) =>
    expectLinear(make, (text) => {
      const document = parseSystemd(text);
      for (const section of document.sections) systemd.check(document, section, DEFAULT_TARGETS);
    }),
  );
});
