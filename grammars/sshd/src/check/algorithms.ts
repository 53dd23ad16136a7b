import { compareVersions, inVersions } from '@halint/core';
import { matchesList } from '../patterns.ts';

interface Span {
  readonly since?: string;
  readonly until?: string;
}

const FROM = (since: string): Span => ({ since });
const UNTIL = (until: string): Span => ({ until });
const EVER: Span = {};

/** Names that `sshd -t` takes, by release (asked of 9.2, 10.0 and 10.6; the tags' sources for the others). */
const CIPHERS: Record<string, Span> = {
  '3des-cbc': EVER,
  'aes128-cbc': EVER,
  'aes192-cbc': EVER,
  'aes256-cbc': EVER,
  'rijndael-cbc@lysator.liu.se': UNTIL('8.5'),
  'aes128-ctr': EVER,
  'aes192-ctr': EVER,
  'aes256-ctr': EVER,
  'aes128-gcm@openssh.com': EVER,
  'aes256-gcm@openssh.com': EVER,
  'chacha20-poly1305@openssh.com': EVER,
};

const MACS: Record<string, Span> = {
  'hmac-sha1': EVER,
  'hmac-sha1-96': EVER,
  'hmac-sha2-256': EVER,
  'hmac-sha2-512': EVER,
  'hmac-md5': EVER,
  'hmac-md5-96': EVER,
  'umac-64@openssh.com': EVER,
  'umac-128@openssh.com': EVER,
  'hmac-sha1-etm@openssh.com': EVER,
  'hmac-sha1-96-etm@openssh.com': EVER,
  'hmac-sha2-256-etm@openssh.com': EVER,
  'hmac-sha2-512-etm@openssh.com': EVER,
  'hmac-md5-etm@openssh.com': EVER,
  'hmac-md5-96-etm@openssh.com': EVER,
  'umac-64-etm@openssh.com': EVER,
  'umac-128-etm@openssh.com': EVER,
};

const KEX: Record<string, Span> = {
  'diffie-hellman-group1-sha1': EVER,
  'diffie-hellman-group14-sha1': EVER,
  'diffie-hellman-group14-sha256': EVER,
  'diffie-hellman-group16-sha512': EVER,
  'diffie-hellman-group18-sha512': EVER,
  'diffie-hellman-group-exchange-sha1': EVER,
  'diffie-hellman-group-exchange-sha256': EVER,
  'ecdh-sha2-nistp256': EVER,
  'ecdh-sha2-nistp384': EVER,
  'ecdh-sha2-nistp521': EVER,
  'curve25519-sha256': EVER,
  'curve25519-sha256@libssh.org': EVER,
  'sntrup4591761x25519-sha512@tinyssh.org': UNTIL('8.5'),
  // Upstream since 9.9; Debian and others patched the name into 9.2.
  'sntrup761x25519-sha512': FROM('8.5'),
  'sntrup761x25519-sha512@openssh.com': FROM('8.5'),
  'mlkem768x25519-sha256': FROM('9.9'),
  'mlkem768nistp256-sha256': FROM('10.6'),
};

/** Key types in the order of sshkey.c, which is that of a list made by a pattern. */
const SIGNATURES: Record<string, Span> = {
  'ssh-ed25519': EVER,
  'ssh-ed25519-cert-v01@openssh.com': EVER,
  'sk-ssh-ed25519@openssh.com': FROM('8.2'),
  'sk-ssh-ed25519-cert-v01@openssh.com': FROM('8.2'),
  'ssh-mldsa44-ed25519': FROM('10.4'),
  'ssh-mldsa44-ed25519-cert': FROM('10.4'),
  'ecdsa-sha2-nistp256': EVER,
  'ecdsa-sha2-nistp256-cert-v01@openssh.com': EVER,
  'ecdsa-sha2-nistp384': EVER,
  'ecdsa-sha2-nistp384-cert-v01@openssh.com': EVER,
  'ecdsa-sha2-nistp521': EVER,
  'ecdsa-sha2-nistp521-cert-v01@openssh.com': EVER,
  'sk-ecdsa-sha2-nistp256@openssh.com': FROM('8.2'),
  'sk-ecdsa-sha2-nistp256-cert-v01@openssh.com': FROM('8.2'),
  'webauthn-sk-ecdsa-sha2-nistp256@openssh.com': FROM('8.3'),
  'webauthn-sk-ecdsa-sha2-nistp256-cert-v01@openssh.com': FROM('10.4'),
  'ssh-dss': UNTIL('10.0'),
  'ssh-dss-cert-v01@openssh.com': UNTIL('10.0'),
  'ssh-rsa': EVER,
  'ssh-rsa-cert-v01@openssh.com': EVER,
  'rsa-sha2-256': EVER,
  'rsa-sha2-256-cert-v01@openssh.com': EVER,
  'rsa-sha2-512': EVER,
  'rsa-sha2-512-cert-v01@openssh.com': EVER,
};

/** Types of plain keys, which the lists of signature algorithms could name in any case until 9.8 (sshkey_type_from_name()) and which match nothing. */
const KEY_TYPES: Record<string, Span> = {
  rsa: EVER,
  dsa: EVER,
  ecdsa: EVER,
  ed25519: EVER,
  'ecdsa-sk': FROM('8.2'),
  'ed25519-sk': FROM('8.2'),
};

function isKeyType(name: string, openssh: string): boolean {
  const type = name.toLowerCase();
  if (compareVersions(openssh, '9.9') >= 0 || !Object.hasOwn(KEY_TYPES, type)) return false;
  return inVersions(openssh, KEY_TYPES[type]?.since);
}

/** Prefixes of the GSSAPI key exchanges, of the patch that Debian carries. */
const GSS_KEX: Record<string, Span> = {
  'gss-group14-sha256-': EVER,
  'gss-group16-sha512-': EVER,
  'gss-nistp256-sha256-': EVER,
  'gss-curve25519-sha256-': EVER,
  'gss-group14-sha1-': EVER,
  'gss-gex-sha1-': EVER,
  'gss-group1-sha1-': EVER,
};

export type AlgorithmKind = 'ca-sigs' | 'ciphers' | 'gss-kex' | 'kex' | 'macs' | 'sigs';

const LISTS: Record<AlgorithmKind, Record<string, Span>> = {
  'ca-sigs': SIGNATURES,
  ciphers: CIPHERS,
  'gss-kex': GSS_KEX,
  kex: KEX,
  macs: MACS,
  sigs: SIGNATURES,
};

const isCertificate = (name: string): boolean => /-cert(?:-v01@openssh\.com)?$/.test(name);

export const isAlgorithmKind = (kind: string): kind is AlgorithmKind => Object.hasOwn(LISTS, kind);

/** The names of a kind that a release can use. */
export function algorithms(kind: AlgorithmKind, openssh: string): readonly string[] {
  return Object.entries(LISTS[kind]).flatMap(([name, { since, until }]) =>
    inVersions(openssh, since, until) && !(kind === 'ca-sigs' && isCertificate(name)) ? [name] : [],
  );
}

/** Which releases have a name that the target has not, in words; undefined for a name that none has. */
export function otherReleases(kind: AlgorithmKind, name: string, openssh: string): string | undefined {
  const span = Object.hasOwn(LISTS[kind], name) ? LISTS[kind][name] : undefined;
  if (span === undefined || inVersions(openssh, span.since, span.until)) return undefined;
  const gone = span.until !== undefined && compareVersions(openssh, span.until) >= 0;
  return gone ? `was removed in ${span.until}` : `came with ${span.since}`;
}

/** What is used where the configuration says nothing (myproposal.h with the patches of Debian), the one preferred first. */
export function defaultAlgorithms(kind: AlgorithmKind, openssh: string): readonly string[] {
  const from = (version: string): boolean => compareVersions(openssh, version) >= 0;
  const ctr = ['aes128-ctr', 'aes192-ctr', 'aes256-ctr'];
  const gcm = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'];
  const keys = [
    ...['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
    ...['sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'],
    ...(from('10.4') ? ['webauthn-sk-ecdsa-sha2-nistp256@openssh.com'] : []),
    ...['rsa-sha2-512', 'rsa-sha2-256'],
  ];
  const known = new Set(algorithms(kind, openssh));
  const names = {
    'ca-sigs': keys,
    ciphers: ['chacha20-poly1305@openssh.com', ...(from('10.0') ? [...gcm, ...ctr] : [...ctr, ...gcm])],
    'gss-kex': Object.keys(GSS_KEX).filter((name) => name !== 'gss-group1-sha1-'),
    kex: [
      ...(from('10.0') ? ['mlkem768x25519-sha256'] : []),
      ...(from('9.0') ? ['sntrup761x25519-sha512', 'sntrup761x25519-sha512@openssh.com'] : []),
      ...['curve25519-sha256', 'curve25519-sha256@libssh.org'],
      ...['ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521'],
      // 10.0 took finite field Diffie-Hellman out of the server's default.
      ...(from('10.0')
        ? []
        : [
            ...['diffie-hellman-group-exchange-sha256', 'diffie-hellman-group16-sha512'],
            ...['diffie-hellman-group18-sha512', 'diffie-hellman-group14-sha256'],
          ]),
    ],
    macs: [
      ...['umac-64-etm@openssh.com', 'umac-128-etm@openssh.com'],
      ...['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha1-etm@openssh.com'],
      ...['umac-64@openssh.com', 'umac-128@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512', 'hmac-sha1'],
    ],
    sigs: [
      ...keys.map((key) => `${key.replace('@openssh.com', '')}-cert-v01@openssh.com`),
      ...(from('10.4') ? ['ssh-mldsa44-ed25519-cert'] : []),
      ...keys,
      ...(from('10.4') ? ['ssh-mldsa44-ed25519'] : []),
    ],
  }[kind];
  return names.filter((name) => known.has(name));
}

/** Items up to the first empty one: that is where sshd stops to look. */
function itemsOf(list: string): readonly string[] {
  const items = list.split(',');
  const empty = items.indexOf('');
  return empty < 0 ? items : items.slice(0, empty);
}

const PREFIXED = /^[+^]/;

/**
 * The names of a list that the release refuses. A list that starts with `-` is never looked at; signature algorithms may
 * be patterns, which must match a name. CASignatureAlgorithms takes no certificates since 9.4.
 */
export function unknownAlgorithms(kind: AlgorithmKind, list: string, openssh: string): readonly string[] {
  const prefixed = kind !== 'gss-kex';
  if (prefixed && list.startsWith('-')) return [];
  const bare = prefixed ? list.replace(PREFIXED, '') : list;
  if (bare === '') return [''];
  const all = algorithms(kind === 'ca-sigs' ? 'sigs' : kind, openssh);
  const plain = kind === 'ca-sigs' && compareVersions(openssh, '9.4') >= 0;
  const patterns = kind === 'sigs' || kind === 'ca-sigs';
  // Since 10.4 a cipher or MAC must stand before the first empty item.
  const first = (kind === 'ciphers' || kind === 'macs') && compareVersions(openssh, '10.4') >= 0;
  if (first && bare.startsWith(',')) return [''];
  return itemsOf(bare).filter((name) => {
    if (all.includes(name)) return plain && isCertificate(name);
    // The patch takes them here too, with anything behind the prefix; without GSSAPI (Debian from 10.6 on) there are none.
    if (kind === 'kex' && Object.keys(GSS_KEX).some((prefix) => name.startsWith(prefix)))
      return compareVersions(openssh, '10.6') >= 0;
    if (patterns && isKeyType(name, openssh)) return false;
    return !(patterns && all.some((each) => matchesList(each, name) !== 'none'));
  });
}

/** The names in force for a list (kex_assemble_names() in kex-names.c); undefined where sshd gives up on it: nothing is left, or an item with `!`. */
export function assembled(
  kind: AlgorithmKind,
  list: string | undefined,
  openssh: string,
): readonly string[] | undefined {
  const defaults = defaultAlgorithms(kind, openssh);
  if (list === undefined) return defaults;
  if (kind === 'gss-kex') return list.split(',');
  if (list.startsWith('-')) return defaults.filter((name) => matchesList(name, list.slice(1)) !== 'yes');
  const given = list.replace(PREFIXED, '').split(',');
  const wanted = list.startsWith('+')
    ? [...defaults, ...given]
    : list.startsWith('^')
      ? [...given, ...defaults]
      : given;
  if (wanted.some((name) => name.startsWith('!'))) return undefined;
  const all = algorithms(kind, openssh);
  const names = [...new Set(wanted.flatMap((pattern) => all.filter((name) => matchesList(name, pattern) === 'yes')))];
  return names.length === 0 ? undefined : names;
}
