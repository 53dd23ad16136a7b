/** A text made of parts of a section: for each sign, where it comes from. */
export interface Mapped {
  readonly text: string;
  /** Offsets in the section, one for each sign of the text. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export function mapped(text: string, offset: number): Mapped {
  const starts = Array.from({ length: text.length }, (_, i) => offset + i);
  return { text, starts, ends: starts.map((start) => start + 1) };
}

/** All signs of `text` come from the same stretch. */
export function from(text: string, start: number, end: number): Mapped {
  return { text, starts: new Array<number>(text.length).fill(start), ends: new Array<number>(text.length).fill(end) };
}

export function slice({ text, starts, ends }: Mapped, begin: number, end = text.length): Mapped {
  return { text: text.slice(begin, end), starts: starts.slice(begin, end), ends: ends.slice(begin, end) };
}

/** One text behind the other. */
export function joined(one: Mapped, other: Mapped): Mapped {
  return {
    text: one.text + other.text,
    starts: [...one.starts, ...other.starts],
    ends: [...one.ends, ...other.ends],
  };
}

/** The text with other signs in the place of [begin, end); they come from what they replace. */
export function splice(source: Mapped, begin: number, end: number, value: string): Mapped {
  const start = source.starts[begin] ?? 0;
  const put = from(value, start, source.ends[end - 1] ?? start);
  return {
    text: source.text.slice(0, begin) + value + source.text.slice(end),
    starts: [...source.starts.slice(0, begin), ...put.starts, ...source.starts.slice(end)],
    ends: [...source.ends.slice(0, begin), ...put.ends, ...source.ends.slice(end)],
  };
}

export function trimmed(line: Mapped): Mapped {
  const begin = line.text.length - line.text.trimStart().length;
  return begin === 0 ? line : slice(line, begin);
}

/** A further line of a definition comes from where the definition is used. */
export function spread(text: string, use: Mapped): Mapped {
  const start = use.starts[0] ?? 0;
  return from(text, start, use.ends[use.ends.length - 1] ?? start);
}
