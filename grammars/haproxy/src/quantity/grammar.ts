import { createToken, EmbeddedActionsParser, Lexer, type TokenType } from 'chevrotain';
import { ShapeCache, shapeTokens } from '@halint/core';
import type { Quantity, QuantityShape } from './ast.ts';
import { scanQuantity } from './tokens.ts';

/** In the order of TOKEN. */
const NAMES = ['Blank', 'Sign', 'Hex', 'Digits', 'Unit', 'Rest'] as const;
const TOKENS: readonly TokenType[] = NAMES.map((name) => createToken({ name: `Quantity${name}`, pattern: Lexer.NA }));
const [Blank, Sign, Hex, Digits, Unit, Rest] = TOKENS as [
  TokenType,
  TokenType,
  TokenType,
  TokenType,
  TokenType,
  TokenType,
];

/** The grammar of numbers, times and sizes. It decides on token types alone. */
export class QuantityParser extends EmbeddedActionsParser {
  constructor(skipValidations: boolean) {
    super([...TOKENS], { maxLookahead: 1, skipValidations });
    this.performSelfAnalysis();
  }

  /** [ blank ] [ sign ] [ hex | digits [ unit ] ] [ rest ] */
  readonly quantity = this.RULE('quantity', (): QuantityShape => {
    const shape = { blank: -1, sign: -1, hex: -1, digits: -1, unit: -1, rest: -1 };
    this.OPTION(() => (shape.blank = this.CONSUME(Blank).startOffset));
    this.OPTION1(() => (shape.sign = this.CONSUME(Sign).startOffset));
    this.OPTION2(() => {
      this.OR([
        { ALT: () => (shape.hex = this.CONSUME(Hex).startOffset) },
        {
          ALT: () => {
            shape.digits = this.CONSUME(Digits).startOffset;
            this.OPTION3(() => (shape.unit = this.CONSUME(Unit).startOffset));
          },
        },
      ]);
    });
    this.OPTION4(() => (shape.rest = this.CONSUME(Rest).startOffset));
    return shape;
  });
}

let parser: QuantityParser | undefined;

function shapeOf(types: readonly number[]): QuantityShape {
  parser ??= new QuantityParser(true);
  parser.input = shapeTokens(types, TOKENS);
  return parser.quantity();
}

const shapes = new ShapeCache(TOKENS.length, shapeOf);
/** Types and ends of the tokens of the text that is read: never more than one of each type. */
const types = new Uint8Array(TOKENS.length);
const ends = new Uint32Array(TOKENS.length);

function parse(text: string): Quantity {
  let [count, node] = [0, 0];
  scanQuantity(text, (type, end) => {
    types[count] = type;
    ends[count++] = end;
    node = shapes.step(node, type);
  });
  const shape = shapes.at(node, types, 0, count);
  const part = (index: number): string => (index < 0 ? '' : text.slice(index === 0 ? 0 : ends[index - 1], ends[index]));
  return {
    blank: shape.blank >= 0,
    sign: part(shape.sign) as Quantity['sign'],
    hex: part(shape.hex),
    digits: part(shape.digits),
    unit: part(shape.unit),
    rest: part(shape.rest),
  };
}

/** Texts whose parts are kept, and the longest such text. */
const MOST_KEPT = 4096;
const LONGEST_KEPT = 40;

const kept = new Map<string, Quantity>();

/** The parts of a number, a time or a size; never fails: what is none of them is the rest. */
export function readQuantity(text: string): Quantity {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const quantity = parse(text);
  if (text.length > LONGEST_KEPT) return quantity;
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(text, quantity);
  return quantity;
}
