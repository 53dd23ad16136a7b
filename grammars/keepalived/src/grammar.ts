import { EmbeddedActionsParser } from 'chevrotain';
import { shapeTokens } from '@halint/core';
import {
  BrokenQuote,
  Close,
  Comment,
  Condition,
  Definition,
  EndOfLine,
  Open,
  Quoted,
  TOKEN_TYPES,
  Word,
} from './tokens.ts';

/** A part of a line: braces cut lines (lib/parser.c read_line). Numbers count the tokens of the line; `to` is behind the last word. */
export interface Piece {
  /** `open`: words and `{`; `close`: `}`; `words`: a statement; `broken`: words with a quote that is not closed. */
  readonly kind: 'open' | 'close' | 'words' | 'broken';
  readonly from: number;
  readonly to: number;
}

/** Tree of one line. Decided by token types alone, so that equal lines share it. */
export interface LineShape {
  /** Token of `@id` or of `$NAME=` at the start. */
  readonly condition: number | undefined;
  readonly definition: number | undefined;
  readonly pieces: readonly Piece[];
}

const EMPTY: LineShape = { condition: undefined, definition: undefined, pieces: [] };

/**
 * file:  line (EndOfLine line)*
 * line:  [Condition | Definition] piece* [Comment]
 * piece: word+ [Open] | Open | Close
 */
export class KeepalivedParser extends EmbeddedActionsParser {
  constructor(options: { readonly validate: boolean }) {
    super([...TOKEN_TYPES, EndOfLine], { skipValidations: !options.validate });
    this.performSelfAnalysis();
  }

  readonly word = this.RULE('word', (): { readonly at: number; readonly broken: boolean } =>
    this.OR([
      { ALT: () => ({ at: this.CONSUME(Word).startOffset, broken: false }) },
      { ALT: () => ({ at: this.CONSUME(Quoted).startOffset, broken: false }) },
      { ALT: () => ({ at: this.CONSUME(BrokenQuote).startOffset, broken: true }) },
    ]),
  );

  readonly words = this.RULE('words', (): Piece => {
    let from = -1;
    let to = -1;
    let broken = false;
    this.AT_LEAST_ONE(() => {
      const word = this.SUBRULE(this.word);
      if (from < 0) from = word.at;
      to = word.at + 1;
      broken ||= word.broken;
    });
    let kind: Piece['kind'] = broken ? 'broken' : 'words';
    this.OPTION(() => {
      this.CONSUME(Open);
      kind = 'open';
    });
    return { kind, from, to };
  });

  readonly piece = this.RULE('piece', (): Piece =>
    this.OR<Piece>([
      { ALT: () => this.SUBRULE(this.words) },
      {
        ALT: () => {
          const at = this.CONSUME(Open).startOffset;
          return { kind: 'open', from: at, to: at };
        },
      },
      {
        ALT: () => {
          const at = this.CONSUME(Close).startOffset;
          return { kind: 'close', from: at, to: at };
        },
      },
    ]),
  );

  readonly line = this.RULE('line', (): LineShape => {
    let condition: number | undefined;
    let definition: number | undefined;
    const pieces: Piece[] = [];
    this.OPTION(() =>
      this.OR([
        { ALT: () => (condition = this.CONSUME(Condition).startOffset) },
        { ALT: () => (definition = this.CONSUME(Definition).startOffset) },
      ]),
    );
    this.MANY(() => pieces.push(this.SUBRULE(this.piece)));
    this.OPTION2(() => this.CONSUME(Comment));
    return { condition, definition, pieces };
  });

  readonly file = this.RULE('file', (): LineShape[] => {
    const lines = [this.SUBRULE(this.line)];
    this.MANY(() => {
      this.CONSUME(EndOfLine);
      lines.push(this.SUBRULE2(this.line));
    });
    return lines;
  });
}

let parser: KeepalivedParser | undefined;

/** Parses one line, given as token type numbers. Every sequence of tokens is a line, so nothing is left over. */
export function parseLine(types: readonly number[]): LineShape {
  if (types.length === 0) return EMPTY;
  parser ??= new KeepalivedParser({ validate: false });
  parser.input = shapeTokens(types, TOKEN_TYPES);
  const shape = parser.line();
  return parser.errors.length === 0 ? shape : EMPTY;
}
