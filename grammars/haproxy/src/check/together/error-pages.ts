import type { Section } from '@halint/core';
import type { HaproxyUnit } from '../../ast.ts';
import { sectionName } from '../../head.ts';
import type { SectionLines } from '../../lines.ts';
import { atoi } from '../../quantity/index.ts';
import { isOpaque } from '../../values.ts';
import type { Effective } from './effective.ts';
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

/** Pages of http-errors sections that `errorfiles NAME CODE…` asks for and the section has not (proxy_check_errors() in src/http_htx.c). */
export function checkErrorPages(sink: Together, self: Effective, sections: readonly Section<HaproxyUnit>[]): void {
  const { lines } = self.section.unit;
  for (const line of self.summary.errorFiles) {
    const name = lines.value(line, 1);
    const section = sections.find(({ unit }) => sectionName(unit.lines) === name);
    const codes = section === undefined ? undefined : codesOf(section.unit.lines);
    if (codes !== undefined) checkLine(sink, lines, line, codes);
  }
}

function checkLine(sink: Together, lines: SectionLines, line: number, codes: ReadonlySet<number>): void {
  for (let i = 2; i < lines.words(line); i++) {
    const word = lines.value(line, i);
    if (word === '' || isOpaque(word)) return;
    if (codes.has(atoi(word))) continue;
    sink.findings.push({
      rule: 'haproxy/ignored-keyword',
      severity: 'warning',
      daemon: 'warning',
      message: `http-errors section '${lines.value(line, 1)}' has no page for status ${word}`,
      at: lines.at(line, i),
    });
  }
}
