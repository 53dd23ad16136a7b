import { refuse, since, warn, type Run } from './run.ts';

/** May some word of the section be an empty pair of quotes? Most sections hold none, so their lines need no look. */
export function mayHoldEmptyWords(run: Run): boolean {
  if (!since(run, '3.2')) return false;
  const { text } = run.lines;
  return text.includes('""') || text.includes("''");
}

/**
 * An empty word ends the words of its line: haproxy 3.2 warns, 3.3 and above refuse the line (readcfgfile() and
 * parse_cfg() in src/cfgparse.c). False when the line is refused.
 */
export function checkEmptyWord(run: Run, line: number): boolean {
  const { lines } = run;
  const count = lines.words(line);
  for (let i = 0; i < count; i++) {
    const raw = lines.raw(line, i);
    if (raw.length < 2 || !(raw.startsWith('"') || raw.startsWith("'")) || lines.value(line, i) !== '') continue;
    const help = { help: 'Take it out, or write something between the quotes.' };
    if (since(run, '3.3')) {
      refuse(run, 'invalid-argument', lines.at(line, i), 'an empty word ends the line', help);
      return false;
    }
    const message =
      i + 1 < count ? 'an empty word ends the line: what follows is ignored' : 'an empty word ends the line';
    warn(run, 'invalid-argument', lines.at(line, i), message, help);
    return true;
  }
  return true;
}
