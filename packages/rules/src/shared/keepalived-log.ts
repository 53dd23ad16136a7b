import type { Place } from '@halint/core';
import { commandsOf, environmentOf, unitOf, type Host } from '@halint/model';

const LOCAL0 = 16;
const NAMED: ReadonlyMap<string, number> = new Map([
  ['user', 1],
  ['daemon', 3],
]);

/**
 * The facility that keepalived logs as: -S or --log-facility of its command line, `daemon` without (keepalived(8); keepalived 2.3.4
 * --help). Undefined when its command is not known, or when it does not log to syslog alone (-l, -G, -g).
 */
export function keepalivedFacility(
  host: Host,
): { readonly facility: number; readonly name: string; readonly at: Place } | undefined {
  const unit = unitOf(host, 'keepalived');
  if (unit === undefined || environmentOf(host, unit).unread.length > 0) return undefined;
  const [command, ...others] = commandsOf(host, unit);
  const at = command?.words.at;
  if (command === undefined || at === undefined || others.length > 0) return undefined;
  const words = command.words.value.slice(1);
  if (words.some((word) => /^-(?:[A-RT-Za-z]*[lGg]|-log-console|-no-syslog|-log-file)/.test(word))) return undefined;
  let written = 'daemon';
  for (const [i, word] of words.entries()) {
    const [, joined] = /^(?:-[A-RT-Za-z]*S|--log-facility=?)(.*)$/.exec(word) ?? [];
    if (joined !== undefined) written = joined === '' ? (words[i + 1] ?? '') : joined;
  }
  const local = /^(?:local)?([0-7])$/i.exec(written)?.[1];
  const facility = local === undefined ? NAMED.get(written.toLowerCase()) : LOCAL0 + Number(local);
  const name = local === undefined ? written : `local${local}`;
  return facility === undefined ? undefined : { facility, name, at };
}
