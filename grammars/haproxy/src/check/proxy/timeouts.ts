import { judgeTime } from '../../quantity/index.ts';
import { Args } from '../args.ts';
import { subKeyword } from '../keyword.ts';
import { sourcesOf } from '../mode.ts';
import { keptByRun, since, warn, type Checker, type Run } from '../run.ts';
import type { SectionLines } from '../../lines.ts';
import { isDefaults } from '../places.ts';

/** Timeouts of a section so far: a second one that changes an own value is warned of. */
const seen = keptByRun((_: Run) => new Map<string, number>());

export const checkTimeout: Checker = (run, line) => {
  const args = new Args(run, line);
  const event = args.get(1);
  if (args.unknown(1) || !subKeyword(run, line, event, 'timeout')) return;
  if (!args.needs(2, `'timeout ${event}' needs a time`) || !args.ends(3)) return;
  const text = args.get(2);
  const { value, fault, warning } = judgeTime(text, run.version, 'ms');
  if (fault !== undefined) {
    args.bad(2, fault);
    return;
  }
  if (warning !== undefined) args.warn(2, warning, 'invalid-argument');
  if (since(run, '3.2') && /^\d+$/.test(text) && value > 0 && value < 100)
    warn(
      run,
      'suspicious-timeout',
      args.at(2),
      `'timeout ${event} ${text}' is very short: without a unit the number counts milliseconds`,
      {
        help: `Write ${value}s for seconds, or ${value}ms when milliseconds are meant.`,
      },
    );
  if (!isDefaults(run)) checkRepeated(args, event, value);
};

function checkRepeated(args: Args, event: string, value: number): void {
  const { run } = args;
  const values = seen(run);
  const before = values.get(event);
  values.set(event, value);
  if (before !== undefined && before !== inherited(run, event))
    args.warn(1, `'timeout ${event}' was set above already: this line replaces it`, 'repeated-keyword');
}

/** What the defaults set, 0 when nothing does. */
function inherited(run: Run, event: string): number {
  for (const lines of sourcesOf(run).slice(1)) {
    const value = lastTime(run, lines, event);
    if (value !== undefined) return value;
  }
  return 0;
}

function lastTime(run: Run, lines: SectionLines, event: string): number | undefined {
  for (let line = lines.count - 1; line >= lines.body; line--) {
    if (lines.keywords[line] === 'timeout' && lines.value(line, 1) === event)
      return judgeTime(lines.value(line, 2), run.version, 'ms').value;
  }
  return undefined;
}
