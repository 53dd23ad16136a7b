import type { LogSelector } from '@halint/model';

/** Of rsyslogd 8.2302; its numbers were seen in messages of each facility (`ntp` 12, `console` 14, `security` 4). */
const FACILITIES: ReadonlyMap<string, number> = new Map([
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp', 'ntp'].map(
    (name, i) => [name, i] as const,
  ),
  ['security', 4],
  ['console', 14],
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((i) => [`local${i}`, 16 + i] as const),
]);

const PRIORITIES: ReadonlyMap<string, number> = new Map([
  ...['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'].map((name, i) => [name, i] as const),
  ['panic', 0],
  ['error', 3],
  ['warn', 4],
]);

const ALL = 0xff;
const EVERY = Array.from({ length: 24 }, (_, i) => i);

/**
 * Reads `FACILITY[,FACILITY].[!][=]PRIORITY[;…]`; undefined for a name that rsyslogd does not know. Each part changes what the parts
 * before it have chosen, for its facilities. Seen with rsyslogd 8.2302, eight messages of local0 sent through each:
 *
 *     local0.notice                emerg … notice     local0.=notice                notice
 *     local0.*;local0.!notice      info debug         local0.*;local0.!=notice      all but notice
 *     *.info;local0.none;local0.err  emerg … err      local0.none;*.crit            emerg alert crit
 *     local0.!none                 all                local0.!notice, *.!*          none
 *     local0.4                     emerg … warning    LOCAL0.Info                   emerg … info
 */
export function readSelector(text: string): LogSelector | undefined {
  const chosen = new Map<number, number>();
  for (const part of text.replace(/\s/g, '').split(';')) {
    if (part === '') continue;
    const dot = part.indexOf('.');
    const facilities = facilitiesOf(part.slice(0, dot));
    const change = changeOf(part.slice(dot + 1).toLowerCase());
    if (dot < 1 || facilities === undefined || change === undefined) return undefined;
    for (const facility of facilities) chosen.set(facility, change(chosen.get(facility) ?? 0));
  }
  return chosen;
}

function facilitiesOf(text: string): readonly number[] | undefined {
  const names = text.toLowerCase().split(',');
  const found = names.map((name) => (name === '*' ? EVERY : (FACILITIES.get(name) ?? [])));
  return found.some((each) => typeof each !== 'number' && each.length === 0) ? undefined : found.flat();
}

function changeOf(written: string): ((mask: number) => number) | undefined {
  const [, not, single, name = ''] = /^(!?)(=?)(\*|\w+)$/.exec(written) ?? [];
  if (name === 'none') return () => (not === '!' ? ALL : 0);
  const priority = /^[0-7]$/.test(name) ? Number(name) : PRIORITIES.get(name);
  if (name !== '*' && priority === undefined) return undefined;
  const mask = priority === undefined ? ALL : single === '=' ? 1 << priority : (2 << priority) - 1;
  return not === '!' ? (before) => before & ~mask : (before) => before | mask;
}
