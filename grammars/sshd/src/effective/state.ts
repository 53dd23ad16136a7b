import type { Place, Services } from '@halint/core';

/** A value as `sshd -T` prints it, or a part of one, and the line that it comes from. */
export interface Held {
  readonly values: readonly string[];
  readonly at: Place;
}

/** What the lines read so far have set: ServerOptions of servconf.h, without defaults. */
export class State {
  /** Of the host, for ports by name. */
  readonly services: Services | undefined;
  readonly #single = new Map<string, Held>();
  readonly #lists = new Map<string, Held[]>();
  readonly #merged = new Set<string>();

  constructor(services: Services | undefined) {
    this.services = services;
  }

  one(key: string): Held | undefined {
    return this.#single.get(key);
  }

  all(key: string): readonly Held[] {
    return this.#lists.get(key) ?? [];
  }

  /** The first value wins. */
  first(key: string, held: Held): void {
    if (!this.#single.has(key)) this.#single.set(key, held);
  }

  last(key: string, held: Held): void {
    this.#single.set(key, held);
  }

  add(key: string, held: Held): void {
    const list = this.#lists.get(key);
    if (list === undefined) this.#lists.set(key, [held]);
    else list.push(held);
  }

  /** Takes over what another state has set under the keys that `copies` lets through; a list takes the place of a list. */
  merge(other: State, copies: (key: string) => boolean): void {
    for (const [key, held] of other.#single) {
      if (!copies(key)) continue;
      this.#single.set(key, held);
      this.#merged.add(key);
    }
    for (const [key, list] of other.#lists) if (copies(key) && list.length > 0) this.#lists.set(key, [...list]);
  }

  /** Was the one value under the key taken over? */
  isMerged(key: string): boolean {
    return this.#merged.has(key);
  }
}
