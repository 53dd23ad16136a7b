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
  return wanted.length === parts.length && wanted.every((part, i) => partMatches(part, parts[i] as string));
}

/** Greedy matching with one point of return: linear in practice and never exponential, unlike a regular expression. */
function partMatches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    const step = p < pattern.length && pattern[p] !== '*' ? oneMatches(pattern, p, text[t] as string) : 0;
    if (step > 0) {
      p += step;
      t++;
    } else if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Length of the pattern element at `at` when it matches the character, else 0. */
function oneMatches(pattern: string, at: number, character: string): number {
  const sign = pattern[at] as string;
  if (sign === '?') return 1;
  const close = sign === '[' ? pattern.indexOf(']', at + 2) : -1;
  if (close < 0) return sign === character ? 1 : 0;
  const negated = pattern[at + 1] === '!' || pattern[at + 1] === '^';
  const found = inSet(pattern.slice(at + (negated ? 2 : 1), close), character);
  return found !== negated ? close - at + 1 : 0;
}

function inSet(set: string, character: string): boolean {
  for (let i = 0; i < set.length; i++) {
    const from = set[i] as string;
    const to = set[i + 1] === '-' ? set[i + 2] : undefined;
    if (to === undefined) {
      if (from === character) return true;
    } else {
      if (from <= character && character <= to) return true;
      i += 2;
    }
  }
  return false;
}
