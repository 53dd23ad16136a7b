import type { SectionLines } from '../../lines.ts';
import { strtol } from '../../quantity/index.ts';
import { isOpaque } from '../../values.ts';
import { sourcesOf } from '../mode.ts';
import { hasFrontend } from '../places.ts';
import { refuse, type Run } from '../run.ts';

type Side = 'request' | 'response';

/** The word behind `len` or `id` of a capture action; undefined without such a word. */
function valueBehind(lines: SectionLines, line: number, word: 'len' | 'id'): number | undefined {
  for (let i = 2; i + 1 < lines.words(line); i++) {
    const text = lines.raw(line, i);
    if (text === 'if' || text === 'unless') return undefined;
    if (text === word) return i + 1;
  }
  return undefined;
}

/** Index of the `capture` action on a rule line, or -1. */
function actionAt(lines: SectionLines, line: number): number {
  const keyword = lines.keywords[line];
  const index = keyword === 'tcp-request' ? 2 : keyword === 'http-request' || keyword === 'http-response' ? 1 : -1;
  return index >= 0 && lines.raw(line, index) === 'capture' ? index : -1;
}

/** Slots that a section makes for a side: `declare capture`, headers, and actions with a length of their own. */
function slotsOf(lines: SectionLines, side: Side): number {
  let slots = 0;
  for (let line = lines.body; line < lines.count; line++) {
    const keyword = lines.keywords[line];
    if (keyword === 'declare') slots += lines.value(line, 1) === 'capture' && lines.value(line, 2) === side ? 1 : 0;
    else if (keyword === 'capture') slots += lines.value(line, 1) === side ? 1 : 0;
    else if (side === 'request' && actionAt(lines, line) >= 0)
      slots += valueBehind(lines, line, 'len') === undefined ? 0 : 1;
  }
  return slots;
}

/** A capture into a slot that the frontend has not (check_http_req_capture(), check_http_res_capture()). */
export function checkCaptureSlots(run: Run): void {
  const { lines } = run;
  if (!hasFrontend(run) || !lines.text.includes('capture')) return;
  const known = new Map<Side, number>();
  for (let line = lines.body; line < lines.count; line++) {
    const action = lines.keywords[line] === 'tcp-request' ? -1 : actionAt(lines, line);
    const index = action < 0 ? undefined : valueBehind(lines, line, 'id');
    if (index === undefined || isOpaque(lines.value(line, index))) continue;
    const side = lines.keywords[line] === 'http-request' ? 'request' : 'response';
    const id = strtol(lines.value(line, index), 10) ?? -1;
    const slots = known.get(side) ?? sourcesOf(run).reduce((sum, each) => sum + slotsOf(each, side), 0);
    known.set(side, slots);
    if (id < slots) continue;
    const count = slots === 0 ? 'none' : slots === 1 ? 'slot 0 alone' : `slots 0 to ${slots - 1}`;
    refuse(run, 'invalid-argument', lines.at(line, index), `there is no capture slot ${id}: the proxy has ${count}`, {
      help: `Add 'declare capture ${side} len' and a length.`,
    });
  }
}
