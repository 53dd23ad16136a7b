import { EmbeddedActionsParser } from 'chevrotain';
import { shapeTokens } from '@halint/core';
import { Comment, EndOfLine, Equals, Key, Minus, TOKEN_TYPES, Value } from './tokens.ts';

/** Tree of one line: numbers count the tokens of the line. Decided by token types alone, so that equal lines share it. */
export type LineShape =
  | { readonly kind: 'blank' }
  | { readonly kind: 'comment' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'exclusion'; readonly key: number }
  | {
      readonly kind: 'assignment';
      readonly optional: boolean;
      readonly key: number;
      readonly value: number | undefined;
    };

const BLANK: LineShape = { kind: 'blank' };
const COMMENT: LineShape = { kind: 'comment' };
const UNREADABLE: LineShape = { kind: 'unreadable' };

/**
 * file: line (EndOfLine line)*
 * line: [Comment | Minus Key | [Minus] Key `=` [Value]]
 */
export class SysctlParser extends EmbeddedActionsParser {
  constructor(options: { readonly validate: boolean }) {
    super([...TOKEN_TYPES, EndOfLine], { skipValidations: !options.validate });
    this.performSelfAnalysis();
  }

  readonly line = this.RULE('line', (): LineShape => {
    let shape = BLANK;
    this.OPTION(() => {
      shape = this.SUBRULE(this.content);
    });
    return shape;
  });

  readonly content = this.RULE('content', (): LineShape =>
    this.OR<LineShape>([
      {
        ALT: () => {
          this.CONSUME(Comment);
          return COMMENT;
        },
      },
      { ALT: () => this.SUBRULE(this.optionalSetting) },
      { ALT: () => this.SUBRULE(this.setting) },
    ]),
  );

  readonly setting = this.RULE('setting', (): LineShape => {
    const key = this.CONSUME(Key).startOffset;
    const value = this.SUBRULE(this.assigned);
    return { kind: 'assignment', optional: false, key, value };
  });

  readonly optionalSetting = this.RULE('optionalSetting', (): LineShape => {
    this.CONSUME(Minus);
    const key = this.CONSUME(Key).startOffset;
    let shape: LineShape = { kind: 'exclusion', key };
    this.OPTION(() => {
      const value = this.SUBRULE(this.assigned);
      shape = { kind: 'assignment', optional: true, key, value };
    });
    return shape;
  });

  readonly assigned = this.RULE('assigned', (): number | undefined => {
    this.CONSUME(Equals);
    return this.OPTION(() => this.CONSUME(Value).startOffset);
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

let parser: SysctlParser | undefined;

/** Parses one line, given as token type numbers. A line that is no statement is `unreadable`, never an exception. */
export function parseLine(types: readonly number[]): LineShape {
  parser ??= new SysctlParser({ validate: false });
  parser.input = shapeTokens(types, TOKEN_TYPES);
  const shape = parser.line();
  return parser.errors.length === 0 ? shape : UNREADABLE;
}
