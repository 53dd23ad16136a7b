import type { Section } from '@halint/core';
import type { HaproxyUnit } from '../ast.ts';
import { defaultsOf } from '../flow.ts';
import type { SectionLines } from '../lines.ts';
import { isOpaque } from '../values.ts';
import type { Run } from './run.ts';

/** The last mode that a section sets; '' when it sets none. */
function modeSet(lines: SectionLines): string {
  let mode = '';
  const { keywords } = lines;
  for (let line = lines.body; line < lines.count; line++) if (keywords[line] === 'mode') mode = lines.value(line, 1);
  return mode;
}

/** Does the proxy work in HTTP mode? Undefined when that is not known here: defaults hand their lines on to proxies of any mode. */
export function isHttp(run: Run): boolean | undefined {
  const { lines, context } = run;
  if (lines.kind === 'defaults' || context.templated || context.frames.length > 0 || lines.directives) return undefined;
  const own = modeSet(lines);
  const defaults = own === '' ? defaultsOf(lines.section as Section<HaproxyUnit>, context) : undefined;
  if (defaults?.unit.lines.directives === true) return undefined;
  const mode = own === '' && defaults !== undefined ? modeSet(defaults.unit.lines) : own;
  return isOpaque(mode) || (mode === '' && defaults !== undefined) ? undefined : mode === 'http';
}
