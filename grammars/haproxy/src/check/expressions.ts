import type { Run } from './run.ts';

/** Where a sample is taken: one bit for each place at which haproxy evaluates expressions (SMP_VAL_* in include/haproxy/sample-t.h). */
export const AT = {
  feConn: 1 << 0,
  feSession: 1 << 1,
  feContent: 1 << 2,
  feRequest: 1 << 3,
  feRequestBody: 1 << 4,
  feSetBackend: 1 << 5,
  beContent: 1 << 6,
  beRequest: 1 << 7,
  beRequestBody: 1 << 8,
  beSetServer: 1 << 9,
  beServerConn: 1 << 10,
  beResponseContent: 1 << 11,
  beResponse: 1 << 12,
  beResponseBody: 1 << 13,
  beStoreRule: 1 << 14,
  feResponseContent: 1 << 15,
  feResponse: 1 << 16,
  feResponseBody: 1 << 17,
  log: 1 << 18,
  check: 1 << 19,
  config: 1 << 20,
  cli: 1 << 21,
} as const;

/** A set of places. */
export type Places = number;

/** Judges the sample expression at word `index`, which may reach over several words; the index behind its last word. */
export function checkSample(run: Run, line: number, index: number, _places: Places): number {
  return Math.min(index + 1, run.lines.words(line));
}

/** Judges what stands at word `index`: nothing, or `if`/`unless` and a condition that reaches to the end of the line. */
export function checkCondition(_run: Run, _line: number, _index: number, _places: Places): void {
  return;
}

/** Judges the log-format string in word `index`. */
export function checkFormat(_run: Run, _line: number, _index: number, _places: Places): void {
  return;
}
