/** One word of an nftables script with its place; quoted ones are never keywords. */
export interface Token {
  readonly text: string;
  readonly quoted: boolean;
  /** A quoted one whose line ends before its quote. */
  readonly isOpen?: true;
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** `;` at the end of each line, as nft itself takes it; `\` at the end of a line joins it with the next. */
const PATTERN = /"([^"\n]*)"?|#[^\n]*|\\\r?\n|\n|[{};,=]|!=|[<>]=?|[^\s"#{};,=!<>\\]+|[!\\]/g;

/** Cuts a script into words, separators and braces (nft(8), Lexical conventions). */
export function tokensOf(path: string, text: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (const match of text.matchAll(PATTERN)) {
    const [whole, inner] = match;
    if (whole === '\n') tokens.push({ text: ';', quoted: false, path, line: line++ });
    else if (whole.startsWith('\\') && whole.endsWith('\n')) line++;
    else if (whole.startsWith('"')) {
      const isOpen = whole.length < 2 || !whole.endsWith('"');
      tokens.push({ text: inner ?? '', quoted: true, ...(isOpen ? { isOpen } : {}), path, line });
    } else if (!whole.startsWith('#')) tokens.push({ text: whole, quoted: false, path, line });
  }
  return tokens;
}

/** Index behind the brace that closes the one at `open`; the end where none does. */
export function behindBlock(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.quoted) continue;
    if (token.text === '{') depth++;
    else if (token.text === '}' && --depth === 0) return i + 1;
  }
  return tokens.length;
}

/** Index of the `;` that ends the statement at `from`, braces skipped. */
export function statementEnd(tokens: readonly Token[], from: number): number {
  for (let i = from; i < tokens.length;) {
    const token = tokens[i] as Token;
    if (!token.quoted && token.text === '{') i = behindBlock(tokens, i);
    else if (!token.quoted && token.text === ';') return i;
    else i++;
  }
  return tokens.length;
}

/** The word at `i`; undefined for a quoted one and behind the end. */
export function wordAt(tokens: readonly Token[], i: number): string | undefined {
  const token = tokens[i];
  return token === undefined || token.quoted ? undefined : token.text;
}
