import { EmbeddedActionsParser } from 'chevrotain';
import { shapeTokens } from '@halint/core';
import { Comment, EndOfLine, Equals, Keyword, MatchWord, TOKEN_TYPES, Word } from './tokens.ts';

/** Tree of one line: numbers count the tokens of the line. Decided by token types alone, so that equal lines share it. */
export type LineShape =
  | { readonly kind: 'blank' | 'comment' | 'unreadable' }
  | { readonly kind: 'option' | 'match'; readonly keyword: number; readonly from: number; readonly to: number };

const BLANK: LineShape = { kind: 'blank' };
const COMMENT: LineShape = { kind: 'comment' };
const UNREADABLE: LineShape = { kind: 'unreadable' };

/**
 * file:    line* section*          (every line with its EndOfLine)
 * section: match line*
 * match:   MatchWord words
 * line:    [Comment | Keyword words]
 * words:   [`=`] Word* [Comment]
 */
export class SshdParser extends EmbeddedActionsParser {
  constructor(options: { readonly validate: boolean }) {
    super([...TOKEN_TYPES, EndOfLine], { skipValidations: !options.validate });
    this.performSelfAnalysis();
  }

  readonly words = this.RULE('words', (keyword: number): { from: number; to: number } => {
    let from = keyword + 1;
    this.OPTION(() => {
      this.CONSUME(Equals);
      from++;
    });
    let to = from;
    this.MANY(() => {
      this.CONSUME(Word);
      to++;
    });
    this.OPTION2(() => this.CONSUME(Comment));
    return { from, to };
  });

  readonly setting = this.RULE('setting', (): LineShape => {
    const keyword = this.CONSUME(Keyword).startOffset;
    return { kind: 'option', keyword, ...this.SUBRULE(this.words, { ARGS: [keyword] }) };
  });

  readonly match = this.RULE('match', (): LineShape => {
    const keyword = this.CONSUME(MatchWord).startOffset;
    return { kind: 'match', keyword, ...this.SUBRULE(this.words, { ARGS: [keyword] }) };
  });

  readonly content = this.RULE('content', (): LineShape =>
    this.OR<LineShape>([
      {
        ALT: () => {
          this.CONSUME(Comment);
          return COMMENT;
        },
      },
      { ALT: () => this.SUBRULE(this.setting) },
    ]),
  );

  // OPTION, not EMPTY_ALT: Chevrotain's look-ahead leaves empty alternatives out.
  readonly line = this.RULE('line', (): LineShape => {
    let shape = BLANK;
    this.OPTION(() => {
      shape = this.SUBRULE(this.content);
    });
    return shape;
  });

  /** One line of either kind: what the line table is made of. */
  readonly anyLine = this.RULE('anyLine', (): LineShape => {
    let shape = BLANK;
    this.OPTION(() => {
      shape = this.OR<LineShape>([{ ALT: () => this.SUBRULE(this.match) }, { ALT: () => this.SUBRULE(this.content) }]);
    });
    return shape;
  });

  readonly body = this.RULE('body', (): LineShape[] => {
    const lines: LineShape[] = [];
    this.MANY(() => {
      lines.push(this.SUBRULE(this.line));
      this.CONSUME(EndOfLine);
    });
    return lines;
  });

  readonly section = this.RULE('section', (): LineShape[] => {
    const head = this.SUBRULE(this.match);
    this.CONSUME(EndOfLine);
    return [head].concat(this.SUBRULE(this.body));
  });

  readonly file = this.RULE('file', (): LineShape[][] => {
    const sections = [this.SUBRULE(this.body)];
    this.MANY(() => {
      sections.push(this.SUBRULE(this.section));
    });
    return sections;
  });
}

let parser: SshdParser | undefined;

/** Parses one line, given as token type numbers. A line that is no statement is `unreadable`, never an exception. */
export function parseLine(types: readonly number[]): LineShape {
  parser ??= new SshdParser({ validate: false });
  parser.input = shapeTokens(types, TOKEN_TYPES);
  const shape = parser.anyLine();
  return parser.errors.length === 0 ? shape : UNREADABLE;
}
