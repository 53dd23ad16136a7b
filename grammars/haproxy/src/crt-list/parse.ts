import type { CrtLine, CrtList, LineShape, Part } from './ast.ts';
import { readLines } from './grammar.ts';

/** Reads a crt-list: one certificate a line. Never throws; takes linear time. */
export function parseCrtList(text: string): CrtList {
  const table = readLines(text);
  const cut = text !== '' && !text.endsWith('\n');
  const lines: CrtLine[] = [];
  for (let line = 0; line < table.count; line++) {
    const first = table.firstToken(line);
    const partOf = (token: number): Part => {
      const [start, end] = [table.tokenStart(first + token), table.tokenEnd(first + token)];
      return { text: text.slice(start, end), start, end };
    };
    const start = table.lineStart(line);
    const next = line + 1 < table.count ? table.lineStart(line + 1) : text.length + (cut ? 1 : 0);
    lines.push({ start, end: next - 1, ...lineOf(table.shapes[line] as LineShape, partOf) });
  }
  return { text, lines, cut };
}

type Parts<Kind extends CrtLine> = Kind extends CrtLine ? Omit<Kind, 'start' | 'end'> : never;

function lineOf(shape: LineShape, partOf: (token: number) => Part): Parts<CrtLine> {
  if (shape.kind === 'unreadable') {
    const at = partOf(shape.token);
    return { kind: 'unreadable', at, why: whyOf(shape, at.text) };
  }
  if (shape.kind !== 'entry') return { kind: shape.kind };
  return {
    kind: 'entry',
    certificate: partOf(shape.certificate),
    options: shape.options?.map(partOf),
    filters: shape.filters.map(partOf),
  };
}

function whyOf({ close, seen }: Extract<LineShape, { kind: 'unreadable' }>, text: string): string {
  if (close && seen !== 'closed') return "']' without '['";
  return seen === 'nothing' ? 'a line starts with a certificate' : `a second '${text}'`;
}
