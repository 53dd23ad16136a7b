import type { Args } from '../args.ts';
import { isDefaults } from '../places.ts';
import { keptByRun, warn, type Run } from '../run.ts';

/** Formats that a defaults section has set: a later one replaces them with a warning. */
const formats = keptByRun((_: Run) => new Map<string, string>());

/** Statements that set the format of the log; error-log-format stands for itself, log-format-sd is replaced silently. */
export function noteFormat(args: Args, name: string): void {
  const { run } = args;
  if (!isDefaults(run) || name === 'log-format-sd' || name === 'unique-id-format') return;
  const known = formats(run);
  const what = name === 'error-log-format' ? name : 'log';
  const before = known.get(what);
  if (before !== undefined) warn(run, 'repeated-keyword', args.at(0), `'${name}' replaces the '${before}' above`);
  known.set(what, name);
}

const LOG_OPTIONS: ReadonlySet<string> = new Set(['httplog', 'httpslog', 'tcplog']);

/**
 * Formats are compiled when the proxy is complete: only the last of a kind counts, and those of logs not in a backend
 * (check_config_validity() in src/cfgparse.c).
 */
export function isCompiled(run: Run, line: number): boolean {
  const { lines } = run;
  const { keywords } = lines;
  const keyword = keywords[line];
  if (lines.kind === 'backend' && keyword !== 'unique-id-format' && keyword !== 'error-log-format') return false;
  for (let later = line + 1; later < lines.count; later++) {
    if (keywords[later] === keyword) return false;
    const option = keyword === 'log-format' && keywords[later] === 'option' && lines.keywordIndex(later) === 0;
    if (option && LOG_OPTIONS.has(lines.value(later, 1))) return false;
  }
  return true;
}
