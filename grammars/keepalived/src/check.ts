import {
  inVersions,
  nearest,
  type LocalFinding,
  type LocalPlace,
  type Section,
  type Span,
  type Targets,
} from '@halint/core';
import type { AnyBlock, KeepalivedUnit, Simple, Statement, Word } from './ast.ts';
import { isBlock } from './ast.ts';
import { checkInstance } from './check-instance.ts';
import type { KeepalivedKeyword } from './keywords.ts';
import { isOpaque, placeInside, rowAt, rowsAt, rowsOf } from './vocabulary.ts';

/** What `keepalived -t` of the target says about one section. A dropped statement or block is `rejects`. */
export function check(section: Section<KeepalivedUnit>, targets: Targets): readonly LocalFinding[] {
  const checker = new Checker(section, targets.keepalived);
  checker.statements(section.unit.statements, 'root');
  return checker.findings;
}

/** Says where a finding stands: offsets in the section. */
export type At = (span: Span) => LocalPlace;

class Checker {
  readonly findings: LocalFinding[] = [];
  readonly #section: Section;
  readonly #version: string;

  constructor(section: Section, version: string) {
    this.#section = section;
    this.#version = version;
  }

  statements(statements: readonly Statement[], place: string): void {
    for (const statement of statements) {
      switch (statement.kind) {
        case 'include':
        case 'definition':
          break;
        case 'unreadable':
          this.#unreadable(statement);
          break;
        case 'statement':
          this.#keyword(statement.keyword, statement, place);
          break;
        case 'block':
        case 'vrrp_instance':
        case 'vrrp_script':
          this.#block(statement, place);
          break;
      }
    }
  }

  #block(block: AnyBlock, place: string): void {
    if (!block.closed) {
      this.#say(block.head, 'vrrp/unbalanced-braces', `this block is never closed: } is missing`, {
        help: 'Everything up to the end of the file counts as part of it. Add the closing brace.',
      });
    }
    if (block.keyword === undefined) {
      this.#say(block.head, 'vrrp/unbalanced-braces', '{ without a keyword before it', {
        help: 'keepalived ignores the brace; what follows is read one level too high.',
      });
      this.statements(block.children, place);
      return;
    }
    if (isOpaque(block.keyword.value)) return;
    const row = this.#keyword(block.keyword, block, place);
    if (row === undefined || row.block === 'values') return;
    const inside = placeInside(place, block);
    // A keyword that takes no block of keywords may still be followed by one in an odd build: nothing is known inside.
    if (row.block === 'keywords') this.statements(block.children, inside);
    if (block.kind === 'vrrp_instance' && block.closed) {
      this.findings.push(...checkInstance(block, (span) => this.#at(span)));
    }
  }

  /** The row of a keyword that may stand here; undefined after a finding. */
  #keyword(word: Word, statement: Simple | AnyBlock, place: string): KeepalivedKeyword | undefined {
    if (isOpaque(word.value)) return undefined;
    const row = rowAt(word.value, place, this.#version);
    if (row === undefined) {
      this.#unknown(word, place);
      return undefined;
    }
    if (row.range !== undefined && !isBlock(statement)) this.#range(row, statement);
    return row;
  }

  #range(row: KeepalivedKeyword, statement: Simple): void {
    const [low, high] = row.range as readonly [number, number];
    const word = statement.args[0];
    if (word === undefined || isOpaque(word.value)) return;
    if (!/^[-+]?\d+$/.test(word.value)) {
      // Decimals are for times: their own handlers read them, and the table has no exact range for those.
      if (/^[-+]?\d*\.\d+$/.test(word.value)) return;
      this.#say(
        word.local,
        'vrrp/value-out-of-range',
        `${row.word} ${word.value}: not a number from ${low} to ${high}`,
        { help: 'keepalived drops the statement and uses the default.' },
      );
      return;
    }
    const value = Number(word.value);
    if (value >= low && value <= high) return;
    const kept = row.word === 'weight' && row.in.includes('vrrp_script');
    this.#say(word.local, 'vrrp/value-out-of-range', `${row.word} ${word.value} is outside ${low} to ${high}`, {
      help: kept
        ? 'keepalived says so and counts with it all the same; the priority stays between 1 and 254.'
        : 'keepalived drops the statement and uses the default.',
    });
  }

  #unknown(word: Word, place: string): void {
    const where = place === 'root' ? 'at the top level' : `in ${place.replaceAll('/', ' / ')}`;
    const other = rowsOf(word.value);
    const here = other.find((row) => row.in.includes(place));
    let help: string | undefined;
    if (here !== undefined && !inVersions(this.#version, here.since))
      help = `It is known since ${here.since ?? ''}; you target ${this.#version}.`;
    else if (other.length > 0)
      help = `It stands ${[...new Set(other.flatMap((row) => row.in))]
        .slice(0, 3)
        .map((each) => (each === 'root' ? 'at the top level' : `in ${each.replaceAll('/', ' / ')}`))
        .join(' or ')}.`;
    else {
      const near = nearest(
        word.value,
        rowsAt(place, this.#version).map((row) => row.word),
      );
      if (near !== undefined) help = `Did you mean ${near}?`;
    }
    this.#say(
      word.local,
      'vrrp/unknown-keyword',
      `${word.value} is no keyword ${where}: keepalived drops it`,
      help === undefined ? {} : { help },
    );
  }

  #unreadable(statement: Extract<Statement, { kind: 'unreadable' }>): void {
    if (statement.reason === 'brace' && statement.text.endsWith('{'))
      this.#say(statement.local, 'vrrp/unbalanced-braces', 'blocks are nested too deeply to be read', {
        help: 'No block of keepalived stands this deep: closing braces above are missing.',
      });
    else if (statement.reason === 'brace')
      this.#say(statement.local, 'vrrp/unbalanced-braces', '} closes nothing', {
        help: 'A block above ends too early, or this brace is too many.',
      });
    else if (!isOpaque(statement.text))
      this.#say(statement.local, 'vrrp/unterminated-quote', 'this quote is not closed on its line', {
        help: 'Quotes do not span lines: keepalived drops the line.',
      });
  }

  #say(span: Span, rule: string, message: string, more: { readonly help?: string }): void {
    this.findings.push({
      rule,
      severity: 'error',
      rejects: true,
      daemon: 'error',
      message,
      at: this.#at(span),
      ...more,
    });
  }

  #at(span: Span): LocalPlace {
    return { section: this.#section, start: span.start, end: span.end };
  }
}
