import { decode } from '../tokens.ts';
import { refuse, since, warn, type Run } from './run.ts';

/** Words of a line that haproxy looks at (MAX_LINE_ARGS). */
const MOST_WORDS = 64;
/** What a word must hold to be empty. */
const EMPTY = /""|''/;

/** May some word of the section be an empty pair of quotes? Most sections hold none, so their lines need no look. */
export function mayHoldEmptyWords(run: Run): boolean {
  return since(run, '3.2') && EMPTY.test(run.lines.text);
}

/** An empty word ends the list: 3.2 warns of it, 3.3 and above refuse it, also in blocks that are not read (parse_cfg()). */
export function checkEmptyWord(run: Run, line: number): void {
  const { lines } = run;
  const shape = lines.shape(line);
  if (shape.template || shape.kind === 'unreadable' || shape.kind === 'scope') return;
  for (let i = 0; i < shape.words && i < MOST_WORDS; i++) {
    const raw = lines.raw(line, i);
    if (!EMPTY.test(raw) || decode(raw) !== '') continue;
    const tell = since(run, '3.3') ? refuse : warn;
    const help = { help: 'Remove it, or write what is meant: haproxy reads nothing behind it.' };
    return tell(run, 'empty-word', lines.at(line, i), 'this word is empty and ends the line', help);
  }
}
