/** The daemon versions (and operating system) that a host is judged by, e.g. haproxy 3.2, openssh 9.2, os rhel9. */
export interface Targets {
  /** major.minor: 2.4, 2.6, 2.8, 3.0, 3.2. */
  readonly haproxy: string;
  /** major.minor.patch: 2.2.8, 2.3.4. */
  readonly keepalived: string;
  /** OpenSSH, without the portable suffix: 8.7, 9.2, 10.0. */
  readonly openssh: string;
  /** Distribution and major version: rhel9, debian12, ubuntu24.04. */
  readonly os?: string;
}

/** Ports by the names of TCP services: what getservbyname(3) of a host knows. */
export type Services = ReadonlyMap<string, number>;

/** What the daemons of one host are judged by. */
export interface HostTargets extends Targets {
  /** The host's own /etc/services; undefined where it was not collected. */
  readonly services?: Services;
}

/** Versions assumed when nothing says otherwise (contract, section 2). */
export const DEFAULT_TARGETS: Targets = { haproxy: '3.2', keepalived: '2.3.4', openssh: '10.0' };

/** Compares dotted numbers part by part; missing parts count as 0. Negative when a is older. */
export function compareVersions(a: string, b: string): number {
  // Targets and tables name a few dozen versions, and checks compare them at every line.
  let known = compared.get(a);
  if (known === undefined) {
    if (compared.size >= MOST_COMPARED) compared.clear();
    compared.set(a, (known = new Map()));
  }
  let order = known.get(b);
  if (order === undefined) {
    if (known.size >= MOST_COMPARED) known.clear();
    known.set(b, (order = compare(a, b)));
  }
  return order;
}

const MOST_COMPARED = 1000;
const compared = new Map<string, Map<string, number>>();

function compare(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = Number.parseInt(left[i] ?? '0', 10) - Number.parseInt(right[i] ?? '0', 10);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Is `version` inside [since, until)? An absent bound is open. */
export function inVersions(version: string, since?: string, until?: string): boolean {
  if (since !== undefined && compareVersions(version, since) < 0) return false;
  return until === undefined || compareVersions(version, until) < 0;
}
