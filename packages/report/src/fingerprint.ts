import type { Finding } from '@halint/core';

/**
 * Names a finding across runs: rule, host, file, statement path and the values of its message, never a line number. 64 bits as
 * hex; equal ones are told apart by their order.
 */
export function fingerprints(findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const parts = [
      finding.rule,
      finding.at.host,
      finding.at.file.path,
      finding.statement,
      finding.key ?? finding.message,
    ];
    const plain = hash64(parts.join('\0'));
    const ordinal = seen.get(plain) ?? 0;
    seen.set(plain, ordinal + 1);
    return ordinal === 0 ? plain : hash64(`${parts.join('\0')}\0${ordinal}`);
  });
}

/** FNV-1a, 64 bits, over UTF-16 code units. */
function hash64(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) {
    hash ^= BigInt(text.charCodeAt(i));
    hash = (hash * 0x100000001b3n) & 0xffffffffffffffffn;
  }
  return hash.toString(16).padStart(16, '0');
}
