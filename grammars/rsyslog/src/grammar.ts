import { EmbeddedActionsParser } from 'chevrotain';
import { shapeTokens } from '@halint/core';
import * as t from './tokens.ts';

/** Tree of one statement: numbers count its tokens. Decided by token types alone, so that equal statements share it. */
export type StatementShape =
  | { readonly kind: 'blank' | 'comment' | 'unreadable' | 'brace' | 'script' | 'block' }
  | { readonly kind: 'directive'; readonly value: number | undefined }
  | { readonly kind: 'object'; readonly parameters: readonly number[] }
  /** `token`: the filter itself; for `and` the ampersand. */
  | { readonly kind: 'selector' | 'filter' | 'condition' | 'and'; readonly action: number | undefined };

const UNREADABLE: StatementShape = { kind: 'unreadable' };

/**
 * statement: [Comment | Brace | Script | Block | Action | Directive [Value] | ObjectName `(` (Name `=` Text)* `)`
 *            | (Selector | Filter | And | Condition `then`) [Action]]
 */
export class RsyslogParser extends EmbeddedActionsParser {
  constructor(options: { readonly validate: boolean }) {
    super([...t.TOKEN_TYPES], { skipValidations: !options.validate });
    this.performSelfAnalysis();
  }

  readonly statement = this.RULE('statement', (): StatementShape => {
    let shape: StatementShape = { kind: 'blank' };
    this.OPTION(() => {
      shape = this.SUBRULE(this.content);
    });
    return shape;
  });

  readonly content = this.RULE('content', (): StatementShape =>
    this.OR<StatementShape>([
      { ALT: () => this.SUBRULE(this.single) },
      { ALT: () => this.SUBRULE(this.directive) },
      { ALT: () => this.SUBRULE(this.object) },
      { ALT: () => this.SUBRULE(this.filtered) },
    ]),
  );

  readonly single = this.RULE('single', (): StatementShape => {
    const kind = this.OR<'comment' | 'brace' | 'script' | 'block'>([
      { ALT: () => (this.CONSUME(t.Comment), 'comment') },
      { ALT: () => (this.CONSUME(t.Brace), 'brace') },
      { ALT: () => (this.CONSUME(t.Script), 'script') },
      { ALT: () => (this.CONSUME(t.Block), 'block') },
      { ALT: () => (this.CONSUME(t.Action), 'script') },
    ]);
    return { kind };
  });

  readonly directive = this.RULE('directive', (): StatementShape => {
    this.CONSUME(t.Directive);
    const value = this.OPTION(() => this.CONSUME(t.Value).startOffset);
    return { kind: 'directive', value };
  });

  readonly object = this.RULE('object', (): StatementShape => {
    const parameters: number[] = [];
    this.CONSUME(t.ObjectName);
    this.CONSUME(t.Open);
    this.MANY(() => {
      parameters.push(this.CONSUME(t.Name).startOffset);
      this.CONSUME(t.Equals);
      this.CONSUME(t.Text);
    });
    this.CONSUME(t.Close);
    return { kind: 'object', parameters };
  });

  readonly filtered = this.RULE('filtered', (): StatementShape => {
    const kind = this.OR<'selector' | 'filter' | 'condition' | 'and'>([
      { ALT: () => (this.CONSUME(t.Selector), 'selector') },
      { ALT: () => (this.CONSUME(t.Filter), 'filter') },
      { ALT: () => (this.CONSUME(t.And), 'and') },
      {
        ALT: () => {
          this.CONSUME(t.Condition);
          this.CONSUME(t.Then);
          return 'condition';
        },
      },
    ]);
    const action = this.OPTION(() => this.CONSUME(t.Action).startOffset);
    return { kind, action };
  });
}

let parser: RsyslogParser | undefined;

/** Parses one statement, given as token type numbers. What is none is `unreadable`, never an exception. */
export function parseStatement(types: readonly number[]): StatementShape {
  parser ??= new RsyslogParser({ validate: false });
  parser.input = shapeTokens(types, t.TOKEN_TYPES);
  const shape = parser.statement();
  return parser.errors.length === 0 ? shape : UNREADABLE;
}
