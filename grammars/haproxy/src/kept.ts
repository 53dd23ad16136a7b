/**
 * Judges a text for a version and keeps the verdict: most words of a file stand there many times. At most so many are kept for a
 * version, so that a long-running server does not fill its memory.
 */
export function keptByText<Verdict extends object>(
  most: number,
  judge: (text: string, version: string) => Verdict,
): (text: string, version: string) => Verdict {
  const byVersion = new Map<string, Map<string, Verdict>>();
  return (text, version) => {
    let known = byVersion.get(version);
    if (known === undefined) byVersion.set(version, (known = new Map()));
    let verdict = known.get(text);
    if (verdict === undefined) {
      if (known.size >= most) known.clear();
      known.set(text, (verdict = judge(text, version)));
    }
    return verdict;
  };
}

/** Somebody who keeps what was found out about it: a run of checks, the lines of a section. */
export interface Keeper {
  memory: unknown[] | undefined;
}

/**
 * For keepers of one kind: makes something once for a keeper; it lives as long as the keeper does. A WeakMap would say the same, but
 * each garbage collection walks through its table, and a large file has thousands of sections.
 */
export function keeping<K extends Keeper>(): <Value extends object | string | boolean>(
  make: (keeper: K) => Value,
) => (keeper: K) => Value {
  let slots = 0;
  return <Value extends object | string | boolean>(make: (keeper: K) => Value) => {
    const slot = slots++;
    return (keeper) => {
      const memory = (keeper.memory ??= []);
      return (memory[slot] ??= make(keeper)) as Value;
    };
  };
}
