import { defaultsOf, isActive } from '../flow.ts';
import type { SectionLines } from '../lines.ts';
import { isOpaque } from '../values.ts';
import type { Run } from './run.ts';

/** The mode that the lines of a section set; undefined when none does or it is not known. */
function written(lines: SectionLines): string | undefined {
  if (lines.directives || lines.templated) return '?';
  const { keywords } = lines;
  for (let line = lines.count - 1; line >= lines.body; line--) {
    if (keywords[line] !== 'mode') continue;
    const mode = lines.value(line, 1);
    return isOpaque(mode) ? '?' : mode;
  }
  return undefined;
}

/** The defaults sections in force for a proxy, the nearest first. */
export function defaultsChain(run: Run): readonly SectionLines[] {
  const chain: SectionLines[] = [];
  let section: ReturnType<typeof defaultsOf> = defaultsOf(
    run.lines.section as Parameters<typeof defaultsOf>[0],
    run.context,
  );
  while (section !== undefined && chain.length < 20 && !chain.includes(section.unit.lines)) {
    chain.push(section.unit.lines);
    const { lines } = section.unit;
    const from =
      lines.value(0, 1) === 'from' ? lines.value(0, 2) : lines.value(0, 2) === 'from' ? lines.value(0, 3) : '';
    section = from === '' ? undefined : run.context.named.get(from);
  }
  return chain;
}

/** The mode of the proxy: its own, that of its defaults, else tcp; undefined when it cannot be told. */
export function modeOf(run: Run): string | undefined {
  if (run.lines.kind === 'defaults' || isActive(run.context.frames, run.version) !== true) return undefined;
  let mode = written(run.lines);
  for (const lines of mode === undefined ? defaultsChain(run) : []) {
    mode = written(lines);
    if (mode !== undefined) break;
  }
  return mode === '?' ? undefined : (mode ?? 'tcp');
}
