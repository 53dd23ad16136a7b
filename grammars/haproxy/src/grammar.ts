import { createToken, EmbeddedActionsParser, Lexer, type TokenType } from 'chevrotain';
import { LineTableBuilder, ShapeCache, shapeTokens, type LineTable } from '@halint/core';
import { scan, TOKEN_TYPES } from './tokens.ts';

/** What the grammar makes of a line: indices into its tokens. Lines with equal token types share one. */
export interface LineShape {
  readonly kind: 'blank' | 'statement' | 'directive' | 'scope' | 'unreadable';
  /** The first `words` tokens are words. */
  readonly words: number;
  /** Index of the comment, or -1. */
  readonly comment: number;
  /** Index of the token that cannot be read, or -1. */
  readonly broken: number;
  /** Some word holds a template placeholder: nothing is said about the line. */
  readonly template: boolean;
}

/** In the order of TOKEN: the index of a type here is its number in a line table. */
const NAMES = ['Word', 'Directive', 'Scope', 'Comment', 'Placeholder', 'Broken', 'Ignored'] as const;
export const LINE_TOKENS: readonly TokenType[] = NAMES.map((name) => createToken({ name, pattern: Lexer.NA }));
export const Newline = createToken({ name: 'Newline', pattern: /\n/, line_breaks: true });

const [Word, Directive, Scope, Comment, Placeholder, Broken, Ignored] = LINE_TOKENS as [
  TokenType,
  TokenType,
  TokenType,
  TokenType,
  TokenType,
  TokenType,
  TokenType,
];

/** The grammar of haproxy.cfg. It decides on token types alone, so that lines with equal types share their tree. */
export class HaproxyParser extends EmbeddedActionsParser {
  constructor(skipValidations: boolean) {
    super([...LINE_TOKENS, Newline], { recoveryEnabled: true, maxLookahead: 1, skipValidations });
    this.performSelfAnalysis();
  }

  /** line { newline line } */
  readonly file = this.RULE('file', (): LineShape[] => {
    const lines = [this.SUBRULE(this.line)];
    this.MANY(() => {
      this.CONSUME(Newline);
      lines.push(this.SUBRULE2(this.line));
    });
    return lines;
  });

  /** [ scope | directive words | words ] [ comment | ignored ] [ broken ] */
  readonly line = this.RULE(
    'line',
    (): LineShape => {
      let kind: LineShape['kind'] = 'blank';
      let words = { count: 0, template: false };
      let scopes = 0;
      this.OPTION(() => {
        this.OR([
          { ALT: () => ((kind = 'scope'), (scopes = 1), this.CONSUME(Scope)) },
          { ALT: () => ((kind = 'directive'), (words = this.SUBRULE(this.directive))) },
          { ALT: () => ((kind = 'statement'), (words = this.SUBRULE(this.words))) },
        ]);
      });
      const behind = words.count + scopes;
      let comment = -1;
      let ignored = 0;
      this.OPTION2(() => {
        this.OR2([
          { ALT: () => (this.CONSUME(Comment), (comment = behind)) },
          { ALT: () => (this.CONSUME(Ignored), (ignored = 1)) },
        ]);
      });
      let broken = -1;
      this.OPTION3(() => {
        this.CONSUME(Broken);
        broken = behind + (comment < 0 ? ignored : 1);
      });
      return {
        kind: broken < 0 ? kind : 'unreadable',
        words: words.count,
        comment,
        broken,
        template: words.template,
      };
    },
    { recoveryValueFunc: () => UNREADABLE },
  );

  readonly directive = this.RULE('directive', () => {
    this.CONSUME(Directive);
    let words = { count: 0, template: false };
    this.OPTION(() => {
      words = this.SUBRULE(this.words);
    });
    return { count: words.count + 1, template: words.template };
  });

  readonly words = this.RULE('words', () => {
    let count = 0;
    let template = false;
    this.AT_LEAST_ONE(() => {
      this.OR([{ ALT: () => this.CONSUME(Word) }, { ALT: () => (this.CONSUME(Placeholder), (template = true)) }]);
      count++;
    });
    return { count, template };
  });
}

const UNREADABLE: LineShape = { kind: 'unreadable', words: 0, comment: -1, broken: 0, template: false };

let parser: HaproxyParser | undefined;
let builder: LineTableBuilder<LineShape> | undefined;

/** Parses one sequence of token types. Images play no part, so the tokens carry none. */
export function parseShape(types: readonly number[]): LineShape {
  // Built on first use: the grammar's self-analysis costs more than a small file.
  parser ??= new HaproxyParser(true);
  parser.input = shapeTokens(types, LINE_TOKENS);
  return parser.line();
}

/** The lines of a section's text. */
export function readLines(text: string): LineTable<LineShape> {
  builder ??= new LineTableBuilder(new ShapeCache(TOKEN_TYPES, parseShape));
  return scan(text, builder);
}
