import type { LanguageId } from '@halint/core';
import { redact } from './redact.ts';

/** Several lines of a file with every secret masked. */
export function maskText(text: string, language: LanguageId): string {
  return text
    .split('\n')
    .map((line) => redact(line, language).text)
    .join('\n');
}
