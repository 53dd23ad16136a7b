/** Where the line [from, to) ends without its line feed and carriage returns. */
export function endOfLine(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && (text.charCodeAt(end - 1) === 10 || text.charCodeAt(end - 1) === 13)) end--;
  return end;
}

/**
 * Does a line end with a backslash that no other takes with it? It stays behind a comment, and sticks to the last word
 * (lib/parser.c decomment).
 */
export function isContinued(text: string, from: number, to: number): boolean {
  let first = to;
  while (first > from && text.charCodeAt(first - 1) === 92) first--;
  return (to - first) % 2 === 1;
}

/** Are the double quotes of a line odd? A backslash takes the next sign with it (lib/parser.c decomment). */
export function isUnterminated(raw: string): boolean {
  if (!raw.includes('"')) return false;
  let odd = false;
  for (let i = 0; i < raw.length; i++) {
    const sign = raw.charAt(i);
    if (sign === '\\') i++;
    else if (sign === '"') odd = !odd;
  }
  return odd;
}

/**
 * Where a `\\#` or `\\!` outside quotes stands, or -1. The processes that heed blocks read a copy in which the backslash is gone already
 * (lib/parser.c conf_copy): for them a comment begins there.
 */
export function escapedComment(raw: string): number {
  if (!raw.includes('\\')) return -1;
  let quoted = false;
  for (let i = 0; i < raw.length; i++) {
    const sign = raw.charAt(i);
    if (sign === '"') quoted = !quoted;
    else if (sign === '\\') {
      const next = raw.charAt(i + 1);
      if (!quoted && (next === '#' || next === '!')) return i;
      i++;
    }
  }
  return -1;
}
