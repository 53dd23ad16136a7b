import { fromName } from '../head.ts';
import type { SectionLines } from '../lines.ts';
import { keptByRun, type Run } from './run.ts';

/** The section and the defaults sections that it starts from, nearest first. */
export const sourcesOf = keptByRun((run: Run): readonly SectionLines[] => {
  const found = [run.lines];
  for (let next = defaultsOf(run, run.lines); next !== undefined && !found.includes(next); next = defaultsOf(run, next))
    found.push(next);
  return found;
});

/** A defaults section starts from another one only when it names it; any other section from the last one above too. */
function defaultsOf(run: Run, lines: SectionLines): SectionLines | undefined {
  const index = fromName(lines);
  if (index >= 0) return run.context.named.get(lines.value(0, index))?.unit.lines;
  return lines.kind === 'defaults' ? undefined : run.context.defaults?.unit.lines;
}

/** Conditions or placeholders may hide or bring statements: what a section ends up with is not known. */
export function isCertain(run: Run): boolean {
  return (
    run.context.frames.length === 0 &&
    !run.context.templated &&
    sourcesOf(run).every((lines) => !lines.directives && !lines.templated)
  );
}

/** Line of the last statement with that keyword for which `wanted` holds, or -1. */
export function lastLine(lines: SectionLines, keyword: string, wanted?: (line: number) => boolean): number {
  const { keywords } = lines;
  for (let line = lines.count - 1; line >= lines.body; line--) {
    if (keywords[line] === keyword && (wanted === undefined || wanted(line))) return line;
  }
  return -1;
}

const kept = keptByRun((run: Run) => ({ mode: isCertain(run) ? readMode(run) : undefined }));

/** The mode that the section has once it is read: its own last `mode`, else that of its defaults, else tcp; undefined when not known. */
export function modeOf(run: Run): string | undefined {
  return kept(run).mode;
}

function readMode(run: Run): string | undefined {
  for (const lines of sourcesOf(run)) {
    const line = lastLine(lines, 'mode');
    if (line < 0) continue;
    const mode = lines.value(line, 1);
    return mode.includes('$') ? undefined : mode === 'haterm' ? 'http' : mode;
  }
  return 'tcp';
}

/** The mode of a proxy; undefined when it is not known, and in defaults, whose lines serve proxies of any mode. */
export function proxyMode(run: Run): string | undefined {
  return run.lines.kind === 'defaults' ? undefined : modeOf(run);
}

/** Does the proxy work in HTTP mode? Undefined when that is not known here: defaults hand their lines on to proxies of any mode. */
export function isHttp(run: Run): boolean | undefined {
  const mode = proxyMode(run);
  return mode === undefined ? undefined : mode === 'http';
}
