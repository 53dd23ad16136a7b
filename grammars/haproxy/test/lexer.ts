import { createToken, Lexer, type IToken, type TokenType } from 'chevrotain';
import { LINE_TOKENS, Newline } from '../src/grammar.ts';

/** The tokens of haproxy.cfg once more, from regular expressions: what the hand-written scanner is held against. */

const PLACEHOLDER = String.raw`(?:\{\{(?:(?!\}\})[^\n\0])*\}\}|\{%(?:(?!%\})[^\n\0])*%\}|\{#(?:(?!#\})[^\n\0])*#\}|<%(?:(?!%>)[^\n\0])*%>)`;
const VARIABLE = String.raw`\$(?:\{(?:[A-Za-z_][A-Za-z0-9_]*|\.[A-Za-z0-9_]*)(?:-[^}\n\r\0]*|\[\*\])?\}|(?:[A-Za-z_][A-Za-z0-9_]*|\.[A-Za-z0-9_]*))`;
const ESCAPE = String.raw`\\(?:x[0-9a-fA-F]{2}|[ \\tnr#'"$]|(?![ \\tnr#'"$x]))`;

const sticky = (source: string): RegExp => new RegExp(source, 'y');
const PIECE = {
  placeholder: sticky(PLACEHOLDER),
  plain: sticky(String.raw`[^\s"'\\#\0{<]|[\u00a0\ufeff\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`),
  loose: sticky(`(?!${PLACEHOLDER})[{<]`),
  escape: sticky(ESCAPE),
  open: sticky(`["']`),
  single: sticky(String.raw`[^'\r\n\0{<]`),
  double: sticky(String.raw`[^"\\$\r\n\0{<]`),
  variable: sticky(VARIABLE),
} as const;

function eat(text: string, at: number, name: keyof typeof PIECE): number {
  const piece = PIECE[name];
  piece.lastIndex = at;
  const found = piece.exec(text);
  return found === null ? -1 : at + found[0].length;
}

function first(
  text: string,
  at: number,
  names: readonly (keyof typeof PIECE)[],
): { name: keyof typeof PIECE; end: number } | undefined {
  for (const name of names) {
    const end = eat(text, at, name);
    if (end >= 0) return { name, end };
  }
  return undefined;
}

/** A whole word at `at`, or undefined when it is broken. */
function word(text: string, at: number): { end: number; placeholder: boolean } | undefined {
  let placeholder = false;
  let i = at;
  for (;;) {
    const piece = first(text, i, ['placeholder', 'plain', 'loose', 'escape', 'open']);
    if (piece === undefined) break;
    placeholder ||= piece.name === 'placeholder';
    const quote = text[i] as string;
    i = piece.end;
    if (piece.name !== 'open') continue;
    for (;;) {
      const inside = first(
        text,
        i,
        quote === "'" ? ['placeholder', 'single', 'loose'] : ['placeholder', 'double', 'loose', 'escape', 'variable'],
      );
      if (inside === undefined) break;
      placeholder ||= inside.name === 'placeholder';
      i = inside.end;
    }
    if (text[i] !== quote) return undefined;
    i++;
  }
  const next = text[i];
  return i > at && (next === undefined || /[ \t\n\v\f\r#\0]/.test(next)) ? { end: i, placeholder } : undefined;
}

type Pattern = (text: string, offset: number, before: readonly IToken[]) => RegExpExecArray | null;

function matched(text: string, from: number, to: number): RegExpExecArray | null {
  return to > from
    ? (Object.assign([text.slice(from, to)], { index: from, input: text }) as unknown as RegExpExecArray)
    : null;
}

/** Only blanks stand between the line's start and the offset. */
function leads(text: string, offset: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t\v\f\r]*$/.test(line);
}

const upTo = (text: string, offset: number, stop: RegExp): number => {
  const rest = text.slice(offset).search(stop);
  return rest < 0 ? text.length : offset + rest;
};

const patterns: Readonly<Record<string, Pattern>> = {
  Scope: (text, offset) =>
    leads(text, offset) && text[offset] === '[' ? matched(text, offset, upTo(text, offset, /[\n\0]/)) : null,
  Comment: (text, offset) => (text[offset] === '#' ? matched(text, offset, upTo(text, offset, /[\n\0]/)) : null),
  Ignored: (text, offset, before) => {
    const last = before[before.length - 1];
    const behind = last !== undefined && last.tokenType !== Newline && last.startOffset + last.image.length === offset;
    if (text[offset] !== '\r' || !behind || /^\r(?:\n|$)/.test(text.slice(offset, offset + 2))) return null;
    return matched(text, offset, upTo(text, offset, /[\n\0]/));
  },
  Placeholder: (text, offset) => {
    const found = word(text, offset);
    return found?.placeholder === true ? matched(text, offset, found.end) : null;
  },
  Directive: (text, offset) =>
    text[offset] === '.' && leads(text, offset) ? matched(text, offset, word(text, offset)?.end ?? offset) : null,
  Word: (text, offset) => matched(text, offset, word(text, offset)?.end ?? offset),
  Broken: (text, offset) =>
    /[\n\r\t\v\f ]/.test(text[offset] ?? ' ') ? null : matched(text, offset, upTo(text, offset, /\n/)),
};

const Blank = createToken({ name: 'Blank', pattern: /[ \t\v\f\r]+/, group: Lexer.SKIPPED });

export interface Lexed {
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

/** Own token types of the lexer, in order of preference, by their index in LINE_TOKENS. */
const ORDER = ['Ignored', 'Scope', 'Comment', 'Placeholder', 'Directive', 'Word', 'Broken'] as const;

function build(): { lexer: Lexer; index: Map<TokenType, number> } {
  const index = new Map<TokenType, number>();
  const types = ORDER.map((name) => {
    const pattern = patterns[name] as Pattern;
    const type = createToken({
      name: `${name}_`,
      pattern: (text: string, offset: number, before: IToken[]) => pattern(text, offset, before),
      line_breaks: false,
    });
    index.set(
      type,
      LINE_TOKENS.findIndex((token) => token.name === name),
    );
    return type;
  });
  const [ignored, ...others] = types as [TokenType, ...TokenType[]];
  const lexer = new Lexer([Newline, ignored, Blank, ...others], { positionTracking: 'onlyOffset' });
  return { lexer, index };
}

const { lexer, index } = build();

/** The tokens of a text line by line; a text that ends with a newline has no line behind it. */
export function lexLines(text: string): Lexed[][] {
  const lines: Lexed[][] = [[]];
  for (const token of lexer.tokenize(text).tokens) {
    if (token.tokenType === Newline) lines.push([]);
    else {
      const start = token.startOffset;
      lines[lines.length - 1]?.push({
        type: index.get(token.tokenType) as number,
        start,
        end: start + token.image.length,
      });
    }
  }
  if (lines[lines.length - 1]?.length === 0 && (text === '' || text.endsWith('\n'))) lines.pop();
  return lines;
}
