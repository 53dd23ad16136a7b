import { sectionName } from '../head.ts';
import { isOpaque } from '../values.ts';
import { refer, referBehind, Use, type Collector } from './collector.ts';

/** Servers of one template that are told apart. */
const MOST_TEMPLATED = 4096;

/** Servers that a template makes: `server-template NAME 1-5` or `5`. */
export function templated(into: Collector, line: number): void {
  const { lines } = into;
  const [, low = '1', high] = /^(?:(\d{1,9})-)?(\d{1,9})$/.exec(lines.value(line, 2)) ?? [];
  const prefix = lines.value(line, 1);
  if (high === undefined || isOpaque(prefix)) return;
  const last = Math.min(Number(high), Number(low) + MOST_TEMPLATED);
  for (let i = Number(low); i <= last; i++)
    into.definitions.push(
      new Use({ space: 'server', scope: sectionName(lines), label: `${prefix}${i}` }, lines, line, 1),
    );
}

export function serverReferences(into: Collector, line: number): void {
  const { lines } = into;
  // Peers pass over it.
  if (lines.mentions('resolvers') && lines.kind !== 'peers') referBehind(into, line, 'resolvers', 'resolvers');
  if (!lines.mentions('track')) return;
  // The last one counts.
  for (let i = lines.words(line) - 2; i >= 1; i--) {
    if (lines.raw(line, i) !== 'track') continue;
    const target = lines.value(line, i + 1);
    const slash = target.indexOf('/');
    const backend = slash < 0 ? sectionName(lines) : target.slice(0, slash);
    return refer(into, 'server', backend, line, i + 1, target.slice(slash + 1), into.disabled);
  }
}

/** A table of a peers section is called PEERS/TABLE. */
export function peersTable(into: Collector, line: number): void {
  const { lines } = into;
  const label = `${sectionName(lines)}/${lines.value(line, 1)}`;
  if (!isOpaque(label)) into.definitions.push(new Use({ space: 'table', scope: '', label }, lines, line, 1));
}
