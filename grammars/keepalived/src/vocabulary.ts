import { KeywordTable } from '@halint/core';
import type { AnyBlock } from './ast.ts';
import { KEYWORDS, type KeepalivedKeyword } from './keywords.ts';

const table = new KeywordTable(KEYWORDS);

/** The row of a word at a block path (`root` at the top), in a version or in any. */
export function rowAt(word: string, place: string, version?: string): KeepalivedKeyword | undefined {
  return table.find(word, place, version);
}

export function rowsOf(word: string): readonly KeepalivedKeyword[] {
  return table.all(word);
}

export function rowsAt(place: string, version: string): readonly KeepalivedKeyword[] {
  return table.at(place, version);
}

/** Path of what stands inside a block. */
export function placeInside(place: string, block: AnyBlock): string {
  const word = block.keyword?.value ?? '';
  return place === 'root' ? word : `${place}/${word}`;
}

/** Placeholders of template engines, and definitions: what they stand for is not known here. */
export function isOpaque(text: string): boolean {
  return /\{\{|\{%|<%|\$|~(SEQ|LST)/.test(text);
}
