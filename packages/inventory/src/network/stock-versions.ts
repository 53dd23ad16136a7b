import type { Targets } from '@halint/core';

/** Daemons whose versions an operating system decides. */
export type StockDaemon = 'haproxy' | 'keepalived' | 'openssh';

/**
 * How a version is known. `run`: a daemon of this package was run and compared with halint. `list`: the distribution's own list of packages, or
 * its vendor, says so. `name`: only names of packages were seen, of this distribution or of a rebuild of it.
 */
export type Known = 'run' | 'list' | 'name';

export interface StockRow {
  /** As Targets.os names it: rhel9, debian12, ubuntu24.04. */
  readonly os: string;
  readonly daemon: StockDaemon;
  readonly version: string;
  readonly known: Known;
  /** The first minor release that ships it; absent: the first of all. */
  readonly sinceMinor?: number;
}

const row = (os: string, daemon: StockDaemon, version: string, known: Known, sinceMinor?: number): StockRow => ({
  os,
  daemon,
  version,
  known,
  ...(sinceMinor === undefined ? {} : { sinceMinor }),
});

/** Versions that a distribution's release ships; docs/versions.md says how each is known. */
export const STOCK: readonly StockRow[] = [
  row('rhel8', 'haproxy', '1.8', 'list'),
  row('rhel8', 'keepalived', '2.1.5', 'name'),
  row('rhel8', 'openssh', '8.0', 'name'),
  row('rhel9', 'haproxy', '2.4', 'list'),
  row('rhel9', 'haproxy', '2.8', 'name', 7),
  row('rhel9', 'keepalived', '2.2.8', 'name'),
  row('rhel9', 'openssh', '8.7', 'name'),
  row('rhel9', 'openssh', '9.9', 'name', 8),
  row('rhel10', 'haproxy', '3.0', 'list'),
  row('rhel10', 'keepalived', '2.2.8', 'name'),
  row('rhel10', 'openssh', '9.9', 'name'),
  row('debian11', 'haproxy', '2.2', 'list'),
  row('debian11', 'keepalived', '2.1.5', 'list'),
  row('debian11', 'openssh', '8.4', 'list'),
  row('debian12', 'haproxy', '2.6', 'run'),
  row('debian12', 'keepalived', '2.2.7', 'run'),
  row('debian12', 'openssh', '9.2', 'run'),
  row('debian13', 'haproxy', '3.0', 'run'),
  row('debian13', 'keepalived', '2.3.3', 'list'),
  row('debian13', 'openssh', '10.0', 'run'),
  row('ubuntu20.04', 'haproxy', '2.0', 'name'),
  row('ubuntu20.04', 'keepalived', '2.0.19', 'name'),
  row('ubuntu20.04', 'openssh', '8.2', 'name'),
  row('ubuntu22.04', 'haproxy', '2.4', 'name'),
  row('ubuntu22.04', 'keepalived', '2.2.4', 'list'),
  row('ubuntu22.04', 'openssh', '8.9', 'name'),
  row('ubuntu24.04', 'haproxy', '2.8', 'list'),
  row('ubuntu24.04', 'keepalived', '2.2.8', 'list'),
  row('ubuntu24.04', 'openssh', '9.6', 'name'),
];

/** The versions of a release. `minor`: 4 of 9.4; unknown counts as the first. */
export function stockOf(os: string, minor = 0): Partial<Pick<Targets, StockDaemon>> {
  // Later rows of a daemon are those of later minor releases.
  const rows = STOCK.filter((each) => each.os === os && (each.sinceMinor ?? 0) <= minor);
  return Object.fromEntries(rows.map(({ daemon, version }) => [daemon, version]));
}
