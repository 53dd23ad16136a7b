import type { Place, Related } from '@halint/core';
import {
  decidingStep,
  HAPROXY_FACILITIES,
  SEVERITIES,
  unitState,
  type Host,
  type LogStep,
  type LogTarget,
  type Report,
  type Rule,
} from '@halint/model';
import { keepalivedFacility } from '../shared/keepalived-log.ts';
import { isBound, isOwnTarget, normalPath, udpInputs, udpTarget } from '../shared/log-targets.ts';
import { unknownLoggers } from '../shared/logging.ts';

export default {
  id: 'cross/rsyslog-facility-mismatch',
  scope: 'host',
  severity: 'warning',
  summary: 'rsyslog writes the facility that haproxy or keepalived logs as to no file and forwards it nowhere.',
  since: '0.1.0',
  sources: [
    'rsyslog.conf(5) Selectors',
    'lab: rsyslogd 8.2302 and logger, a message of each severity through each selector',
    'haproxy configuration manual 3.1 log: level, minlevel',
    'docker-library/haproxy#33',
  ],
  check(host, report) {
    const { rsyslog } = host;
    if (rsyslog?.steps === undefined || isAway(host)) return;
    const told = new Set<string>();
    for (const sent of [...haproxyLogs(host), ...keepalivedLogs(host)]) {
      const key = `${sent.daemon} ${sent.name} ${[...sent.severities].join()}`;
      if (told.has(key)) continue;
      told.add(key);
      report(lossOf(host, rsyslog.steps, sent));
    }
  },
} satisfies Rule<'host'>;

/** What a daemon logs and rsyslog keeps no message of. */
interface Sent {
  readonly daemon: 'haproxy' | 'keepalived';
  readonly facility: number;
  readonly name: string;
  readonly severities: ReadonlySet<number>;
  readonly at: Place;
}

/** Is rsyslog not installed, or not started? */
function isAway(host: Host): boolean {
  const { state } = unitState(host, 'rsyslog');
  return host.facts.packages?.has('rsyslog') === false || state === 'disabled' || state === 'masked';
}

/** Lines whose messages nothing keeps, unless another line of their section sends them elsewhere as well. */
function haproxyLogs(host: Host): readonly Sent[] {
  const logs = host.haproxy?.logs ?? [];
  const lost = new Map<LogTarget, Sent>();
  for (const log of logs) {
    const sent = sentBy(log);
    if (sent !== undefined && reachesRsyslog(host, log.address.value) && isLost(host, sent)) lost.set(log, sent);
  }
  return [...lost].flatMap(([log, sent]) => {
    const covered = logs.some(
      (other) =>
        !lost.has(other) &&
        other.address.at?.section === log.address.at?.section &&
        leastUrgent(other) >= leastUrgent(log),
    );
    return covered ? [] : [sent];
  });
}

/**
 * A message is sent when it is as urgent as the first level or more, and no more urgent than the second: `info err` sends what is an
 * alert as err (haproxy log.c: level = MAX(level, minlvl)). Seen with 2.6.12 and 3.2.26: an access line, which is info, arrives as info
 * with `info err`, as debug with `debug debug`, and not at all with `notice`.
 */
function sentBy(log: LogTarget): Sent | undefined {
  const { facility, levels } = log;
  const number = HAPROXY_FACILITIES.indexOf(facility?.value ?? '');
  const [least = 7, most = 0] = levels.map(({ value }) => SEVERITIES.indexOf(value));
  if (log.forwards || facility?.at === undefined || number < 0 || least < 0 || most < 0) return undefined;
  const severities = new Set(SEVERITIES.flatMap((_, level) => (level <= least ? [Math.max(level, most)] : [])));
  return { daemon: 'haproxy', facility: number, name: facility.value, severities, at: facility.at };
}

/** A level that is no literal may let everything through. */
function leastUrgent({ levels: [level] }: LogTarget): number {
  const severity = SEVERITIES.indexOf(level?.value ?? 'debug');
  return severity < 0 ? 7 : severity;
}

/** Does rsyslog of this host read it, into its default ruleset? */
function reachesRsyslog(host: Host, written: string): boolean {
  const { inputs = [], modules = [] } = host.rsyslog ?? {};
  const udp = udpTarget(written);
  if (udp !== undefined) {
    const found = isOwnTarget(host, udp) ? udpInputs(host, udp) : [];
    return found.length > 0 && found.every(({ ruleset }) => ruleset === undefined);
  }
  const path = normalPath(written.replace(/^unix@/, ''));
  if (!path.startsWith('/')) return false;
  const chroot = host.haproxy?.globals.chroot?.value ?? '';
  const inside = normalPath(`${chroot}/${path}`);
  const own = inputs.filter(({ kind, address }) => kind === 'unix' && normalPath(address?.value ?? '') === inside);
  if (own.length > 0) return own.every(({ ruleset }) => ruleset === undefined);
  const isSystem = path === '/dev/log' && (inside === path || isBound(host, inside));
  return isSystem && modules.some(({ value }) => value === 'imuxsock' || value === 'imjournal');
}

function keepalivedLogs(host: Host): readonly Sent[] {
  const found = keepalivedFacility(host);
  const reads = host.rsyslog?.modules.some(({ value }) => value === 'imuxsock' || value === 'imjournal') === true;
  if (found === undefined || !reads) return [];
  const severities = new Set(SEVERITIES.keys());
  const sent: Sent = { daemon: 'keepalived', ...found, severities };
  return isLost(host, sent) ? [sent] : [];
}

function isLost(host: Host, { facility, severities }: Sent): boolean {
  const steps = host.rsyslog?.steps ?? [];
  return [...severities].every((severity) => decidingStep(steps, { facility, severity })?.kind !== 'keep');
}

function lossOf(host: Host, steps: readonly LogStep[], sent: Sent): Report {
  const { daemon, name, facility, severities, at } = sent;
  const missing = [...unknownLoggers(host), ...unreadGlobs(host)];
  const stops = [...severities].flatMap((severity) => {
    const step = decidingStep(steps, { facility, severity });
    return step === undefined ? [] : [{ at: step.at, message: `stops messages of ${name}` }];
  });
  const others = files(steps).filter(({ path }) => path.includes(daemon));
  const related: readonly Related[] = [
    ...stops.slice(0, 1),
    ...others.slice(0, 1).map((other) => ({ at: other.at, message: `${other.path} takes other messages` })),
  ];
  const path = others[0]?.path ?? `/var/log/${daemon}.log`;
  const only =
    severities.size === SEVERITIES.length ? '' : ` (${[...severities].map((i) => SEVERITIES[i]).join(', ')})`;
  const what = `what ${daemon} logs as ${name}${only}`;
  const facilityOfRsyslog = RSYSLOG_NAMES[name] ?? name;
  return {
    ...(missing.length === 0 ? {} : { severity: 'info' as const, missing: missing.join(', ') }),
    at,
    message:
      missing.length === 0
        ? `rsyslog of ${host.id} drops ${what}: it goes to no file and to no other host`
        : `cannot tell whether rsyslog of ${host.id} keeps ${what}: no rule at hand does`,
    help: `No selector chooses these messages for a file or a host, or stop takes them before. Add \`${facilityOfRsyslog}.* ${path}\` above anything that stops them${stops.length > 0 ? ', or drop the stop' : ''}. Where journald reads /dev/log they are in the journal only.`,
    related,
  };
}

/** rsyslog has no name for audit and cron2: `*` is the only selector there. */
const RSYSLOG_NAMES: Readonly<Record<string, string>> = { auth2: 'authpriv', alert: 'console', audit: '*', cron2: '*' };

/** A folder of which no file is at hand may be empty, or was not collected. */
function unreadGlobs(host: Host): readonly string[] {
  return (host.rsyslog?.unreadIncludes ?? []).flatMap(({ value }) => (/[*?[]/.test(value) ? [value] : []));
}

/** Every plain file that something is written to, with the statement that chooses. */
function files(steps: readonly LogStep[]): readonly { readonly path: string; readonly at: Place }[] {
  return steps.flatMap((step) => {
    if (step.kind === 'when') return files(step.steps).map(({ path }) => ({ path, at: step.at }));
    return step.kind === 'keep' && step.path !== undefined ? [{ path: step.path, at: step.at }] : [];
  });
}
