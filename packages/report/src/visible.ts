/**
 * Text as a terminal may show it: control characters and bidirectional overrides become visible, so that nothing in a linted
 * file acts on the reader's terminal.
 */
export function visible(text: string): string {
  let out = '';
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    if (char === '\t') out += '    ';
    else if (code < 32) out += String.fromCodePoint(0x2400 + code);
    else if (code === 127) out += '\u2421';
    else if ((code >= 0x80 && code < 0xa0) || isUnseen(code) || isUnpaired(code))
      out += `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
    else out += char;
  }
  return out;
}

/** Reorders, hides or breaks what stands around it. */
function isUnseen(code: number): boolean {
  return (
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    code === 0x061c ||
    (code >= 0x200b && code <= 0x200f) ||
    code === 0xfeff ||
    code === 0x2028 ||
    code === 0x2029
  );
}

/** A lone surrogate or a non-character: no XML document may hold it, and terminals differ in what they show. */
function isUnpaired(code: number): boolean {
  return (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff;
}

/** Columns that a text takes: wide East Asian characters and emoji take two, combining marks none. */
export function widthOf(text: string): number {
  // Nearly all text, and a garbage file has a frame for each of its characters.
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    if (code > 0x7e && NARROW.test(char)) continue;
    width += code >= 0x1100 && WIDE.test(char) ? 2 : 1;
  }
  return width;
}

const NARROW = /\p{Mn}|\p{Me}|\p{Cf}/u;

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

/** The longest beginning that takes at most `width` columns. */
export function headOf(text: string, width: number): string {
  let taken = 0;
  let end = 0;
  for (const char of text) {
    taken += widthOf(char);
    if (taken > width) break;
    end += char.length;
  }
  return text.slice(0, end);
}

/** The longest ending that takes at most `width` columns. */
export function tailOf(text: string, width: number): string {
  const chars = [...text];
  let taken = 0;
  let first = chars.length;
  while (first > 0) {
    taken += widthOf(chars[first - 1] as string);
    if (taken > width) break;
    first--;
  }
  return chars.slice(first).join('');
}

/** Breaks text at blanks into lines of at most `width` columns (at least 1); a word that is longer is cut. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) <= width) {
      line += ` ${word}`;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    // Only what goes on a line is measured: the word may be a megabyte.
    let part = headOf(line, width);
    while (part.length < line.length) {
      part ||= String.fromCodePoint(line.codePointAt(0) as number);
      lines.push(part);
      line = line.slice(part.length);
      part = headOf(line, width);
    }
  }
  return line === '' ? lines : [...lines, line];
}
