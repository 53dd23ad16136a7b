import type { LocalPlace, NameUse } from '@halint/core';
import type { SectionLines } from '../lines.ts';
import { isOpaque } from '../values.ts';

type Named = Pick<NameUse, 'space' | 'scope' | 'label'>;

/** A use whose place is made when it is asked for: a large file has tens of thousands, and few are looked at. */
export class Use implements NameUse {
  readonly space: string;
  readonly scope: string;
  readonly label: string;
  readonly tacit: boolean;
  protected readonly lines: SectionLines;
  private readonly line: number;
  private readonly index: number;

  constructor(named: Named, lines: SectionLines, line: number, index: number, tacit = false) {
    this.tacit = tacit;
    this.space = named.space;
    this.scope = named.scope;
    this.label = named.label;
    this.lines = lines;
    this.line = line;
    this.index = index;
  }

  get at(): LocalPlace {
    return this.lines.at(this.line, this.index);
  }
}

/** A use in a part of a word. */
export class PartUse extends Use {
  readonly #start: number;
  readonly #end: number;

  constructor(space: string, scope: string, label: string, lines: SectionLines, start: number, end: number) {
    super({ space, scope, label }, lines, 0, 0);
    this.#start = start;
    this.#end = end;
  }

  override get at(): LocalPlace {
    return { section: this.lines.section, start: this.#start, end: this.#end };
  }
}

export interface Collector {
  readonly lines: SectionLines;
  /** The proxy is switched off: haproxy does not resolve what it names (check_config_validity). */
  readonly disabled: boolean;
  /** The default_backend line that counts: the last one. */
  readonly defaultBackend: number;
  readonly scope: string;
  readonly definitions: NameUse[];
  readonly references: NameUse[];
}

export function define(into: Collector, space: string, scope: string, line: number, index: number): void {
  const label = into.lines.value(line, index);
  if (label !== '' && !isOpaque(label))
    into.definitions.push(new Use({ space, scope, label }, into.lines, line, index));
}

export function refer(
  into: Collector,
  space: string,
  scope: string,
  line: number,
  index: number,
  text?: string,
  tacit = false,
): void {
  const label = text ?? into.lines.value(line, index);
  // A percent sign makes a log-format string of the name of a backend or server.
  if (label === '' || isOpaque(label) || label.includes('%')) return;
  into.references.push(new Use({ space, scope, label }, into.lines, line, index, tacit));
}

/** Error pages are looked for when a proxy is complete: those of defaults where a proxy takes them over, which check/together judges. */
export function isTacit(into: Collector): boolean {
  return into.disabled || into.lines.kind === 'defaults';
}

export function referBehind(into: Collector, line: number, word: string, space: string, tacit = false): void {
  for (let i = 1; i + 1 < into.lines.words(line); i++) {
    if (into.lines.raw(line, i) === word) return refer(into, space, '', line, i + 1, undefined, tacit);
  }
}
