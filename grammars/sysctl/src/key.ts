import { matchesWildcard } from '@halint/core';

/**
 * The key in the form `net.ipv4.conf.eth0/100.rp_filter`: parts joined by dots, a dot inside a part written as a slash.
 * When the first separator is a slash, slashes separate and dots stand for themselves; else it is the other way round
 * (sysctl.d(5), systemd's sysctl_normalize). `/proc/sys` in front is a part like any other: systemd-sysctl 252 and sysctl 4.0.2 look for
 * /proc/sys/proc/sys. Separators count once however many there are, and not at either end; so does a directory `.`.
 */
export function normalizeKey(written: string): string {
  const first = /[./]/.exec(written)?.[0];
  const key = first === '/' ? written.replace(/[./]/g, (sign) => (sign === '/' ? '.' : '/')) : written;
  const parts = key.split('.');
  return parts.every((part) => part !== '' && part !== DOT)
    ? key
    : parts.filter((part) => part !== '' && part !== DOT).join('.');
}

/** The directories `.` and `..` as parts of a normalised key. */
const DOT = '/';
const UP = '//';

/** Does a key go up with `..`? systemd-sysctl 252 says "Couldn't write … Invalid argument", sysctl of procps 4.0.2 goes there. */
export function goesUp(key: string): boolean {
  return key.includes(UP) && key.split('.').includes(UP);
}

/** The key to which one leads that goes up. */
export function resolveUp(key: string): string {
  const parts: string[] = [];
  for (const part of key.split('.')) {
    if (part === UP) parts.pop();
    else parts.push(part);
  }
  return parts.join('.');
}

/** A separator at the end: systemd-sysctl 252 passes over it, sysctl of procps says "Not a directory" and sets nothing. */
export function endsInSeparator(written: string): boolean {
  const separator = /[./]/.exec(written)?.[0];
  return separator !== undefined && written.endsWith(separator);
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
