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
    else if ((code >= 0x80 && code < 0xa0) || isDirectional(code))
      out += `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
    else out += char;
  }
  return out;
}

function isDirectional(code: number): boolean {
  return (
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    code === 0x200e ||
    code === 0x200f ||
    code === 0xfeff ||
    code === 0x2028 ||
    code === 0x2029
  );
}

/** Columns that a text takes: wide East Asian characters and emoji take two, combining marks none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    if (/\p{Mn}|\p{Me}|\p{Cf}/u.test(char)) continue;
    width += code >= 0x1100 && WIDE.test(char) ? 2 : 1;
  }
  return width;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

/** Breaks text at blanks into lines of at most `width` columns; a longer word stays whole. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line === '') line = word;
    else if (widthOf(line) + 1 + widthOf(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}
