import type { CrtLine, CrtList } from './ast.ts';
import { tokensOf, type Token } from './tokens.ts';

/** Reads a crt-list: one certificate a line. Never throws; takes linear time. */
export function parseCrtList(text: string): CrtList {
  const lines: CrtLine[] = [];
  let start = 0;
  while (start < text.length) {
    const lf = text.indexOf('\n', start);
    const end = lf < 0 ? text.length : lf;
    lines.push(readLine(text, start, end));
    start = end + 1;
  }
  return { text, lines, cut: text !== '' && !text.endsWith('\n') };
}

function readLine(text: string, start: number, end: number): CrtLine {
  if (text.startsWith('#', start)) return { kind: 'comment', start, end };
  const tokens = tokensOf(text, start, end);
  const [certificate] = tokens;
  if (certificate === undefined) return { kind: 'blank', start, end };
  const unreadable = (at: Token, why: string): CrtLine => ({ kind: 'unreadable', start, end, at, why });
  if (certificate.kind === 'close') return unreadable(certificate, "']' without '['");
  if (certificate.kind === 'open') return unreadable(certificate, 'a line starts with a certificate');
  const open = tokens.findIndex(({ kind }) => kind === 'open');
  const close = tokens.findIndex(({ kind }) => kind === 'close');
  const second = tokens.find((token, i) => token.kind !== 'word' && i !== open && i !== close);
  if (second !== undefined) return unreadable(second, `a second '${second.text}'`);
  if (close >= 0 && (open < 0 || close < open)) return unreadable(tokens[close] as Token, "']' without '['");
  if (open < 0) return { kind: 'entry', start, end, certificate, options: undefined, filters: tokens.slice(1) };
  // Filters between the certificate and its options are warned of and passed over.
  // A bracket that is never closed opens nothing: what follows are filters.
  const options = close < 0 ? undefined : tokens.slice(open + 1, close);
  const filters = tokens.slice((close < 0 ? open : close) + 1);
  return { kind: 'entry', start, end, certificate, options, filters };
}
