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

/** FNV-1a, 64 bits, over UTF-16 code units, in two halves: BigInt takes seconds for the findings of a broken file. */
function hash64(text: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (let i = 0; i < text.length; i++) {
    low = (low ^ text.charCodeAt(i)) >>> 0;
    // Times the prime 2^40 + 0x1b3; no product reaches 2^53.
    const product = low * 0x1b3;
    high = (high * 0x1b3 + Math.floor(product / 0x100000000) + low * 0x100) >>> 0;
    low = product >>> 0;
  }
  return hex(high) + hex(low);
}

function hex(half: number): string {
  return half.toString(16).padStart(8, '0');
}
