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

/** The line with every secret as ***, and how far a column moves by that. */
export function redact(
  line: string,
  language: LanguageId,
): { readonly text: string; readonly column: (column: number) => number } {
  const spans = [...secretSpans(line, language)].sort((a, b) => a.start - b.start);
  let text = '';
  let from = 0;
  for (const span of spans) {
    if (span.start < from) continue;
    text += line.slice(from, span.start) + MASK;
    from = span.end;
  }
  text += line.slice(from);
  const column = (original: number): number => {
    let moved = original;
    for (const span of spans) {
      if (original <= span.start) break;
      moved +=
        original >= span.end
          ? MASK.length - (span.end - span.start)
          : span.start - original + Math.min(MASK.length, original - span.start);
    }
    return moved;
  };
  return { text, column };
}
