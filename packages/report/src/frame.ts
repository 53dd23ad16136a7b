import { rangeOf, type Place } from '@halint/core';
import { redact } from './redact.ts';
import { headOf, tailOf, visible, widthOf } from './visible.ts';

/** One line of a file with the marked part under it. */
export interface Frame {
  readonly line: number;
  readonly source: string;
  readonly underline: string;
}

/**
 * The first line of a place, cut to `width` columns around it, with marks below. Secrets are masked and control characters made
 * visible before anything is measured.
 */
export function frameOf(place: Place, width: number, mark: string): Frame {
  const { start, end } = rangeOf(place);
  const relative = start.line - 1 - place.section.line;
  const from = place.section.lineStarts[relative] ?? 0;
  const next = place.section.lineStarts[relative + 1];
  const raw = place.section.text.slice(from, next === undefined ? undefined : next - 1).replace(/\r$/, '');
  const { text, column } = redact(raw, place.file.language);
  const first = column(start.column - 1);
  const last = end.line === start.line ? column(end.column - 1) : text.length;
  const behind = Math.max(first, last);
  // Far more than is shown, far less than a line of a megabyte.
  const near = 4 * width;
  const before = visible(text.slice(Math.max(0, first - near), first));
  const marked = visible(text.slice(first, Math.min(behind, first + near)));
  const after = visible(text.slice(behind, behind + near));
  return { line: start.line, ...fit(before, marked, after, width, mark) };
}

const DOTS = '…';

function fit(
  before: string,
  marked: string,
  after: string,
  width: number,
  mark: string,
): { readonly source: string; readonly underline: string } {
  const shownMark = widthOf(marked) > width - 2 ? headOf(marked, Math.max(2, width - 2)) : marked;
  let head = before;
  let tail = after;
  const room = width - widthOf(shownMark);
  if (widthOf(head) + widthOf(tail) > room) {
    const keep = Math.min(widthOf(head), Math.max(Math.floor(room / 2), room - widthOf(tail)));
    if (keep < widthOf(head)) head = keep > 0 ? DOTS + tailOf(head, keep - 1) : '';
    const rest = room - widthOf(head);
    if (rest < widthOf(tail)) tail = rest > 0 ? headOf(tail, rest - 1) + DOTS : '';
  }
  return {
    source: (head + shownMark + tail).trimEnd(),
    underline: ' '.repeat(widthOf(head)) + mark.repeat(Math.max(1, widthOf(shownMark))),
  };
}
