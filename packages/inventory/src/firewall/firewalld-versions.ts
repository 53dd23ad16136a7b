import { SINCE } from './firewalld-stock.ts';
import { osOf } from '../network/targets.ts';

/** Upstream's version of firewalld, as numbers. */
export type Version = readonly number[];

/** What releases ship: 1.3.3 was run, those of Debian stand in its archive, those of Ubuntu and RHEL were not looked up in a package. */
const SHIPPED: Readonly<Record<string, Version>> = {
  debian11: [0, 9, 3],
  debian12: [1, 3, 3],
  debian13: [2, 3, 1],
  'ubuntu20.04': [0, 8, 2],
  'ubuntu22.04': [1, 1, 1],
  'ubuntu24.04': [2, 1, 1],
  // The first of the release: later ones of it are newer.
  rhel10: [2, 3, 0],
};

export interface FirewalldVersion {
  readonly version: Version;
  /** Upstream's files alone: Red Hat puts services of later releases into its packages. */
  readonly isPlain: boolean;
}

/** The version of the package, else the one of the operating system; undefined where neither tells. */
export function firewalldVersion(
  files: ReadonlyMap<string, string>,
  packages: ReadonlyMap<string, string> | undefined,
): FirewalldVersion | undefined {
  const written = packages?.get('firewalld');
  const found = written === undefined ? undefined : /^(?:\d+:)?(\d+(?:\.\d+)+)/.exec(written)?.[1];
  if (written !== undefined && found !== undefined)
    return { version: found.split('.').map(Number), isPlain: !/\.el\d/.test(written) };
  const release = files.get('/etc/os-release') ?? files.get('/usr/lib/os-release');
  const os = release === undefined ? undefined : osOf(release);
  const version = os === undefined ? undefined : SHIPPED[os];
  return version === undefined ? undefined : { version, isPlain: !/^rhel/.test(os ?? '') };
}

/** Is a service among those that upstream ships with a version? */
export function isShipped(name: string, { version }: FirewalldVersion): boolean {
  const first = SINCE[name];
  return first !== undefined && isFrom(version, first);
}

/** Does the package have vrrp, which no other package brings? Undefined: not known. */
export function hasVrrp(firewalld: FirewalldVersion | undefined): boolean | undefined {
  if (firewalld === undefined) return undefined;
  if (isShipped('vrrp', firewalld)) return true;
  return firewalld.isPlain ? false : undefined;
}

/** Since 1.2.0 what cannot be loaded whole is not loaded at all, and the zones of the package are taken (Firewall.start() of firewall/core/fw.py). */
export function fallsBack({ version }: FirewalldVersion): boolean {
  return isFrom(version, [1, 2]);
}

function isFrom(version: Version, first: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = version;
  return major > first[0] || (major === first[0] && minor >= first[1]);
}
