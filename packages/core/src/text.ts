/** Half-open range of UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Place in a text for people: both count from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Half-open range between two positions. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

const LF = 10;

/**
 * Offsets at which lines start, the first being 0. A line ends behind its LF; CR is part of the line.
 * There is one start more than there are LFs, so that the last line may be empty.
 */
export function lineStarts(text: string): Uint32Array {
  let count = 1;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) count++;
  const starts = new Uint32Array(count);
  let line = 1;
  for (let i = 0; line < count; i++) if (text.charCodeAt(i) === LF) starts[line++] = i + 1;
  return starts;
}

/** Index of the greatest element that is not above `value`, in a sorted array whose first element is not above it. */
export function floorIndex(sorted: ArrayLike<number>, value: number, count: number = sorted.length): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] as number) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first of what stands one behind the other that ends at an offset or behind it. */
export function firstEndingAt<Item>(
  items: readonly Item[],
  offset: number,
  endOf: (item: Item) => number,
): Item | undefined {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endOf(items[middle] as Item) < offset) low = middle + 1;
    else high = middle;
  }
  return items[low];
}
