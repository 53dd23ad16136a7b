/** Lines that repetitions, definitions and files read again may add to those that are written; no real configuration comes near. */
const MOST_LINES = 200_000;
/** Characters that they may add, in UTF-16 units. */
const MOST_CHARACTERS = 20_000_000;

/**
 * What a configuration may still add to its own text. keepalived has no such limit: `~SEQ` within `~SEQ`, or files that include each
 * other, keep it busy for hours (2.2.7 and 2.3.4 under a time limit).
 */
export class Allowance {
  #lines = MOST_LINES;
  #characters = MOST_CHARACTERS;

  /** Takes from what is left; false when it does not reach. What is used up stays so. */
  take(lines: number, characters = 0): boolean {
    this.#lines -= lines;
    this.#characters -= characters;
    return this.#lines >= 0 && this.#characters >= 0;
  }
}
