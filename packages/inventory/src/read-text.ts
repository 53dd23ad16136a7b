import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';

export interface TextFile {
  readonly text: string;
  /** Set when the bytes are not UTF-8: one code unit a byte, so that nothing is lost. */
  readonly encoding?: 'latin1';
}

/** Greatest file that is read, in bytes: some 20 times the largest configuration known from the field. */
export const MOST_BYTES = 32 * 1024 * 1024;

/** Is the file beyond what is read? Throws what the system says. */
export function isTooLarge(path: string): boolean {
  return statSync(path).size > MOST_BYTES;
}

/** Why a file beyond MOST_BYTES is left out, for people. */
export const TOO_LARGE = `larger than ${MOST_BYTES / 1024 / 1024} MiB: not read`;

/** Reads a file without losing a byte: UTF-8 (a BOM stays in the text) or, when it is not, ISO 8859-1. Throws what the system says. */
export function readText(path: string): TextFile {
  const bytes = readFileSync(path);
  return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { text: bytes.toString('latin1'), encoding: 'latin1' };
}

/** More than this share of control characters in its first 8 KiB makes a file binary; text has none but tab, CR, LF and form feed. */
const BINARY_SHARE = 0.1;

/** Line (from 1) of the first control character when the text is binary junk; undefined when it is text. */
export function binaryLine(text: string): number | undefined {
  const head = text.slice(0, 8192);
  let controls = 0;
  let first = -1;
  for (let i = 0; i < head.length; i++) {
    const code = head.charCodeAt(i);
    if (code >= 32 || code === 9 || code === 10 || code === 12 || code === 13) continue;
    controls++;
    if (first < 0) first = i;
  }
  if (head.length < 16 || controls < 8 || controls / head.length < BINARY_SHARE) return undefined;
  return head.slice(0, first).split('\n').length;
}
