import { inVersions, type Cited, type Place, type Related } from '@halint/core';
import { fileLimit, keptFrom, sysctlValue, unitOf, type Host, type Report, type Rule } from '@halint/model';
import { descriptorsOf, type Descriptors } from '../shared/descriptors.ts';

/** What systemd gives a service that says nothing (systemd-system.conf(5) DefaultLimitNOFILE=). */
const SYSTEMD = { soft: 1024, hard: 524288 };
const SYSTEMD_FACT = 'DefaultLimitNOFILE= of /etc/systemd/system.conf';

export default {
  id: 'cross/maxconn-vs-nofile',
  scope: 'host',
  severity: 'error',
  summary: 'haproxy needs more file descriptors than it can have and does not start.',
  since: '0.1.0',
  sources: [
    'haproxy limits.c apply_nofile_limit, check_nofile_lim_and_prealloc_fd',
    'lab: haproxy 2.6.12, 3.0.11 and 3.2.26 under prlimit without CAP_SYS_RESOURCE',
    'setrlimit(2) EPERM; systemd.exec(5) LimitNOFILE=',
    'haproxy/haproxy#3191',
  ],
  check(host, report) {
    const globals = host.haproxy?.globals;
    if (globals === undefined || !(globals.strictLimits?.value ?? inVersions(host.targets.haproxy, '2.3'))) return;
    const { ulimitN, fdHardLimit } = globals;
    const needed = descriptorsOf(host);
    if (needed === undefined || Number.isNaN(ulimitN?.value) || Number.isNaN(fdHardLimit?.value)) return;
    const refusal = tooHigh(host, needed) ?? tooLow(host, needed);
    if (refusal !== undefined) report(refusal);
  },
} satisfies Rule<'host'>;

/** setrlimit() refuses the number: "Cannot raise FD limit to N, limit is M". */
function tooHigh(host: Host, needed: Descriptors): Report | undefined {
  const { ulimitN, at: globalAt } = host.haproxy?.globals ?? {};
  // It asks for ulimit-n, or for what it needs.
  const own = ulimitN !== undefined && ulimitN.value > 0 ? ulimitN : undefined;
  const barrier = barriers(host).find(({ limit }) => (own === undefined ? needed.exceeds(limit) : limit < own.value));
  const at = own?.at ?? needed.maxconn?.at ?? globalAt ?? barrier?.at;
  if (barrier === undefined || at === undefined) return undefined;
  const { missing, name, limit, why } = barrier;
  const what = needed.maxconn === undefined ? 'haproxy' : `maxconn ${needed.maxconn.value}`;
  const wants =
    own === undefined
      ? `${what} needs at least ${needed.count} file descriptors, more than ${name}`
      : `ulimit-n ${own.value} is more than ${name}`;
  const exits = `haproxy exits with "Cannot raise FD limit to ${own?.value ?? needed.count}"`;
  const advice = own === undefined ? ` (${needed.sum}). ${lowerTo(needed, limit)}` : `. ${DROP}`;
  return {
    ...(missing === undefined ? {} : { severity: 'info' as const, missing }),
    at,
    message:
      missing === undefined ? `${wants}: haproxy does not start` : `cannot tell whether haproxy starts: ${wants}`,
    help: `${why} ${exits}, and haproxy -c does not see it${advice}`,
    related: related(at, barrier.at, barrier.by),
  };
}

const DROP = 'Drop ulimit-n: haproxy finds the number by itself.';

function lowerTo({ maxconn, count }: Descriptors, limit: number): string {
  const rest = count - 2 * (maxconn?.value ?? 0);
  const most = Math.floor((limit - rest) / 2);
  return maxconn === undefined || most < 1
    ? 'Raise the limit.'
    : `Raise the limit, or lower maxconn below ${most}: splicing, peers and threads need some more.`;
}

interface Barrier {
  readonly limit: number;
  readonly name: string;
  readonly why: string;
  readonly at: Place | undefined;
  /** What keeps haproxy from going past it. */
  readonly by?: Cited<string>;
  readonly missing?: string;
}

function barriers(host: Host): readonly Barrier[] {
  return [configuredBarrier(host), unitBarrier(host), kernelBarrier(host)].filter((each) => each !== undefined);
}

function configuredBarrier(host: Host): Barrier | undefined {
  const limit = host.haproxy?.globals.fdHardLimit;
  if (limit === undefined || limit.value <= 0) return undefined;
  const name = `fd-hard-limit ${limit.value}`;
  return { limit: limit.value, name, why: 'fd-hard-limit bounds what haproxy may use.', at: limit.at };
}

/** The hard limit of the unit, where haproxy may not raise it. */
function unitBarrier(host: Host): Barrier | undefined {
  const unit = unitOf(host, 'haproxy');
  const by = unit === undefined ? undefined : keptFrom(unit, 'CAP_SYS_RESOURCE');
  if (unit === undefined || by === undefined) return undefined;
  const set = fileLimit(unit);
  const hard = set?.value.hard ?? SYSTEMD.hard;
  const why = `With ${by.value} ${unit.name} has no CAP_SYS_RESOURCE, without which a hard limit cannot be raised.`;
  if (set === undefined) {
    return { limit: hard, name: `${hard}, systemd's default`, why, at: by.at, by, missing: SYSTEMD_FACT };
  }
  return { limit: hard, name: `LimitNOFILE=${hard} of ${unit.name}`, why, at: set.at, by };
}

/**
 * What root cannot have either: more than fs.nr_open is EPERM for everybody (kernel/sys.c do_prlimit). The kernel's own value is
 * 1048576, and systemd raises it at boot where it was built so.
 */
function kernelBarrier(host: Host): Barrier | undefined {
  const open = sysctlValue(host, 'fs.nr_open', '1048576');
  const limit = Number(open.value);
  if (Number.isNaN(limit)) return undefined;
  const known = host.sysctl?.value('fs.nr_open') !== undefined || host.facts.sysctl?.has('fs.nr_open') === true;
  return {
    limit,
    name: `fs.nr_open = ${limit}`,
    why: 'No process may have more, not even of root.',
    at: open.at,
    ...(known ? {} : { missing: 'fs.nr_open (facts/sysctl.txt)' }),
  };
}

/**
 * `ulimit-n` is all that haproxy asks for, so that it may leave too little: "FD limit (N) too low for maxconn=…/maxsock=…". It only
 * raises: a soft limit above it stays (seen with all three: ulimit-n 1500 runs under 9000:9000 and exits under 1000:9000). Without
 * maxconn haproxy counts on the hard limit that it finds, and ulimit-n below that is too low (1000:2000: maxconn=993/maxsock=2000).
 */
function tooLow(host: Host, needed: Descriptors): Report | undefined {
  const ulimitN = host.haproxy?.globals.ulimitN;
  const unit = unitOf(host, 'haproxy');
  if (ulimitN?.at === undefined || ulimitN.value <= 0 || unit?.hasUnitFile !== true) return undefined;
  const set = fileLimit(unit);
  const { soft, hard } = set?.value ?? SYSTEMD;
  const { maxconn } = needed;
  const has = Math.max(soft, ulimitN.value);
  if (maxconn === undefined ? !(has < derived(host, hard)) : !needed.exceeds(has)) return undefined;
  const missing = set === undefined ? SYSTEMD_FACT : undefined;
  const reason =
    maxconn === undefined
      ? `without maxconn it counts on the hard limit of ${hard}`
      : `maxconn ${maxconn.value} needs at least ${needed.count}`;
  const what = `ulimit-n ${ulimitN.value} leaves haproxy ${has} file descriptors, and ${reason}`;
  const sum = maxconn === undefined ? '' : ` (${needed.sum})`;
  return {
    ...(missing === undefined ? {} : { severity: 'info' as const, missing }),
    at: ulimitN.at,
    message: missing === undefined ? `${what}: haproxy does not start` : `cannot tell whether haproxy starts: ${what}`,
    help: `haproxy exits with "FD limit (${has}) too low"${sum}, and haproxy -c does not see it. ${DROP}`,
    related: related(ulimitN.at, maxconn?.at ?? set?.at),
  };
}

/** What haproxy makes of a hard limit without maxconn, rounded down; 0 where a limit on memory (-m) makes it less. */
function derived(host: Host, hard: number): number {
  const limit = host.haproxy?.globals.fdHardLimit?.value;
  const commands = unitOf(host, 'haproxy')?.commands ?? [];
  if (!Number.isFinite(hard) || commands.some(({ value }) => value.some((word) => word.startsWith('-m')))) return 0;
  return (limit === undefined || limit <= 0 ? hard : Math.min(hard, limit)) - 8;
}

function related(own: Place, at: Place | undefined, by?: Cited<string>): readonly Related[] {
  return [
    ...(at === undefined || at === own ? [] : [{ at, message: 'the limit' }]),
    ...(by?.at === undefined || by.at === at ? [] : [{ at: by.at, message: `${by.value}: it may not be raised` }]),
  ];
}
