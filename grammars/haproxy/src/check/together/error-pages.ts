import type { Section } from '@halint/core';
import type { SectionUnit } from '../../unit.ts';
import { sectionName } from '../../head.ts';
import type { SectionLines } from '../../lines.ts';
import { atoi } from '../../quantity/index.ts';
import { isOpaque } from '../../values.ts';
import type { Effective } from './effective.ts';
import { refuse, warn } from '../run.ts';
import type { Together } from './heads.ts';

/** Status codes that an http-errors section has a page for; undefined where that is not known. */
function codesOf(lines: SectionLines): ReadonlySet<number> | undefined {
  if (lines.directives || lines.templated) return undefined;
  const codes = new Set<number>();
  const { keywords } = lines;
  for (let line = lines.body; line < lines.count; line++)
    if (keywords[line] === 'errorfile') codes.add(atoi(lines.value(line, 1)));
  return codes;
}

/** Pages of http-errors sections that `errorfiles NAME CODE…` or `http-error` asks for and the section has not (proxy_check_errors() in src/http_htx.c). */
export function checkErrorPages(sink: Together, self: Effective, sections: readonly Section<SectionUnit>[]): void {
  const { lines } = self.section.unit;
  for (const line of self.summary.errorFiles) {
    const use = self.summary.errorUses.find((each) => each.line === line);
    const name = use === undefined ? '' : lines.value(line, use.index);
    const section = sections.find(({ unit }) => sectionName(unit.lines) === name);
    const codes = section === undefined ? undefined : codesOf(section.unit.lines);
    if (codes !== undefined) checkLine(sink, lines, line, name, codes);
  }
}

/** The words of a line that are status codes. */
function statuses(lines: SectionLines, line: number): readonly number[] {
  const found: number[] = [];
  const plain = lines.keywords[line] === 'errorfiles';
  for (let i = plain ? 2 : 1; i < lines.words(line); i++) {
    if (plain) found.push(i);
    else if (lines.raw(line, i - 1) === 'status') return [i];
  }
  return found;
}

function checkLine(sink: Together, lines: SectionLines, line: number, name: string, codes: ReadonlySet<number>): void {
  for (const i of statuses(lines, line)) {
    const word = lines.value(line, i);
    if (word === '' || isOpaque(word)) return;
    if (!codes.has(atoi(word)))
      warn(sink, 'ignored-keyword', lines.at(line, i), `http-errors section '${name}' has no page for status ${word}`);
  }
}

/** http-errors sections that only lines of defaults name: each is said once, and only where some proxy takes the line over. */
export function checkInheritedErrors(sink: Together, self: Effective, sections: readonly Section<SectionUnit>[]): void {
  for (let from = self.parent; from !== undefined; from = from.parent) {
    const { lines } = from.section.unit;
    for (const { line, index } of from.summary.errorUses) {
      const name = lines.value(line, index);
      if (isOpaque(name) || sections.some(({ unit }) => sectionName(unit.lines) === name)) continue;
      const at = lines.at(line, index);
      const told = sink.findings.some((each) => each.at.section === at.section && each.at.start === at.start);
      if (!told) refuse(sink, 'http-errors-undefined', at, `there is no http-errors section '${name}'`);
    }
  }
}
