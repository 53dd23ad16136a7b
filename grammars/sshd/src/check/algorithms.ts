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

export type AlgorithmKind = 'ciphers' | 'macs' | 'kex' | 'sigs';

const LISTS: Record<AlgorithmKind, Record<string, Span>> = { ciphers: CIPHERS, macs: MACS, kex: KEX, sigs: SIGNATURES };

/** The names of a kind that a release knows. */
export function algorithms(kind: AlgorithmKind, openssh: string): readonly string[] {
  return Object.entries(LISTS[kind]).flatMap(([name, { since, until }]) =>
    inVersions(openssh, since, until) ? [name] : [],
  );
}

/**
 * The names of a list that the release refuses. A list that starts with `-` is never looked at; signature algorithms may
 * be patterns.
 */
export function unknownAlgorithms(kind: AlgorithmKind, list: string, openssh: string): readonly string[] {
  if (list.startsWith('-')) return [];
  const known = new Set(algorithms(kind, openssh));
  const names = list.replace(/^[+^]/, '').split(',');
  return names.filter((name) => !known.has(name) && !(kind === 'sigs' && /[*?]/.test(name)));
}
