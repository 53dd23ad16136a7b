import { refuse, type Checker, type Run } from './run.ts';

/** Refuses a line with fewer or more words behind its keyword than that; true when the number is right. */
export function hasWords(run: Run, line: number, wanted: number): boolean {
  const { lines } = run;
  const keyword = lines.keywords[line] as string;
  const values = lines.values(line);
  if (values.length - 1 < wanted) {
    refuse(run, 'missing-argument', lines.at(line, 0), `'${keyword}' needs a value`);
    return false;
  }
  if (values.length - 1 > wanted) {
    const extra = values[wanted + 1] as string;
    refuse(
      run,
      'unexpected-argument',
      lines.at(line, wanted + 1),
      `'${keyword}' takes no further word, found '${extra}'`,
    );
  }
  return true;
}

/** A keyword that takes exactly so many words. */
export const counted =
  (wanted: number): Checker =>
  (run, line) =>
    void hasWords(run, line, wanted);
