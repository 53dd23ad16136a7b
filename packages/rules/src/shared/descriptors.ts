import type { Cited } from '@halint/core';
import { commandsOf, unitOf, type Host } from '@halint/model';

/** What haproxy takes when nothing sets maxconn and the limits allow no more (defaults.h DEFAULT_MAXCONN). */
const LEAST_MAXCONN = 100;

/** Connections to its command line (haproxy configuration manual 3.1, stats maxconn). */
const STATS_MAXCONN = 10;

/** File descriptors that haproxy wants before it starts. */
export interface Descriptors {
  /** In force: of the command line, else of the file. */
  readonly maxconn: Cited<number> | undefined;
  /** At least so many. The sockets and checks of a large file are counted when they could matter. */
  readonly count: number;
  /** `2 * 4096 + 14 = 8206`. */
  readonly sum: string;
  exceeds(limit: number): boolean;
}

/** More sockets and checks than anybody has: a limit that is further away is not reached, and they need not be counted. */
const MANY = 100_000;

/**
 * The least that haproxy counts (haproxy.c: global.maxsock; limits.c compute_ideal_maxsock()): two for each connection, three for each
 * thread, ten in reserve, one for each listening socket and each check; with stats sockets or a master process their connections. Pipes
 * of splicing, TLS engines, peers, server templates and threads that nothing sets come on top. haproxy exits when setrlimit() refuses
 * the number ("Cannot raise FD limit to N"), which is how these were measured: setpriv without CAP_SYS_RESOURCE, prlimit
 * --nofile=1000:2000. haproxy 2.6.12, 3.0.11 and 3.2.26 gave the same numbers, for maxconn 4096 and nbthread 1:
 *
 *     one bind, no check               8206     and stats socket                       8217
 *     and one check                    8207     and two stats sockets                  8218
 *     and 4 checks, one server         8210     and stats socket, stats maxconn 50     8257
 *       disabled, one backup                    and stats socket, stats maxconn 1      8208
 *     and a check in a disabled proxy  8206     and master process (-W, -Ws)           8217
 *     and 10 of server-template        8216     and -W and stats socket                8218
 *     and check with agent-check       8209     and -W, stats socket, stats maxconn 1  8209
 *     and 12 more ports, TCP           8218     and nbthread 4                         8215
 *     and 10 ports, disabled listen    8216     and option splice-auto                10254
 *     and a unix and an abns socket    8208     and maxpipes 100                       8406
 *     and peers of two                 8213     and maxconn of a proxy 10000           8206
 *     and resolvers, log by UDP        8206
 *
 * With a hard limit of 8205 all three exit and with 8206 they run, whatever the soft limit. `-c` does not look.
 */
export function descriptorsOf(host: Host): Descriptors | undefined {
  const { haproxy } = host;
  if (haproxy === undefined) return undefined;
  const { globals } = haproxy;
  const unit = unitOf(host, 'haproxy');
  const commands = unit === undefined ? [] : commandsOf(host, unit).map(({ words }) => words);
  const forced = commands.flatMap((command) => {
    const i = command.value.indexOf('-n');
    return i < 0 ? [] : [{ ...command, value: Number(command.value[i + 1]) }];
  });
  // A number of haproxy's command line wins (cfg_maxconn), if it is one.
  const maxconn = forced[0] ?? globals.maxconn;
  if (maxconn !== undefined && !(maxconn.value > 0)) return undefined;
  const threads = globals.nbthread?.value ?? 1;
  const master = commands.some(({ value }) => value.some((word) => word.startsWith('-W'))) ? 1 : 0;
  const sockets = globals.statsSockets.length + master;
  const own =
    10 + 3 * (threads > 0 ? threads : 1) + sockets + (sockets > 0 ? (globals.statsMaxconn?.value ?? STATS_MAXCONN) : 0);
  const connections = maxconn?.value ?? LEAST_MAXCONN;
  const least = 2 * connections + own;
  let rest: number | undefined;
  const counted = (): number => (rest ??= own + listeners(host) + checks(host));
  return {
    maxconn,
    get count() {
      return 2 * connections + counted();
    },
    get sum() {
      return `2 * ${connections} + ${counted()} = ${this.count}`;
    },
    exceeds(limit) {
      return limit < least + MANY && limit < this.count;
    },
  };
}

/** Those of disabled proxies count too: haproxy counts them before it leaves their sockets closed. */
function listeners(host: Host): number {
  let count = 0;
  for (const { binds } of host.haproxy?.proxies() ?? []) {
    for (const { portFrom, portTo } of binds) count += portTo - portFrom + 1;
  }
  return count;
}

function checks(host: Host): number {
  let count = 0;
  for (const { disabled, servers } of host.haproxy?.proxies() ?? []) {
    if (!disabled) for (const { check } of servers) if (check.value) count += 1;
  }
  return count;
}
