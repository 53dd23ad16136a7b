import { EmbeddedActionsParser } from 'chevrotain';
import { shapeTokens } from '@halint/core';
import { Close, Comment, Continuation, Equals, Key, More, Name, Open, TOKEN_TYPES, Value } from './tokens.ts';

/** Tree of one line: numbers count the tokens of the line. Decided by token types alone, so that equal lines share it. */
export type LineShape =
  | { readonly kind: 'blank' }
  | { readonly kind: 'comment' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'head'; readonly name: number }
  | { readonly kind: 'assignment'; readonly key: number; readonly value: number | undefined }
  | { readonly kind: 'more'; readonly value: number | undefined };

const BLANK: LineShape = { kind: 'blank' };
const COMMENT: LineShape = { kind: 'comment' };
const UNREADABLE: LineShape = { kind: 'unreadable' };

/** line: [Comment | `[` Name `]` | Key `=` [Value] [`\`] | More [`\`] | `\`] */
export class SystemdParser extends EmbeddedActionsParser {
  constructor(options: { readonly validate: boolean }) {
    super([...TOKEN_TYPES], { skipValidations: !options.validate });
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
      { ALT: () => this.SUBRULE(this.head) },
      { ALT: () => this.SUBRULE(this.assignment) },
      { ALT: () => this.SUBRULE(this.more) },
    ]),
  );

  readonly head = this.RULE('head', (): LineShape => {
    this.CONSUME(Open);
    const name = this.CONSUME(Name).startOffset;
    this.CONSUME(Close);
    return { kind: 'head', name };
  });

  readonly assignment = this.RULE('assignment', (): LineShape => {
    const key = this.CONSUME(Key).startOffset;
    this.CONSUME(Equals);
    const value = this.OPTION(() => this.CONSUME(Value).startOffset);
    this.OPTION1(() => this.CONSUME(Continuation));
    return { kind: 'assignment', key, value };
  });

  readonly more = this.RULE('more', (): LineShape =>
    this.OR<LineShape>([
      {
        ALT: () => {
          const value = this.CONSUME(More).startOffset;
          this.OPTION(() => this.CONSUME(Continuation));
          return { kind: 'more', value };
        },
      },
      {
        ALT: () => {
          this.CONSUME1(Continuation);
          return { kind: 'more', value: undefined };
        },
      },
    ]),
  );
}

let parser: SystemdParser | undefined;

/** Parses one line, given as token type numbers. A line that is no statement is `unreadable`, never an exception. */
export function parseLine(types: readonly number[]): LineShape {
  parser ??= new SystemdParser({ validate: false });
  parser.input = shapeTokens(types, TOKEN_TYPES);
  const shape = parser.line();
  return parser.errors.length === 0 ? shape : UNREADABLE;
}
