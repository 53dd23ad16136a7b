import { createToken, EmbeddedActionsParser, Lexer, type IToken, type TokenType } from 'chevrotain';
import { LineTableBuilder, ShapeCache, shapeTokens, type LineTable } from '@halint/core';
import { scanSample } from './tokens.ts';

/** A call as indices into the tokens of its expression. */
export interface CallShape {
  readonly name: number;
  /** First and last token of the brackets; -1 without them. */
  readonly open: number;
  readonly close: number;
  /** Tokens that are arguments. */
  readonly args: readonly number[];
}

/** What the grammar makes of an expression. Expressions with equal token types share one. */
export interface SampleShape {
  readonly calls: readonly CallShape[];
  /** Token of what follows the expression; -1 when nothing does. */
  readonly rest: number;
}

/** In the order of TOKEN. */
const NAMES = ['Name', 'Open', 'Text', 'Comma', 'Close', 'Rest'] as const;
const SAMPLE_TOKENS: readonly TokenType[] = NAMES.map((name) => createToken({ name, pattern: Lexer.NA }));
const [Name, Open, Text, Comma, Close, Rest] = SAMPLE_TOKENS as [
  TokenType,
  TokenType,
  TokenType,
  TokenType,
  TokenType,
  TokenType,
];

/** The grammar of sample expressions. It decides on token types alone. */
export class SampleParser extends EmbeddedActionsParser {
  constructor(skipValidations: boolean) {
    super([...SAMPLE_TOKENS], { maxLookahead: 1, skipValidations });
    this.performSelfAnalysis();
  }

  /** [ call { comma [ call ] } ] [ rest ] */
  readonly sample = this.RULE('sample', (): SampleShape => {
    const calls: CallShape[] = [];
    let rest = -1;
    this.OPTION(() => {
      calls.push(this.SUBRULE(this.call));
      this.MANY(() => {
        this.CONSUME(Comma);
        this.OPTION1(() => calls.push(this.SUBRULE1(this.call)));
      });
    });
    this.OPTION2(() => (rest = this.CONSUME(Rest).startOffset));
    return { calls, rest };
  });

  /** name [ open text { comma text } [ close ] ] */
  private readonly call = this.RULE('call', (): CallShape => {
    const name = this.CONSUME(Name).startOffset;
    const args: number[] = [];
    let open = -1;
    let close = -1;
    this.OPTION(() => {
      open = this.CONSUME(Open).startOffset;
      args.push(this.CONSUME1(Text).startOffset);
      this.MANY(() => {
        this.CONSUME(Comma);
        args.push(this.CONSUME2(Text).startOffset);
      });
      this.OPTION1(() => (close = this.CONSUME(Close).startOffset));
    });
    return { name, open, close, args };
  });
}

let parser: SampleParser | undefined;

function shapeOf(types: readonly number[]): SampleShape {
  parser ??= new SampleParser(true);
  parser.input = shapeTokens(types, SAMPLE_TOKENS) as unknown as IToken[];
  return parser.sample();
}

let builder: LineTableBuilder<SampleShape> | undefined;

/** The tokens of one expression, which starts at `from`, and their shape. */
export function readSample(text: string, from: number): LineTable<SampleShape> {
  const lines = (builder ??= new LineTableBuilder(new ShapeCache(SAMPLE_TOKENS.length, shapeOf)));
  lines.startLine(from);
  scanSample(text, from, (type, start, end) => lines.token(type, start, end));
  lines.endLine();
  return lines.finish(text.length);
}
