/** Appends to a list, however much it is: `push(...more)` throws from some 100,000 items on, for arguments stand on the stack. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const each of more) list.push(each);
}

/** The largest of some numbers, `least` without any; `Math.max(...numbers)` has the same limit. */
export function largest(numbers: Iterable<number>, least = -Infinity): number {
  let found = least;
  for (const each of numbers) if (each > found) found = each;
  return found;
}

/** The smallest of some numbers; Infinity without any. */
export function smallest(numbers: Iterable<number>): number {
  let found = Infinity;
  for (const each of numbers) if (each < found) found = each;
  return found;
}

/** Puts items in the place of `count` others and gives those back: splice() for any number of items, in place where the numbers are equal. */
export function replaceItems<T>(list: T[], from: number, count: number, items: readonly T[]): T[] {
  const removed = list.slice(from, from + count);
  const kept = Math.min(removed.length, items.length);
  for (let i = 0; i < kept; i++) list[from + i] = items[i] as T;
  if (kept < removed.length) list.splice(from + kept, removed.length - kept);
  else if (kept < items.length) {
    const behind = list.splice(from + kept);
    append(list, items.slice(kept));
    append(list, behind);
  }
  return removed;
}
