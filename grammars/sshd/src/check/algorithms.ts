import { inVersions } from '@halint/core';

interface Span {
  readonly since?: string;
  readonly until?: string;
}

const FROM = (since: string): Span => ({ since });
const UNTIL = (until: string): Span => ({ until });
const EVER: Span = {};

/** Names that `sshd -t` takes, by release (`ssh -Q` and the release notes of 8.0 to 10.0). */
const CIPHERS: Record<string, Span> = {
  '3des-cbc': EVER,
  'aes128-cbc': EVER,
  'aes128-ctr': EVER,
  'aes128-gcm@openssh.com': EVER,
  'aes192-cbc': EVER,
  'aes192-ctr': EVER,
  'aes256-cbc': EVER,
  'aes256-ctr': EVER,
  'aes256-gcm@openssh.com': EVER,
  'chacha20-poly1305@openssh.com': EVER,
  'rijndael-cbc@lysator.liu.se': UNTIL('8.5'),
};

const MACS: Record<string, Span> = {
  'hmac-md5': EVER,
  'hmac-md5-96': EVER,
  'hmac-md5-96-etm@openssh.com': EVER,
  'hmac-md5-etm@openssh.com': EVER,
  'hmac-sha1': EVER,
  'hmac-sha1-96': EVER,
  'hmac-sha1-96-etm@openssh.com': EVER,
  'hmac-sha1-etm@openssh.com': EVER,
  'hmac-sha2-256': EVER,
  'hmac-sha2-256-etm@openssh.com': EVER,
  'hmac-sha2-512': EVER,
  'hmac-sha2-512-etm@openssh.com': EVER,
  'umac-128-etm@openssh.com': EVER,
  'umac-128@openssh.com': EVER,
  'umac-64-etm@openssh.com': EVER,
  'umac-64@openssh.com': EVER,
};

const KEX: Record<string, Span> = {
  'curve25519-sha256': EVER,
  'curve25519-sha256@libssh.org': EVER,
  'diffie-hellman-group-exchange-sha1': EVER,
  'diffie-hellman-group-exchange-sha256': EVER,
  'diffie-hellman-group1-sha1': EVER,
  'diffie-hellman-group14-sha1': EVER,
  'diffie-hellman-group14-sha256': EVER,
  'diffie-hellman-group16-sha512': EVER,
  'diffie-hellman-group18-sha512': EVER,
  'ecdh-sha2-nistp256': EVER,
  'ecdh-sha2-nistp384': EVER,
  'ecdh-sha2-nistp521': EVER,
  'mlkem768x25519-sha256': FROM('9.9'),
  'sntrup4591761x25519-sha512@tinyssh.org': UNTIL('8.5'),
  // Upstream since 9.9; Debian and others patched the name into 9.2.
  'sntrup761x25519-sha512': FROM('8.5'),
  'sntrup761x25519-sha512@openssh.com': FROM('8.5'),
};

const KEYS = ['ssh-ed25519', 'sk-ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'];

const SIGNATURES: Record<string, Span> = {
  ...Object.fromEntries(KEYS.filter((key) => !key.startsWith('sk-')).map((key) => [key, EVER])),
  ...Object.fromEntries(KEYS.map((key) => [`${key}-cert-v01@openssh.com`, EVER])),
  'rsa-sha2-256': EVER,
  'rsa-sha2-256-cert-v01@openssh.com': EVER,
  'rsa-sha2-512': EVER,
  'rsa-sha2-512-cert-v01@openssh.com': EVER,
  'sk-ecdsa-sha2-nistp256-cert-v01@openssh.com': FROM('8.2'),
  'sk-ecdsa-sha2-nistp256@openssh.com': FROM('8.2'),
  'sk-ssh-ed25519@openssh.com': FROM('8.2'),
  'ssh-dss': UNTIL('10.0'),
  'ssh-dss-cert-v01@openssh.com': UNTIL('10.0'),
  'ssh-rsa': EVER,
  'ssh-rsa-cert-v01@openssh.com': EVER,
  'ssh-xmss-cert-v01@openssh.com': EVER,
  'ssh-xmss@openssh.com': EVER,
  'webauthn-sk-ecdsa-sha2-nistp256@openssh.com': FROM('8.3'),
};

/** Prefixes of the GSSAPI key exchanges, of the patch that distributions carry. */
const GSS_KEX: Record<string, Span> = {
  'gss-curve25519-sha256-': EVER,
  'gss-gex-sha1-': EVER,
  'gss-group1-sha1-': EVER,
  'gss-group14-sha1-': EVER,
  'gss-group14-sha256-': EVER,
  'gss-group16-sha512-': EVER,
  'gss-group17-sha512-': EVER,
  'gss-group18-sha512-': EVER,
  'gss-nistp256-sha256-': EVER,
  'gss-nistp384-sha384-': EVER,
  'gss-nistp521-sha512-': EVER,
};

export type AlgorithmKind = 'ciphers' | 'gss-kex' | 'kex' | 'macs' | 'sigs';

const LISTS: Record<AlgorithmKind, Record<string, Span>> = {
  ciphers: CIPHERS,
  'gss-kex': GSS_KEX,
  kex: KEX,
  macs: MACS,
  sigs: SIGNATURES,
};

/** The names of a kind that a release knows. */
export function algorithms(kind: AlgorithmKind, openssh: string): readonly string[] {
  return Object.entries(LISTS[kind]).flatMap(([name, { since, until }]) =>
    inVersions(openssh, since, until) ? [name] : [],
  );
}

/**
 * The names of a list that the release refuses. A list that starts with `-` is never looked at; signature algorithms may
 * be patterns, which must match a name.
 */
export function unknownAlgorithms(kind: AlgorithmKind, list: string, openssh: string): readonly string[] {
  const prefixed = kind !== 'gss-kex';
  if (prefixed && list.startsWith('-')) return [];
  const known = algorithms(kind, openssh);
  const names = (prefixed ? list.replace(/^[+^]/, '') : list).split(',');
  return names.filter((name) => !known.includes(name) && !(kind === 'sigs' && matchesAny(name, known)));
}

function matchesAny(pattern: string, names: readonly string[]): boolean {
  if (!/[*?]/.test(pattern)) return false;
  const parts = pattern.split(/\*+/);
  return names.some((name) => matchesParts(parts, name));
}

/** Are the parts between the stars found one behind the other, the first at the start and the last at the end? */
function matchesParts(parts: readonly string[], name: string): boolean {
  const fits = (part: string, at: number): boolean =>
    at >= 0 && at + part.length <= name.length && [...part].every((sign, i) => sign === '?' || sign === name[at + i]);
  const last = parts[parts.length - 1] as string;
  if (parts.length === 1) return name.length === last.length && fits(last, 0);
  if (!fits(parts[0] as string, 0)) return false;
  let at = (parts[0] as string).length;
  for (const part of parts.slice(1, -1)) {
    while (at + part.length <= name.length && !fits(part, at)) at++;
    if (!fits(part, at)) return false;
    at += part.length;
  }
  return name.length - last.length >= at && fits(last, name.length - last.length);
}
