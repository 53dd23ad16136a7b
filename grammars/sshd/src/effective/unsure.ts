import type { Line } from '../line.ts';
import type { State } from './state.ts';

/** Options whose lines are printed with what others set. */
const MADE_OF: Readonly<Record<string, readonly string[]>> = {
  listenaddress: ['listenaddress', 'port', 'addressfamily'],
};

/** What could not be read on the way, and which of the values may be others for it. */
export class Unsure {
  /** Files and lines that may set any option. */
  readonly #any = new Set<string>();
  /** Lines that set an option to what is not known. */
  readonly #values = new Map<string, Set<string>>();
  /** Options whose first line, which counts, came before all of those. */
  readonly #settled = new Set<string>();

  /** `piece`: what would tell more, for people. */
  any(piece: string): void {
    this.#any.add(piece);
  }

  value(key: string, piece: string): void {
    if (this.#settled.has(key)) return;
    const pieces = this.#values.get(key);
    if (pieces === undefined) this.#values.set(key, new Set([piece]));
    else pieces.add(piece);
  }

  /** A line was taken into the state. To a list others may add, wherever they stand. */
  took({ key, row }: Line, state: State): void {
    if (this.#any.size > 0 || this.#values.has(key) || row.last === true) return;
    if (state.one(key) !== undefined) this.#settled.add(key);
  }

  /** What would tell whether the option is as it is printed. */
  of(name: string): readonly string[] {
    const key = name.toLowerCase();
    const pieces = (MADE_OF[key] ?? [key]).flatMap((each) => [...(this.#values.get(each) ?? [])]);
    return [...(this.#settled.has(key) ? [] : this.#any), ...pieces];
  }
}
