import { Document, type Syntax } from '@halint/core';
import type { HaproxyFile, HaproxyUnit } from './ast.ts';
import { SectionLines } from './lines.ts';
import { fileNode, sectionNode } from './nodes/section.ts';
import { cut } from './tokens.ts';

export type HaproxyDocument = Document<HaproxyFile, HaproxyUnit>;

const SYNTAX: Syntax<HaproxyUnit> = {
  cut,
  read: (section) => sectionNode(new SectionLines(section)),
};

/** Reads a haproxy.cfg of any content; `print()` gives the text back. Never throws. */
export function parseHaproxy(text: string): HaproxyDocument {
  return new Document(text, SYNTAX, fileNode);
}
