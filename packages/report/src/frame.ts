import { rangeOf, type Place } from '@halint/core';
import { redact, type Redacted } from './redact.ts';
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
  const { text, column } = lineOf(place, start.line);
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

/** The line that was shown last: a line of a megabyte may have a hundred thousand findings, and they come in the order of lines. */
let lately: { readonly section: Place['section']; readonly line: number; readonly redacted: Redacted } | undefined;

/** A line of a file without its secrets; lines count from 1. */
function lineOf({ section, file }: Place, line: number): Redacted {
  // A section may move in its file, and its lines with it.
  const relative = line - 1 - section.line;
  if (lately?.section === section && lately.line === relative) return lately.redacted;
  const from = section.lineStarts[relative] ?? 0;
  const next = section.lineStarts[relative + 1];
  const raw = section.text.slice(from, next === undefined ? undefined : next - 1).replace(/\r$/, '');
  const redacted = redact(raw, file.language);
  lately = { section, line: relative, redacted };
  return redacted;
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
