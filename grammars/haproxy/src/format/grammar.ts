import { createToken, EmbeddedActionsParser, Lexer, type IToken, type TokenType } from 'chevrotain';
import { LineTableBuilder, ShapeCache, shapeTokens, type LineTable } from '@halint/core';
import { scanFormat, type FormatFault } from './tokens.ts';

/** A part as indices into the tokens of its string; -1 for what is not there. */
export interface PartShape {
  readonly kind: 'text' | 'alias' | 'sample' | 'fault';
  /** Token of the percent sign, or of the text. */
  readonly start: number;
  readonly named: number;
  readonly flags: number;
  readonly token: number;
}

/** In the order of TOKEN. */
const NAMES = ['Text', 'Start', 'Named', 'Flags', 'Alias', 'Sample', 'Fault'] as const;
const FORMAT_TOKENS: readonly TokenType[] = NAMES.map((name) => createToken({ name, pattern: Lexer.NA }));
const [Text, Start, Named, Flags, Alias, Sample, Fault] = FORMAT_TOKENS as [
  TokenType,
  TokenType,
  TokenType,
  TokenType,
  TokenType,
  TokenType,
  TokenType,
];

/** The grammar of log-format strings. It decides on token types alone. */
export class FormatParser extends EmbeddedActionsParser {
  constructor(skipValidations: boolean) {
    super([...FORMAT_TOKENS], { maxLookahead: 1, skipValidations });
    this.performSelfAnalysis();
  }

  /** { text | item } [ fault ] */
  readonly format = this.RULE('format', (): PartShape[] => {
    const parts: PartShape[] = [];
    const none = { named: -1, flags: -1 };
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            const start = this.CONSUME(Text).startOffset;
            parts.push({ kind: 'text', start, token: start, ...none });
          },
        },
        { ALT: () => parts.push(this.SUBRULE(this.item)) },
      ]);
    });
    this.OPTION(() => {
      const start = this.CONSUME(Fault).startOffset;
      parts.push({ kind: 'fault', start, token: start, ...none });
    });
    return parts;
  });

  /** start [ named ] [ flags ] [ alias | sample | text ] */
  private readonly item = this.RULE('item', (): PartShape => {
    const start = this.CONSUME(Start).startOffset;
    let [named, flags, token] = [-1, -1, start];
    let kind: PartShape['kind'] = 'text';
    this.OPTION(() => (named = this.CONSUME(Named).startOffset));
    this.OPTION1(() => (flags = this.CONSUME(Flags).startOffset));
    this.OPTION2(() => {
      this.OR([
        { ALT: () => ((kind = 'alias'), (token = this.CONSUME(Alias).startOffset)) },
        { ALT: () => ((kind = 'sample'), (token = this.CONSUME(Sample).startOffset)) },
        { ALT: () => (token = this.CONSUME(Text).startOffset) },
      ]);
    });
    return { kind, start, named, flags, token };
  });
}

let parser: FormatParser | undefined;

function shapeOf(types: readonly number[]): readonly PartShape[] {
  parser ??= new FormatParser(true);
  parser.input = shapeTokens(types, FORMAT_TOKENS) as unknown as IToken[];
  return parser.format();
}

let builder: LineTableBuilder<readonly PartShape[]> | undefined;

export interface FormatTokens {
  readonly table: LineTable<readonly PartShape[]>;
  readonly fault: FormatFault | undefined;
}

/** The tokens of one log-format string and its parts. */
export function readFormat(text: string, names: boolean): FormatTokens {
  const lines = (builder ??= new LineTableBuilder(new ShapeCache(FORMAT_TOKENS.length, shapeOf)));
  lines.startLine(0);
  const fault = scanFormat(text, names, (type, start, end) => lines.token(type, start, end));
  lines.endLine();
  return { table: lines.finish(text.length), fault };
}
