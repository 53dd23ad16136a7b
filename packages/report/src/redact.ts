import { MASK, type LanguageId, type Span } from '@halint/core';

/** A word of haproxy.cfg: quotes and backslashes keep blanks and # inside it (configuration manual, section 2.2). */
const WORD = String.raw`(?:\\.|"(?:\\.|[^"\\])*"?|'[^']*'?|[^\s#"'\\])`;

/** Where a secret stands on a line: the keyword in front of it, by language. */
const SECRETS: Record<LanguageId, readonly RegExp[]> = {
  keepalived: [/\bauth_pass\s+("[^"]*"?|[^\s{}!#]+)/dg, /\b(?:password|key)\s+("[^"]*"?|[^\s{}!#]+)/dg],
  haproxy: [
    new RegExp(String.raw`\bstats\s+auth\s+(?:[^\s:#]+:)?(${WORD}+)`, 'dg'),
    new RegExp(String.raw`\b(?:(?:insecure-)?password|secret)\s+(${WORD}+)`, 'dg'),
    /\bset-var\S*\s+str\(([^)]*)\)/dg,
    /\b(?:auth|Authorization)["\s]+(?:Basic|Bearer)\s+([^\s"#]+)/dgi,
  ],
  sshd: [],
  sysctl: [],
  // Environment="DB_PASSWORD=…": the name says that the value is none of ours.
  systemd: [/\b\w*(?:PASS|PASSWORD|SECRET|TOKEN|KEY)\w*=([^\s"']+)/dgi],
  rsyslog: [/\b(?:pwd|password|secret)\s*=\s*("[^"]*"?|'[^']*'?)/dgi],
};

/** Private key material, wherever it stands. */
const KEY_LINE = /^\s*[A-Za-z0-9+/]{60,}={0,2}\s*$|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** Places of secrets on one line, in the line's own columns from 0. */
export function secretSpans(line: string, language: LanguageId): readonly Span[] {
  if (KEY_LINE.test(line)) return [{ start: 0, end: line.length }];
  return SECRETS[language].flatMap((pattern) =>
    [...line.matchAll(pattern)].flatMap((match) => {
      const at = match.indices?.[1];
      return at === undefined ? [] : [{ start: at[0], end: at[1] }];
    }),
  );
}

/** A line as it may be shown, and where its columns are in that. */
export interface Redacted {
  readonly text: string;
  readonly column: (column: number) => number;
}

/** The line with every secret as ***, and how far a column moves by that. */
export function redact(line: string, language: LanguageId): Redacted {
  const spans: Span[] = [];
  /** Where each secret stands in the text that is shown. */
  const shown: number[] = [];
  let text = '';
  let from = 0;
  for (const span of secretSpans(line, language).toSorted((a, b) => a.start - b.start)) {
    if (span.start < from) continue;
    text += line.slice(from, span.start);
    spans.push(span);
    shown.push(text.length);
    text += MASK;
    from = span.end;
  }
  text += line.slice(from);
  const column = (original: number): number => {
    // The last secret that begins before the column.
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((spans[middle]?.start ?? 0) < original) low = middle + 1;
      else high = middle;
    }
    const span = spans[low - 1];
    if (span === undefined) return original;
    const at = shown[low - 1] ?? 0;
    return (
      at + (original >= span.end ? MASK.length + original - span.end : Math.min(MASK.length, original - span.start))
    );
  };
  return { text, column };
}
