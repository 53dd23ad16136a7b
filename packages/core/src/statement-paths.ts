import type { Document } from './document.ts';
import { firstEndingAt } from './text.ts';

/** Numbers what comes under one name, in the order in which it is asked: `Port`, `Port#2`, `Port#3`. */
export class Ordinals {
  readonly #counts = new Map<string, number>();

  next(name: string): string {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  }
}

/** A statement's way and where the statement ends, as an offset of its document. */
export interface StatementPath {
  readonly end: number;
  readonly path: string;
}

/** The first, in the order of the text, that ends at an offset or behind it. */
export function pathAt<Path extends StatementPath>(paths: readonly Path[], offset: number): Path | undefined {
  return firstEndingAt(paths, offset, ({ end }) => end);
}

/** Makes something once for each version of a document: a broken file has as many findings as lines, and each asks for its path. */
export function keptByVersion<Ast, Unit, Value>(
  make: (document: Document<Ast, Unit>) => Value,
): (document: Document<Ast, Unit>) => Value {
  const kept = new WeakMap<Document<Ast, Unit>, { readonly version: number; readonly value: Value }>();
  return (document) => {
    const known = kept.get(document);
    if (known?.version === document.version) return known.value;
    const value = make(document);
    kept.set(document, { version: document.version, value });
    return value;
  };
}
