import type { Targets } from '@halint/core';
import type { HostFacts } from '@halint/model';
import { linesOf } from './source.ts';

type Versions = Pick<Targets, 'haproxy' | 'keepalived' | 'openssh'>;

/** Versions that a distribution's release ships. */
const STOCK: Readonly<Record<string, Versions>> = {
  rhel8: { haproxy: '1.8', keepalived: '2.1.5', openssh: '8.0' },
  rhel9: { haproxy: '2.4', keepalived: '2.2.8', openssh: '8.7' },
  rhel10: { haproxy: '3.0', keepalived: '2.2.8', openssh: '9.9' },
  debian11: { haproxy: '2.2', keepalived: '2.1.5', openssh: '8.4' },
  debian12: { haproxy: '2.6', keepalived: '2.2.7', openssh: '9.2' },
  debian13: { haproxy: '3.0', keepalived: '2.3.3', openssh: '10.0' },
  'ubuntu20.04': { haproxy: '2.0', keepalived: '2.0.19', openssh: '8.2' },
  'ubuntu22.04': { haproxy: '2.4', keepalived: '2.2.4', openssh: '8.9' },
  'ubuntu24.04': { haproxy: '2.8', keepalived: '2.2.8', openssh: '9.6' },
};

/** The versions that a host runs: those of its packages, else those that its operating system ships. */
export function targetsOf(facts: HostFacts, osRelease: string | undefined): Partial<Targets> {
  const os = osRelease === undefined ? undefined : osOf(osRelease);
  return { ...(os === undefined ? {} : { os, ...STOCK[os] }), ...packaged(facts.packages) };
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
  const values = new Map<string, string>();
  for (const { text } of linesOf(osRelease)) {
    const [, key, value] = /^([A-Z_]+)=(.*)$/.exec(text.trim()) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, value.replace(/^(["'])(.*)\1$/, '$2'));
  }
  const id = values.get('ID');
  const version = values.get('VERSION_ID') ?? DEBIAN_RELEASES[values.get('VERSION_CODENAME') ?? ''];
  if (id === undefined || version === undefined) return undefined;
  const like = (values.get('ID_LIKE') ?? '').split(' ');
  if (RHEL_FAMILY.has(id) || (id !== 'fedora' && like.includes('rhel'))) return `rhel${major(version)}`;
  return id === 'ubuntu' ? `ubuntu${version}` : `${id}${major(version)}`;
}

function major(version: string): string {
  return version.split('.')[0] ?? version;
}
