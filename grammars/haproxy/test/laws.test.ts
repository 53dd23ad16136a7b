import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { LocalFinding, Section } from '@halint/core';
import { DEFAULT_TARGETS, offsetOf } from '@halint/core';
import { EmbeddedActionsParser, type IToken } from 'chevrotain';
import { HaproxyParser, LINE_TOKENS, Newline, readLines } from '../src/grammar.ts';
import { haproxy, parseHaproxy, type HaproxyDocument } from '../src/index.ts';
import { cut } from '../src/tokens.ts';
import { expectEditsReadAnew, expectLinear, expectPartsReadAsWhole, settings } from '../../../test/support/laws.ts';
import { lexLines } from './lexer.ts';
import { configs, corpus, hasShared } from './shared.ts';

function scanned(text: string): { type: number; start: number; end: number }[][] {
  const table = readLines(text);
  return Array.from({ length: table.count }, (_, line) => {
    const from = table.firstToken(line);
    const to = table.firstToken(line + 1);
    return Array.from({ length: to - from }, (_ignored, i) => ({
      type: table.tokenType(from + i),
      start: table.tokenStart(from + i),
      end: table.tokenEnd(from + i),
    }));
  });
}

/** The grammar with Chevrotain's own checks of it. */
const parser = new HaproxyParser(false);

function shapesByFile(text: string): unknown[] {
  const tokens: IToken[] = [];
  lexLines(text).forEach((line, i) => {
    if (i > 0)
      tokens.push({ tokenType: Newline, tokenTypeIdx: Newline.tokenTypeIdx as number, image: '\n', startOffset: 0 });
    for (const { type, start } of line) {
      const tokenType = LINE_TOKENS[type] as IToken['tokenType'];
      tokens.push({ tokenType, tokenTypeIdx: tokenType.tokenTypeIdx as number, image: '', startOffset: start });
    }
  });
  parser.input = tokens;
  const shapes = parser.file();
  expect(parser.errors).toEqual([]);
  return text === '' ? [] : shapes;
}

function same(text: string): void {
  expect(scanned(text)).toEqual(lexLines(text));
  expect([...readLines(text).shapes]).toEqual(shapesByFile(text));
}

/** Everything that is said of a document, places as offsets. */
function view(document: HaproxyDocument): unknown {
  const local = ({ at, ...finding }: LocalFinding): unknown => [
    finding.rule,
    finding.message,
    offsetOf(at),
    at.end - at.start,
  ];
  const names = (section: Section<never>): unknown => {
    const { definitions, references } = haproxy.names(document, section);
    return [...definitions, ...references].map((use) => [use.space, use.label, offsetOf(use.at)]);
  };
  return {
    sections: document.sections.map((section) => [section.text, section.unit.lines.kind, section.start, section.line]),
    findings: document.sections.map((section) => haproxy.check(document, section, DEFAULT_TARGETS).map(local)),
    names: document.sections.map((section) => names(section as unknown as Section<never>)),
    file: haproxy.checkFile(document, DEFAULT_TARGETS).map(local),
    symbols: haproxy.symbols(document),
  };
}

describe('laws', () => {
  test('the grammar is valid', () => {
    expect(parser).toBeInstanceOf(EmbeddedActionsParser);
  });

  test('print gives the text back, and nothing throws on any text', () => {
    fc.assert(
      fc.property(configs, (text) => {
        const document = parseHaproxy(text);
        expect(document.print()).toBe(text);
        view(document);
        JSON.stringify(document.ast);
      }),
      settings,
    );
  });

  test('print gives back any string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseHaproxy(text).print()).toBe(text);
      }),
      settings,
    );
  });

  test('the scanner and the grammar by lines give what the Chevrotain lexer and the whole grammar give', () => {
    fc.assert(fc.property(configs, same), settings);
  });

  test('cut and read of the parts is reading the whole', () =>
    expectPartsReadAsWhole(configs, cut, (text, offset) =>
      scanned(text).map((line) =>
        line.map((token) => ({ ...token, start: token.start + offset, end: token.end + offset })),
      ),
    ));

  test('an edited document is the document of the edited text', () => expectEditsReadAnew(configs, parseHaproxy, view));
});

describe.skipIf(!hasShared)('real files', () => {
  test('round trip, tokens and shapes', { timeout: 300_000 }, () => {
    for (const { name, text } of corpus()) {
      expect(parseHaproxy(text).print(), name).toBe(text);
      same(text);
    }
  });
});

function generated(lines: number): string {
  const text = ['global', '    daemon', 'defaults', '    mode tcp', '    timeout connect 5s'];
  for (let i = 0; text.length < lines; i++) {
    text.push(
      `frontend f${i}`,
      `    bind 127.0.0.1:${1000 + i}`,
      `    acl a path_beg /x # c`,
      `    default_backend b${i}`,
      `backend b${i}`,
    );
    for (let s = 0; s < 10; s++) text.push(`    server s${s} 10.0.${i % 250}.${s}:80 check weight ${s}`);
  }
  return `${text.join('\n')}\n`;
}

test('time is linear: twice the text takes less than 2.5 times as long', () => {
  expectLinear(
    generated,
    (text) => {
      const document = parseHaproxy(text);
      for (const section of document.sections) {
        haproxy.check(document, section, DEFAULT_TARGETS);
        haproxy.names(document, section);
      }
    },
    25_000,
  );
});

test.each(['"', "'", '{{', '<%', '"${A', '\\', '{%{#', '# ', '\0', '[', '.if 1\n', '"a" '])(
  'long lines of %j take linear time',
  (piece) =>
    expectLinear(
      (count) => `listen x\n${piece.repeat(count)}`,
      (text) => void view(parseHaproxy(text)),
    ),
);
