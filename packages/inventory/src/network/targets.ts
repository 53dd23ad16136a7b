import type { Targets } from '@halint/core';
import type { HostFacts } from '@halint/model';
import { linesOf } from './source.ts';
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

/** `minor`: 4 of VERSION_ID="9.4"; CentOS Stream has none. */
function releaseOf(osRelease: string): { readonly os: string; readonly minor: number } | undefined {
  const values = new Map<string, string>();
  for (const { text } of linesOf(osRelease)) {
    const [, key, value] = /^([A-Z_]+)=(.*)$/.exec(text.trim()) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, value.replace(/^(["'])(.*)\1$/, '$2'));
  }
  const id = values.get('ID');
  const version = values.get('VERSION_ID') ?? DEBIAN_RELEASES[values.get('VERSION_CODENAME') ?? ''];
  if (id === undefined || version === undefined) return undefined;
  const like = (values.get('ID_LIKE') ?? '').split(' ');
  const [major = version, minor = '0'] = version.split('.');
  const isRhel = RHEL_FAMILY.has(id) || (id !== 'fedora' && like.includes('rhel'));
  const os = isRhel ? `rhel${major}` : id === 'ubuntu' ? `ubuntu${version}` : `${id}${major}`;
  return { os, minor: isRhel ? Number.parseInt(minor, 10) || 0 : 0 };
}
