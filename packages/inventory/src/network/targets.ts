import type { Targets } from '@halint/core';
import type { HostFacts } from '@halint/model';
import { linesOf, shorten, type FactNote } from './source.ts';
import { stockOf, type StockDaemon } from './stock-versions.ts';

type Versions = Pick<Targets, StockDaemon>;

/** The versions that a host runs: those of its packages, else those that its operating system ships. */
export function targetsOf(facts: HostFacts, osRelease: string | undefined): Partial<Targets> {
  const release = osRelease === undefined ? undefined : releaseOf(osRelease);
  const stock = release === undefined ? {} : { os: release.os, ...stockOf(release.os, release.minor) };
  return { ...stock, ...packaged(facts.packages) };
}

function packaged(packages: HostFacts['packages']): Partial<Versions> {
  const haproxy = versionOf(packages?.get('haproxy'), /^(\d+\.\d+)/);
  const keepalived = versionOf(packages?.get('keepalived'), /^(\d+\.\d+(?:\.\d+)?)/);
  const openssh = versionOf(packages?.get('openssh-server') ?? packages?.get('openssh'), /^(\d+\.\d+)/);
  return {
    ...(haproxy === undefined ? {} : { haproxy }),
    ...(keepalived === undefined ? {} : { keepalived }),
    ...(openssh === undefined ? {} : { openssh }),
  };
}

/** Upstream's part of a package version, the epoch removed: 1:9.2p1-2+deb12u3 -> 9.2. */
function versionOf(version: string | undefined, pattern: RegExp): string | undefined {
  return version === undefined ? undefined : pattern.exec(version.replace(/^\d+:/, ''))?.[1];
}

const RHEL_FAMILY = new Set(['rhel', 'centos', 'rocky', 'almalinux', 'ol', 'oracle', 'scientific']);
const DEBIAN_RELEASES: Readonly<Record<string, string>> = { bullseye: '11', bookworm: '12', trixie: '13', forky: '14' };

/** rhel9, debian12, ubuntu24.04 from the text of os-release; rebuilds of Red Hat's release count as rhel. */
export function osOf(osRelease: string): string | undefined {
  return releaseOf(osRelease)?.os;
}

/** What is wrong with an os-release (os-release(5)): lines that set nothing, and a release that cannot be told from it. */
export function faultsOfRelease(path: string, text: string): readonly FactNote[] {
  const { values, broken } = releaseValues(text);
  const notes: FactNote[] = broken.map(({ line, text: raw }) => ({
    path,
    line,
    message: `no KEY=value: \`${shorten(raw.trim())}\``,
  }));
  // Rolling releases have a code name or a build in place of a version.
  const names = ['VERSION_ID', 'VERSION_CODENAME', 'BUILD_ID'];
  // A line that cannot be read may be the one.
  if (broken.length > 0) return notes;
  if (!values.has('ID')) notes.push({ path, message: 'no line ID=' });
  else if (names.every((name) => !values.has(name))) notes.push({ path, message: 'no line VERSION_ID=' });
  return notes;
}

/** Its values, unquoted, those without one left out; and the lines that are none. */
function releaseValues(text: string): {
  readonly values: ReadonlyMap<string, string>;
  readonly broken: ReturnType<typeof linesOf>;
} {
  const values = new Map<string, string>();
  const broken = linesOf(text).filter(({ text: raw }) => {
    const written = raw.trim();
    if (written === '' || written.startsWith('#')) return false;
    const [, key, value = ''] = /^([A-Za-z_]\w*)=(.*)$/.exec(written) ?? [];
    const plain = value.replace(/^(["'])(.*)\1$/, '$2');
    if (key === undefined || (/^["']/.test(value) && plain === value)) return true;
    if (plain !== '') values.set(key, plain);
    return false;
  });
  return { values, broken };
}

/** `minor`: 4 of VERSION_ID="9.4"; CentOS Stream has none. */
function releaseOf(osRelease: string): { readonly os: string; readonly minor: number } | undefined {
  const { values } = releaseValues(osRelease);
  const id = values.get('ID');
  const version = values.get('VERSION_ID') ?? DEBIAN_RELEASES[values.get('VERSION_CODENAME') ?? ''];
  if (id === undefined || version === undefined) return undefined;
  const like = (values.get('ID_LIKE') ?? '').split(' ');
  const [major = version, minor = '0'] = version.split('.');
  const isRhel = RHEL_FAMILY.has(id) || (id !== 'fedora' && like.includes('rhel'));
  const os = isRhel ? `rhel${major}` : id === 'ubuntu' ? `ubuntu${version}` : `${id}${major}`;
  return { os, minor: isRhel ? Number.parseInt(minor, 10) || 0 : 0 };
}
