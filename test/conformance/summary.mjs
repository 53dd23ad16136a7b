// What the comparisons of all daemons share when they are told.

/** Share in percent, two digits; null without any. */
export function share(part, whole) {
  return whole === 0 ? null : Math.round((10_000 * part) / whole) / 100;
}

/** A text in a line of a report: escaped, 160 characters at most. */
export const excerpt = (value) => JSON.stringify(value).slice(1, -1).slice(0, 160);
