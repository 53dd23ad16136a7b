import { createToken, EmbeddedActionsParser, Lexer, type IToken, type TokenType } from 'chevrotain';
import { ShapeCache, shapeTokens } from '@halint/core';
import { scanCondition, type Words } from './tokens.ts';

/** A term as indices into the tokens of its condition. */
export interface TermShape {
  readonly kind: 'name' | 'anonymous';
  readonly negated: boolean;
  /** The name, or the opening brace. */
  readonly token: number;
  /** Words of the criterion: token + 1 … token + words. */
  readonly words: number;
  readonly closed: boolean;
}

/** Terms of which all must hold, and of those lists one. Conditions with equal token types share one. */
export interface ConditionShape {
  readonly either: readonly (readonly TermShape[])[];
}

/** In the order of TOKEN. */
const NAMES = ['Not', 'Or', 'Open', 'Close', 'Word'] as const;
const CONDITION_TOKENS: readonly TokenType[] = NAMES.map((name) => createToken({ name, pattern: Lexer.NA }));
const [Not, Or, Open, Close, Word] = CONDITION_TOKENS as [TokenType, TokenType, TokenType, TokenType, TokenType];

/** The grammar of conditions. It decides on token types alone. */
export class ConditionParser extends EmbeddedActionsParser {
  constructor(skipValidations: boolean) {
    super([...CONDITION_TOKENS], { maxLookahead: 1, skipValidations });
    this.performSelfAnalysis();
  }

  /** all { or all } */
  readonly condition = this.RULE('condition', (): ConditionShape => {
    const either = [this.SUBRULE(this.all)];
    this.MANY(() => {
      this.CONSUME(Or);
      either.push(this.SUBRULE1(this.all));
    });
    return { either };
  });

  /** { not | term } */
  private readonly all = this.RULE('all', (): TermShape[] => {
    const terms: TermShape[] = [];
    let bangs = 0;
    this.MANY(() => {
      this.OR([
        { ALT: () => (this.CONSUME(Not), bangs++) },
        {
          ALT: () => {
            const term = this.SUBRULE(this.term);
            terms.push({ ...term, negated: bangs % 2 === 1 });
            bangs = 0;
          },
        },
      ]);
    });
    return terms;
  });

  /** name | open { word } [ close ] */
  private readonly term = this.RULE('term', (): Omit<TermShape, 'negated'> => {
    let token = 0;
    let words = 0;
    let closed = true;
    let kind: TermShape['kind'] = 'name';
    this.OR([
      { ALT: () => (token = this.CONSUME(Word).startOffset) },
      {
        ALT: () => {
          kind = 'anonymous';
          closed = false;
          token = this.CONSUME(Open).startOffset;
          this.MANY(() => (this.CONSUME1(Word), words++));
          this.OPTION(() => {
            this.CONSUME(Close);
            closed = true;
          });
        },
      },
    ]);
    return { kind, token, words, closed };
  });
}

let parser: ConditionParser | undefined;

function shapeOf(types: readonly number[]): ConditionShape {
  parser ??= new ConditionParser(true);
  parser.input = shapeTokens(types, CONDITION_TOKENS) as unknown as IToken[];
  return parser.condition();
}

const cache = new ShapeCache(CONDITION_TOKENS.length, shapeOf);
/** Conditions with more tokens than this are parsed one by one, so that the cache stays small. */
const MOST_CACHED = 256;

/** The tokens of one condition and their shape. It is valid until the next condition is read. */
export interface ConditionTokens {
  readonly shape: ConditionShape;
  /** Index of the word that a token is in, and its offset there. */
  readonly word: Uint32Array;
  readonly offset: Uint32Array;
}

let types = new Uint8Array(64);
let word = new Uint32Array(64);
let offset = new Uint32Array(64);

function grown(): void {
  const [old, oldWord, oldOffset] = [types, word, offset];
  types = new Uint8Array(old.length * 2);
  word = new Uint32Array(old.length * 2);
  offset = new Uint32Array(old.length * 2);
  types.set(old);
  word.set(oldWord);
  offset.set(oldOffset);
}

/** Splits and parses the condition that starts at word `from`: arrays are reused, because large files hold 40,000 conditions. */
export function readCondition(words: Words, from: number): ConditionTokens {
  let count = 0;
  let node = 0;
  scanCondition(words, from, (type, index, start) => {
    if (count === types.length) grown();
    types[count] = type;
    word[count] = index;
    offset[count] = start;
    count++;
    if (count <= MOST_CACHED) node = cache.step(node, type);
  });
  const shape = count <= MOST_CACHED ? cache.at(node, types, 0, count) : cache.once(types, 0, count);
  return { shape, word, offset };
}
