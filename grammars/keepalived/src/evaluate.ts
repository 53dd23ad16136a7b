import type { LowerContext, Place, Section, SourceFile, Span } from '@halint/core';
import type { AnyBlock, ConditionNode, KeepalivedFile, KeepalivedUnit, Statement, Word } from './ast.ts';
import { isBlock } from './ast.ts';
import { includesIn } from './includes.ts';

/** A word as keepalived sees it on one host: definitions replaced. */
export interface Value {
  readonly text: string;
  readonly at: Place;
}

/** A statement that holds on one host. */
export interface Evaluated {
  readonly keyword: Value;
  readonly args: readonly Value[];
  readonly isBlock: boolean;
  readonly children: readonly Evaluated[];
  /** The statement's words; for a block its head. */
  readonly at: Place;
}

/** keepalived gives up on includes nested deeper than a host's stack; no real configuration comes near. */
const MAX_DEPTH = 32;

/**
 * The statements that hold on one host, includes in place: `@id` lines by the host's name, `$NAME` replaced by what was defined
 * above (lib/parser.c read_line, replace_param).
 */
export function evaluate(files: readonly SourceFile[], context: LowerContext): readonly Evaluated[] {
  const evaluator = new Evaluator(context);
  return files.flatMap((file) => evaluator.file(file, 0));
}

class Evaluator {
  readonly #context: LowerContext;
  readonly #definitions = new Map<string, string>();
  readonly #open: SourceFile[] = [];

  constructor(context: LowerContext) {
    this.#context = context;
    this.#definitions.set('_PWD', '.').set('_BANG', '!').set('_HASH', '#');
  }

  file(file: SourceFile, depth: number): readonly Evaluated[] {
    if (depth > MAX_DEPTH || this.#open.includes(file)) return [];
    this.#open.push(file);
    const document = file.document as SourceFile['document'] & { readonly ast: KeepalivedFile };
    const found = document.sections.flatMap((section) =>
      this.#statements((section.unit as KeepalivedUnit).statements, file, section, depth),
    );
    this.#open.pop();
    return found;
  }

  #statements(
    statements: readonly Statement[],
    file: SourceFile,
    section: Section,
    depth: number,
  ): readonly Evaluated[] {
    return statements.flatMap((statement) => {
      if (!this.#holds(statement.condition)) return [];
      if (statement.kind === 'definition') {
        this.#definitions.set(statement.name, this.#replace(statement.value.trim()));
        return [];
      }
      if (statement.kind === 'unreadable') return [];
      if (statement.kind === 'include') return this.#included(statement.args, file, section, depth);
      return this.#one(statement, file, section, depth);
    });
  }

  #one(
    statement: Exclude<Statement, { kind: 'definition' | 'unreadable' | 'include' }>,
    file: SourceFile,
    section: Section,
    depth: number,
  ): readonly Evaluated[] {
    const place = (span: Span): Place => ({
      host: this.#context.host,
      file,
      section,
      start: span.start,
      end: span.end,
    });
    const values = (word: Word): readonly Value[] => this.#words(word).map((text) => ({ text, at: place(word.local) }));
    if (statement.keyword === undefined) return [];
    const block: AnyBlock | undefined = isBlock(statement) ? statement : undefined;
    const head = block === undefined ? statement.local : headOf(block);
    const [keyword, ...args] = [statement.keyword, ...statement.args].flatMap(values);
    if (keyword === undefined) return [];
    return [
      {
        keyword,
        args,
        isBlock: block !== undefined,
        children: block === undefined ? [] : this.#statements(block.children, file, section, depth),
        at: place(head),
      },
    ];
  }

  #included(args: readonly Word[], file: SourceFile, section: Section, depth: number): readonly Evaluated[] {
    return includesIn(args, file.path, section).flatMap((include) =>
      this.#context.included(file, include).flatMap((other) => this.file(other, depth + 1)),
    );
  }

  #holds(condition: ConditionNode | undefined): boolean {
    return condition === undefined || (condition.id === this.#context.hostName) !== condition.negated;
  }

  /** Definitions are replaced before a line is split into words: one may stand for several, or for a quoted one (lib/parser.c). */
  #words(word: Word): readonly string[] {
    const text = this.#replace(word.value);
    if (word.quoted || text === word.value) return [text];
    return [...text.matchAll(/"([^"]*)"|[^\s"]+/g)].map(([whole, inner]) => inner ?? whole);
  }

  /** Undefined names stay as text. */
  #replace(text: string): string {
    if (!text.includes('$')) return text;
    return text.replace(
      /\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)/g,
      (whole, braced: string | undefined, plain: string | undefined) => {
        const name = braced ?? plain ?? '';
        if (name === '_INSTANCE') return this.#context.hostName;
        return this.#definitions.get(name) ?? whole;
      },
    );
  }
}

/** The words of a block's first line, without the brace. */
function headOf(block: AnyBlock): Span {
  const last = block.args[block.args.length - 1] ?? block.keyword;
  return { start: block.head.start, end: last?.local.end ?? block.head.end };
}
