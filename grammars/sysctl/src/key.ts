import { matchesWildcard } from '@halint/core';

/**
 * The key in the form `net.ipv4.conf.eth0/100.rp_filter`: parts joined by dots, a dot inside a part written as a slash.
 * When the first separator is a slash, slashes separate and dots stand for themselves; else it is the other way round
 * (sysctl.d(5), systemd's sysctl_normalize). `/proc/sys` in front is a part like any other: systemd-sysctl 252 and sysctl 4.0.2 look for
 * /proc/sys/proc/sys.
 */
export function normalizeKey(written: string): string {
  const first = /[./]/.exec(written)?.[0];
  if (first !== '/') return written;
  const path = written.replace(/^\/+/, '');
  return path.replace(/[./]/g, (sign) => (sign === '/' ? '.' : '/'));
}

const GLOB = /[*?[]/;

export function isGlob(key: string): boolean {
  return GLOB.test(key);
}

/** Does a normalised key with `*`, `?` or `[…]` name this key? Wildcards stay inside one part, as in glob(7). */
export function globMatches(pattern: string, key: string): boolean {
  const wanted = pattern.split('.');
  const parts = key.split('.');
  return wanted.length === parts.length && wanted.every((part, i) => matchesWildcard(parts[i] as string, part));
}
