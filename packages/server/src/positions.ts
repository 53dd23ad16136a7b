import { rangeOf, type Document, type LocalPlace, type Span } from '@halint/core';
import type { Position, Range } from 'vscode-languageserver';

// LSP counts from 0, everything else here from 1; both count UTF-16 code units.

export function toOffset(document: Document, position: Position): number {
  return document.offsetAt({ line: position.line + 1, column: position.character + 1 });
}

export function toPosition(document: Document, offset: number): Position {
  const { line, column } = document.positionAt(offset);
  return { line: line - 1, character: column - 1 };
}

export function toRange(document: Document, span: Span): Range {
  return { start: toPosition(document, span.start), end: toPosition(document, span.end) };
}

export function placeRange(place: LocalPlace): Range {
  const { start, end } = rangeOf(place);
  return {
    start: { line: start.line - 1, character: start.column - 1 },
    end: { line: end.line - 1, character: end.column - 1 },
  };
}
