import { Document, type Syntax } from '@halint/core';
import type { HaproxyFile } from './ast.ts';
import { cut } from './tokens.ts';
import { SectionUnit } from './unit.ts';

export type HaproxyDocument = Document<HaproxyFile, SectionUnit>;

const SYNTAX: Syntax<SectionUnit> = {
  cut,
  read: (section) => new SectionUnit(section),
};

/** Reads a haproxy.cfg of any content; `print()` gives the text back. Never throws. */
export function parseHaproxy(text: string): HaproxyDocument {
  return new Document(text, SYNTAX, fileNode);
}

function fileNode(document: HaproxyDocument): HaproxyFile {
  const length = document.length;
  return {
    kind: 'file',
    get sections() {
      return document.sections.map((section) => section.unit.node);
    },
    span: { start: 0, end: length },
  };
}
