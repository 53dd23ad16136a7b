import { createToken, EmbeddedActionsParser, Lexer, type TokenType } from 'chevrotain';
import { LineTableBuilder, ShapeCache, shapeTokens, type LineTable } from '@halint/core';
import type { LineShape, Seen } from './ast.ts';
import { scan } from './tokens.ts';

/** In the order of TOKEN. */
const NAMES = ['Word', 'Open', 'Close', 'Comment'] as const;
const TOKENS: readonly TokenType[] = NAMES.map((name) => createToken({ name: `CrtList${name}`, pattern: Lexer.NA }));
const [Word, Open, Close, Comment] = TOKENS as [TokenType, TokenType, TokenType, TokenType];

/** The grammar of a line of a crt-list. It decides on token types alone and reads every line. */
export class CrtListParser extends EmbeddedActionsParser {
  constructor(skipValidations: boolean) {
    super([...TOKENS], { maxLookahead: 1, skipValidations });
    this.performSelfAnalysis();
  }

  /** [ comment | entry | unreadable ] */
  readonly line = this.RULE('line', (): LineShape => {
    let shape: LineShape = { kind: 'blank' };
    this.OPTION(() => {
      shape = this.OR<LineShape>([
        { ALT: () => (this.CONSUME(Comment), { kind: 'comment' }) },
        { ALT: () => this.SUBRULE(this.entry) },
        { ALT: () => this.SUBRULE(this.unreadable, { ARGS: ['nothing'] }) },
      ]);
    });
    return shape;
  });

  /** word { word } [ open { word } [ close { word } ] ] [ unreadable ] */
  private readonly entry = this.RULE('entry', (): LineShape => {
    const certificate = this.CONSUME(Word).startOffset;
    const [before, inside, behind]: number[][] = [[], [], []];
    let seen: Seen = 'certificate';
    let wrong: LineShape | undefined;
    this.MANY(() => before?.push(this.CONSUME1(Word).startOffset));
    this.OPTION(() => {
      this.CONSUME(Open);
      seen = 'open';
      this.MANY1(() => inside?.push(this.CONSUME2(Word).startOffset));
      this.OPTION1(() => {
        this.CONSUME(Close);
        seen = 'closed';
        this.MANY2(() => behind?.push(this.CONSUME3(Word).startOffset));
      });
    });
    this.OPTION2(() => (wrong = this.SUBRULE(this.unreadable, { ARGS: [seen] })));
    if (wrong !== undefined) return wrong;
    // Filters between the certificate and its options are warned of and passed over; a bracket that is never closed opens nothing.
    if (seen === ('closed' as Seen))
      return { kind: 'entry', certificate, options: inside ?? [], filters: behind ?? [] };
    const filters = (seen === ('open' as Seen) ? inside : before) ?? [];
    return { kind: 'entry', certificate, options: undefined, filters };
  });

  /** ( open | close ) { word | open | close } */
  private readonly unreadable = this.RULE('unreadable', (seen: Seen): LineShape => {
    const at = this.OR([
      { ALT: () => ({ token: this.CONSUME(Open).startOffset, close: false }) },
      { ALT: () => ({ token: this.CONSUME(Close).startOffset, close: true }) },
    ]);
    this.MANY(() =>
      this.OR1([
        { ALT: () => this.CONSUME1(Word) },
        { ALT: () => this.CONSUME1(Open) },
        { ALT: () => this.CONSUME1(Close) },
      ]),
    );
    return { kind: 'unreadable', ...at, seen };
  });
}

let parser: CrtListParser | undefined;

function shapeOf(types: readonly number[]): LineShape {
  parser ??= new CrtListParser(true);
  parser.input = shapeTokens(types, TOKENS);
  return parser.line();
}

let builder: LineTableBuilder<LineShape> | undefined;

/** The tokens of a text and the shape of each line. */
export function readLines(text: string): LineTable<LineShape> {
  builder ??= new LineTableBuilder(new ShapeCache(TOKENS.length, shapeOf));
  return scan(text, builder);
}
