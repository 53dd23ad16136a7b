import type { Section } from '@halint/core';
import type { HaproxyUnit } from './ast.ts';
import { SectionLines } from './lines.ts';
import { sectionNode } from './nodes/section.ts';

/** A section that was read: its lines as arrays, which checks read, and its typed tree, made when somebody asks for it. */
export class SectionUnit {
  readonly lines: SectionLines;
  #node: HaproxyUnit | undefined = undefined;

  constructor(section: Section<SectionUnit>) {
    this.lines = new SectionLines(section);
  }

  get node(): HaproxyUnit {
    return (this.#node ??= sectionNode(this.lines));
  }
}
