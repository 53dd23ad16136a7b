import { createToken, EmbeddedActionsParser, Lexer, type IToken, type TokenType } from 'chevrotain';
import { LineTableBuilder, ShapeCache, shapeTokens, type LineTable } from '@halint/core';
import { scanPredicate } from './tokens.ts';

/** A node as indices into the tokens of its expression. */
export type PredicateShape =
  | { readonly kind: 'or' | 'and'; readonly parts: readonly PredicateShape[] }
  | { readonly kind: 'not'; readonly part: PredicateShape }
  | { readonly kind: 'number' | 'call'; readonly token: number };

/** The tree of an expression, or the token that it could not be read at (-1: its end). */
export type PredicateParse = { readonly tree: PredicateShape } | { readonly wrong: number };

/** In the order of TOKEN. */
const NAMES = ['Not', 'And', 'Or', 'Open', 'Close', 'Number', 'Call', 'Rest'] as const;
const PREDICATE_TOKENS: readonly TokenType[] = NAMES.map((name) => createToken({ name, pattern: Lexer.NA }));
const [Not, And, Or, Open, Close, NumberToken, Call] = PREDICATE_TOKENS as [
  TokenType,
  TokenType,
  TokenType,
  TokenType,
  TokenType,
  TokenType,
  TokenType,
];

/** The grammar of `.if`. It decides on token types alone. */
export class PredicateParser extends EmbeddedActionsParser {
  constructor(skipValidations: boolean) {
    super([...PREDICATE_TOKENS], { maxLookahead: 1, skipValidations });
    this.performSelfAnalysis();
  }

  /** all { || all } */
  readonly either = this.RULE('either', (): PredicateShape => {
    const parts = [this.SUBRULE(this.all)];
    this.MANY(() => {
      this.CONSUME(Or);
      parts.push(this.SUBRULE1(this.all));
    });
    return { kind: 'or', parts };
  });

  /** term { && term } */
  private readonly all = this.RULE('all', (): PredicateShape => {
    const parts = [this.SUBRULE(this.term)];
    this.MANY(() => {
      this.CONSUME(And);
      parts.push(this.SUBRULE1(this.term));
    });
    return { kind: 'and', parts };
  });

  /** { ! } ( number | call | ( either ) ) */
  private readonly term = this.RULE('term', (): PredicateShape => {
    let bangs = 0;
    this.MANY(() => (this.CONSUME(Not), bangs++));
    const part = this.OR<PredicateShape>([
      { ALT: () => ({ kind: 'number', token: this.CONSUME(NumberToken).startOffset }) },
      { ALT: () => ({ kind: 'call', token: this.CONSUME(Call).startOffset }) },
      {
        ALT: () => {
          this.CONSUME(Open);
          const inner = this.SUBRULE(this.either);
          this.CONSUME(Close);
          return inner;
        },
      },
    ]);
    return bangs % 2 === 1 ? { kind: 'not', part } : part;
  });
}

let parser: PredicateParser | undefined;

function parse(types: readonly number[]): PredicateParse {
  parser ??= new PredicateParser(true);
  parser.input = shapeTokens(types, PREDICATE_TOKENS) as unknown as IToken[];
  const tree = parser.either();
  const [error] = parser.errors;
  if (error === undefined) return { tree };
  const { startOffset } = error.token;
  return { wrong: Number.isInteger(startOffset) ? startOffset : -1 };
}

let builder: LineTableBuilder<PredicateParse> | undefined;

/** The tokens of one expression and their tree. */
export function readPredicate(text: string, isPredicate: (word: string) => boolean): LineTable<PredicateParse> {
  const lines = (builder ??= new LineTableBuilder(new ShapeCache(PREDICATE_TOKENS.length, parse)));
  lines.startLine(0);
  scanPredicate(text, isPredicate, (type, start, end) => lines.token(type, start, end));
  lines.endLine();
  return lines.finish(text.length);
}
