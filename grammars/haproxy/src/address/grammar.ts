import { shapeTokens } from '@halint/core';
import { createToken, EmbeddedActionsParser, Lexer, type TokenType } from 'chevrotain';
import type { AddressShape } from './ast.ts';
import { TOKEN_TYPES } from './tokens.ts';

const NAMES = ['Transport', 'Family', 'Rest', 'Host', 'Colon', 'Port'] as const;
const TOKENS: readonly TokenType[] = NAMES.map((name) => createToken({ name: `Address${name}`, pattern: Lexer.NA }));
const [Transport, Family, Rest, Host, Colon, Port] = TOKENS as [
  TokenType,
  TokenType,
  TokenType,
  TokenType,
  TokenType,
  TokenType,
];

/** [ transport ] [ family ] ( rest | [ host ] [ colon [ port ] ] ), decided on token types alone. */
export class AddressParser extends EmbeddedActionsParser {
  constructor(skipValidations: boolean) {
    super([...TOKENS], { maxLookahead: 1, skipValidations });
    this.performSelfAnalysis();
  }

  readonly address = this.RULE('address', (): AddressShape => {
    let count = 0;
    const shape = { transport: -1, family: -1, rest: -1, host: -1, colon: -1, port: -1 };
    this.OPTION(() => (this.CONSUME(Transport), (shape.transport = count++)));
    this.OPTION2(() => (this.CONSUME(Family), (shape.family = count++)));
    this.OR([
      { ALT: () => (this.CONSUME(Rest), (shape.rest = count++)) },
      {
        ALT: () => {
          this.OPTION3(() => (this.CONSUME(Host), (shape.host = count++)));
          this.OPTION4(() => {
            this.CONSUME(Colon);
            shape.colon = count++;
            this.OPTION5(() => (this.CONSUME(Port), (shape.port = count++)));
          });
        },
      },
    ]);
    return shape;
  });
}

let parser: AddressParser | undefined;

function parseShape(types: readonly number[]): AddressShape {
  parser ??= new AddressParser(true);
  parser.input = shapeTokens(types, TOKENS);
  return parser.address();
}

/** Shapes by the types written as digits of one number: an address has at most five tokens. */
const shapes = new Map<number, AddressShape>();

/** The shape of a sequence of token types. */
export function shapeOf(types: readonly number[]): AddressShape {
  let key = 0;
  for (const type of types) key = key * (TOKEN_TYPES + 1) + type + 1;
  let shape = shapes.get(key);
  if (shape === undefined) shapes.set(key, (shape = parseShape(types)));
  return shape;
}
