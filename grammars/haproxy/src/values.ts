const OPEN = 123;
const LESS = 60;
const PERCENT = 37;
const HASH = 35;

/** Does a sign behind a dollar start a variable or placeholder? A letter, `_`, `.`, `{`, `(`, `[` or `<`; else the dollar is plain text. */
function startsVariable(code: number): boolean {
  return (
    (code >= 97 && code <= 123) ||
    (code >= 65 && code <= 91) ||
    code === 95 ||
    code === 46 ||
    code === 40 ||
    code === LESS
  );
}

/** A variable or template placeholder (`$X`, `{{`, `{%`, `{#`, `<%`): what the text will be is not known. */
export function isOpaque(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 36) {
      if (startsVariable(text.charCodeAt(i + 1))) return true;
      continue;
    }
    if (code !== OPEN && code !== LESS) continue;
    const next = text.charCodeAt(i + 1);
    if (next === PERCENT || (code === OPEN && (next === OPEN || next === HASH))) return true;
  }
  return false;
}

/** First sign that a name may not hold (invalid_char() in src/tools.c), or undefined. */
export function badSign(name: string): string | undefined {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    const fine =
      (code >= 97 && code <= 122) ||
      (code >= 48 && code <= 58) ||
      (code >= 65 && code <= 90) ||
      code === 95 ||
      code === 46 ||
      code === 45;
    if (!fine) return isOpaque(name) ? undefined : String.fromCodePoint(name.codePointAt(i) ?? 0);
  }
  return undefined;
}
