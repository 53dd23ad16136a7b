import { compareVersions, inVersions, KeywordTable, type KeywordRow, type Targets } from '@halint/core';
import { redHatKnows } from './red-hat.ts';

/** What an option takes; check/values.ts says what sshd refuses for each. */
export type ArgumentKind =
  | { readonly kind: 'enum'; readonly values: readonly string[]; readonly exact: boolean }
  | { readonly kind: NamedKind };

export type NamedKind =
  | 'addresses'
  | 'agent-socket'
  | 'anything'
  | 'ca-sigs'
  | 'channel-timeouts'
  | 'ciphers'
  | 'command'
  | 'criteria'
  | 'env'
  | 'files'
  | 'flags'
  | 'groups'
  | 'gss-kex'
  | 'int'
  | 'int-or-none'
  | 'ip-qos'
  | 'kex'
  | 'listen'
  | 'log-verbose'
  | 'macs'
  | 'max-startups'
  | 'methods'
  | 'net-block'
  | 'octal'
  | 'penalties'
  | 'permit-listen'
  | 'permit-open'
  | 'port'
  | 'rdomain'
  | 'rekey'
  | 'rest'
  | 'revoked'
  | 'set-env'
  | 'sigs'
  | 'subsystem'
  | 'switch'
  | 'text'
  | 'time'
  | 'time-or-none'
  | 'users'
  | 'words'
  | 'yes-no';

/** One keyword of sshd_config. `in`: `global`, `match` or both; `deprecated`: sshd passes over it since then. */
export interface SshdRow extends KeywordRow {
  readonly argument: ArgumentKind;
  /** First version that takes it in a `Match` block, where that is later than the keyword itself. */
  readonly matchSince?: string;
  /** Every line adds; otherwise the first value wins. */
  readonly adds?: boolean;
  /** The last value wins. */
  readonly last?: boolean;
  /** Passed over without a notice. */
  readonly silent?: boolean;
  /** First version for which the build of the distribution passes over it with `Unsupported option`. */
  readonly unsupported?: string;
}

const USAGE: Record<NamedKind, string> = {
  addresses: '<address>[/<prefix>],...',
  'agent-socket': 'none|user:<path>|shared:<absolute path>',
  anything: '[<text>...]',
  'ca-sigs': '[+|-|^]<algorithm>,...',
  'channel-timeouts': 'none|<type>=<time>...',
  ciphers: '[+|-|^]<cipher>,...',
  command: 'none|<absolute path> [<argument>...]',
  criteria: 'all|<criterion> <pattern>...',
  env: '<name>...',
  files: 'none|<file>...',
  flags: 'none|touch-required|verify-required|max-pk-ok:<int>...',
  groups: '<pattern>...',
  'gss-kex': '<gss-kex>,...',
  int: '<int>',
  'int-or-none': 'none|<int>',
  'ip-qos': '<class> [<class>]',
  kex: '[+|-|^]<kex>,...',
  listen: '<address>[:<port>]',
  'log-verbose': 'none|<pattern>...',
  macs: '[+|-|^]<mac>,...',
  'max-startups': '<start>[:<rate>:<full>]',
  methods: 'any|<method>[,<method>...]...',
  'net-block': '<prefix4>[:<prefix6>]',
  octal: '<octal>',
  penalties: 'yes|no|<name>:<value>...',
  'permit-listen': 'any|none|[<address>:]<port>...',
  'permit-open': 'any|none|<address>:<port>...',
  port: '<port>',
  rdomain: '<domain>',
  rekey: 'default|<size> [none|<time>]',
  rest: '<text>',
  revoked: 'none|<file>',
  'set-env': '<name>=<value>...',
  sigs: '[+|-|^]<algorithm>,...',
  subsystem: '<name> <command> [<argument>...]',
  switch: 'yes|no',
  text: '<text>',
  time: '<time>',
  'time-or-none': 'none|<time>',
  users: '<pattern>[@<host>]...',
  words: '<text>...',
  'yes-no': 'yes|no',
};

const GLOBAL: readonly string[] = ['global'];
const BOTH: readonly string[] = ['global', 'match'];

/** One of these words in any case. */
function oneOf(...values: readonly string[]): ArgumentKind {
  return { kind: 'enum', values, exact: false };
}

/** One of these words in exactly this case. */
function exactly(...values: readonly string[]): ArgumentKind {
  return { kind: 'enum', values, exact: true };
}

type More = Partial<Omit<SshdRow, 'word' | 'in' | 'usage' | 'argument' | 'summary'>>;

function option(word: string, takes: ArgumentKind | NamedKind, where: readonly string[], summary: string, more: More): SshdRow {
  const argument: ArgumentKind = typeof takes === 'string' ? { kind: takes } : takes;
  const usage = argument.kind === 'enum' ? argument.values.join('|') : USAGE[argument.kind];
  const row = { word, in: where, usage, use: 'checked', argument, doc: `sshd_config(5) ${word}`, ...more } as const;
  return summary === '' ? row : { ...row, summary };
}

/**
 * Every name that sshd knew from 8.0 to 10.6. `since` is the first release with the name in servconf.c; a distribution's
 * patches may bring a name earlier.
 */
// prettier-ignore
export const KEYWORDS: readonly SshdRow[] = [
  option('AcceptEnv', 'env', BOTH, 'environment variables taken from the client', { since: '3.9', adds: true }),
  option('AddressFamily', oneOf('inet', 'inet6', 'any'), GLOBAL, 'which wildcard sockets are opened when ListenAddress names no address', { since: '4.0', use: 'modelled' }),
  option('AFSTokenPassing', 'anything', GLOBAL, '', { since: '1.2.2', unsupported: '4.0', deprecated: '10.4' }),
  option('AgentSocketPath', 'agent-socket', BOTH, 'where agents that are forwarded are reached', { since: '10.6' }),
  option('AllowAgentForwarding', 'yes-no', BOTH, 'agent forwarding', { since: '5.1' }),
  option('AllowGroups', 'groups', BOTH, 'only users of these groups may log in', { since: '1.2.2', adds: true }),
  option('AllowStreamLocalForwarding', oneOf('yes', 'all', 'no', 'remote', 'local'), BOTH, 'forwarding of Unix sockets', { since: '6.7' }),
  option('AllowTcpForwarding', oneOf('yes', 'all', 'no', 'remote', 'local'), BOTH, 'TCP forwarding', { since: '2.3' }),
  option('AllowUsers', 'users', BOTH, 'only these users may log in', { since: '1.2.2', adds: true }),
  option('AuthenticationMethods', 'methods', BOTH, 'methods that must succeed, comma lists of alternatives', { since: '6.2' }),
  option('AuthorizedKeysCommand', 'command', BOTH, 'program that prints authorized keys', { since: '6.2' }),
  option('AuthorizedKeysCommandUser', 'text', BOTH, 'user that AuthorizedKeysCommand runs as', { since: '6.2' }),
  option('AuthorizedKeysFile', 'files', BOTH, 'files with authorized keys', { since: '2.9.9' }),
  option('AuthorizedKeysFile2', 'anything', BOTH, '', { since: '2.9.9', deprecated: '5.9' }),
  option('AuthorizedPrincipalsCommand', 'command', BOTH, 'program that prints accepted certificate principals', { since: '6.9' }),
  option('AuthorizedPrincipalsCommandUser', 'text', BOTH, 'user that AuthorizedPrincipalsCommand runs as', { since: '6.9' }),
  option('AuthorizedPrincipalsFile', 'text', BOTH, 'file with accepted certificate principals', { since: '5.6' }),
  option('Banner', 'text', BOTH, 'file shown before login', { since: '2.5' }),
  option('CASignatureAlgorithms', 'ca-sigs', BOTH, 'signature algorithms of certificates', { since: '7.9' }),
  option('ChallengeResponseAuthentication', 'yes-no', BOTH, '', { matchSince: '8.7', since: '2.5', instead: 'KbdInteractiveAuthentication' }),
  option('ChannelTimeout', 'channel-timeouts', BOTH, 'closes idle channels by type', { since: '9.2' }),
  option('CheckMail', 'anything', GLOBAL, '', { since: '1.2.2', deprecated: '2.9.9' }),
  option('ChrootDirectory', 'text', BOTH, 'root directory of the session', { since: '4.9' }),
  option('Ciphers', 'ciphers', GLOBAL, 'ciphers offered', { since: '2.1' }),
  option('ClientAliveCountMax', 'int', BOTH, 'unanswered probes that end the connection; 0 never ends it since 8.2', { since: '2.9' }),
  option('ClientAliveInterval', 'time', BOTH, 'time between probes of a silent client', { since: '2.9' }),
  option('Compression', oneOf('yes', 'delayed', 'no'), GLOBAL, 'compression after login', { since: '3.3' }),
  option('DebianBanner', 'yes-no', GLOBAL, 'distribution suffix in the version banner (Debian)', {}),
  option('DenyGroups', 'groups', BOTH, 'users of these groups may not log in', { since: '1.2.2', adds: true }),
  option('DenyUsers', 'users', BOTH, 'these users may not log in', { since: '1.2.2', adds: true }),
  option('DisableForwarding', 'yes-no', BOTH, 'no forwarding of any kind', { since: '7.4' }),
  option('DSAAuthentication', 'yes-no', GLOBAL, '', { since: '2.1', instead: 'PubkeyAuthentication' }),
  option('ExposeAuthInfo', 'yes-no', BOTH, 'tells the session how it logged in', { since: '7.6' }),
  option('FingerprintHash', oneOf('md5', 'sha1', 'sha256', 'sha384', 'sha512'), GLOBAL, 'hash of logged fingerprints', { since: '6.8', last: true }),
  option('ForceCommand', 'rest', BOTH, 'runs this instead of what the client asks for', { since: '4.4' }),
  option('GatewayPorts', oneOf('clientspecified', 'yes', 'no'), BOTH, 'remote forwards may bind to other addresses than loopback', { since: '2.1' }),
  option('GSSAPIAuthentication', 'yes-no', BOTH, 'Kerberos tickets for login', { since: '3.7', unsupported: '10.6' }),
  option('GSSAPICleanupCredentials', 'yes-no', GLOBAL, '', { since: '3.8', unsupported: '10.6' }),
  option('GSSAPICleanupCreds', 'yes-no', GLOBAL, '', { since: '3.7', until: '10.6', instead: 'GSSAPICleanupCredentials' }),
  option('GSSAPIDelegateCredentials', 'yes-no', GLOBAL, '', { since: '10.3', unsupported: '10.6' }),
  option('GSSAPIKexAlgorithms', 'gss-kex', GLOBAL, '', { until: '10.6' }),
  option('GSSAPIKeyExchange', 'yes-no', GLOBAL, '', { until: '10.6' }),
  option('GSSAPIStoreCredentialsOnRekey', 'yes-no', GLOBAL, '', { until: '10.6' }),
  option('GSSAPIStrictAcceptorCheck', 'yes-no', GLOBAL, '', { since: '6.9', unsupported: '10.6' }),
  option('GSSAPIUseSessionCredCache', 'anything', GLOBAL, '', { unsupported: '0', until: '10.6' }),
  option('GssAuthentication', 'anything', BOTH, '', { since: '10.4', until: '10.5' }),
  option('GssCleanupCreds', 'anything', GLOBAL, '', { since: '10.4', until: '10.5' }),
  option('GssDelegateCreds', 'anything', GLOBAL, '', { since: '10.4', until: '10.5' }),
  option('GssStrictAcceptor', 'anything', GLOBAL, '', { since: '10.4', until: '10.5' }),
  option('GssUseSessionCCache', 'anything', GLOBAL, '', { unsupported: '0', until: '10.6' }),
  option('HostbasedAcceptedAlgorithms', 'sigs', BOTH, 'signature algorithms of host-based login', { since: '8.5' }),
  option('HostbasedAcceptedKeyTypes', 'sigs', BOTH, '', { since: '6.8', instead: 'HostbasedAcceptedAlgorithms' }),
  option('HostbasedAuthentication', 'yes-no', BOTH, 'login by the client host key', { since: '2.9' }),
  option('HostbasedUsesNameFromPacketOnly', 'yes-no', BOTH, '', { since: '2.9' }),
  option('HostCertificate', 'text', GLOBAL, 'certificate of a host key', { since: '5.4', adds: true }),
  option('HostDSAKey', 'text', GLOBAL, '', { since: '2.1', instead: 'HostKey', adds: true }),
  option('HostKey', 'text', GLOBAL, 'private host key file', { since: '1.2.2', adds: true }),
  option('HostKeyAgent', 'text', GLOBAL, 'agent socket with the host keys', { since: '6.3' }),
  option('HostKeyAlgorithms', 'sigs', GLOBAL, 'host key signature algorithms offered', { since: '7.0' }),
  option('IgnoreRhosts', oneOf('yes', 'no', 'shosts-only'), BOTH, 'ignores .rhosts and .shosts', { matchSince: '8.3', since: '1.2.2' }),
  option('IgnoreUserKnownHosts', 'yes-no', GLOBAL, '', { since: '1.2.2' }),
  option('Include', 'words', BOTH, 'reads other files in place; globs are relative to /etc/ssh', { since: '8.2', adds: true, use: 'modelled' }),
  option('IPQoS', 'ip-qos', BOTH, 'packet class of interactive and bulk sessions', { since: '5.7' }),
  option('KbdInteractiveAuthentication', 'yes-no', BOTH, 'keyboard-interactive login, PAM conversations included', { since: '2.3' }),
  option('KeepAlive', 'switch', GLOBAL, '', { since: '1.2.2', instead: 'TCPKeepAlive' }),
  option('KerberosAuthentication', 'yes-no', BOTH, '', { since: '1.2.2', unsupported: '10.6' }),
  option('KerberosGetAFSToken', 'anything', GLOBAL, '', { since: '3.8', unsupported: '3.8' }),
  option('KerberosOrLocalPasswd', 'yes-no', GLOBAL, '', { since: '1.2.2', unsupported: '10.6' }),
  option('KerberosTgtPassing', 'anything', GLOBAL, '', { since: '1.2.2', unsupported: '4.0', deprecated: '10.4' }),
  option('KerberosTicketCleanup', 'yes-no', GLOBAL, '', { since: '1.2.2', unsupported: '10.6' }),
  option('KexAlgorithms', 'kex', GLOBAL, 'key exchange algorithms offered', { since: '5.7' }),
  option('KeyRegenerationInterval', 'anything', GLOBAL, '', { since: '1.2.2', deprecated: '7.4' }),
  option('ListenAddress', 'listen', GLOBAL, 'local address to listen on; each line adds a socket', { since: '1.2.2', adds: true, use: 'modelled' }),
  option('LoginGraceTime', 'time', GLOBAL, 'time to log in; 0 is no limit', { since: '1.2.2' }),
  option('LogLevel', oneOf('QUIET', 'SILENT', 'FATAL', 'ERROR', 'INFO', 'VERBOSE', 'DEBUG', 'DEBUG1', 'DEBUG2', 'DEBUG3'), BOTH, 'how much is logged', { since: '1.2.2' }),
  option('LogVerbose', 'log-verbose', BOTH, 'more logging for parts of the source', { since: '8.5' }),
  option('MACs', 'macs', GLOBAL, 'message authentication codes offered', { since: '2.5' }),
  option('Match', 'criteria', BOTH, 'what follows holds for matching connections only, up to the next Match', { since: '4.4', use: 'modelled' }),
  option('MaxAuthTries', 'int', BOTH, 'login attempts per connection', { since: '3.9' }),
  option('MaxSessions', 'int', BOTH, 'sessions per connection', { since: '5.1' }),
  option('MaxStartups', 'max-startups', GLOBAL, 'connections not yet logged in: refusing starts at, percentage, limit', { since: '2.1.1' }),
  option('ModuliFile', 'text', GLOBAL, 'Diffie-Hellman groups', { since: '8.6' }),
  option('PAMAuthenticationViaKbdInt', 'anything', GLOBAL, '', { since: '2.9', until: '10.4', deprecated: '3.7' }),
  option('PAMServiceName', 'text', BOTH, 'PAM service', { since: '9.8' }),
  option('PasswordAuthentication', 'yes-no', BOTH, 'password login', { since: '1.2.2' }),
  option('PermitBlacklistedKeys', 'anything', GLOBAL, '', { deprecated: '6.4' }),
  option('PermitEmptyPasswords', 'yes-no', BOTH, 'login with an empty password', { since: '1.2.2' }),
  option('PermitListen', 'permit-listen', BOTH, 'addresses that remote forwards may listen on', { since: '7.8' }),
  option('PermitOpen', 'permit-open', BOTH, 'destinations that forwards may reach', { since: '4.4' }),
  option('PermitRootLogin', oneOf('prohibit-password', 'without-password', 'forced-commands-only', 'yes', 'no'), BOTH, 'login as root', { since: '1.2.2' }),
  option('PermitTTY', 'yes-no', BOTH, 'terminals', { since: '6.5' }),
  option('PermitTunnel', exactly('yes', 'point-to-point', 'ethernet', 'no'), BOTH, 'tun device forwarding', { since: '4.3' }),
  option('PermitUserEnvironment', 'text', GLOBAL, 'variables from ~/.ssh/environment', { since: '3.5' }),
  option('PermitUserRC', 'yes-no', BOTH, 'runs ~/.ssh/rc', { since: '6.7' }),
  option('PerSourceMaxStartups', 'int-or-none', GLOBAL, 'connections not yet logged in, per source', { since: '8.5' }),
  option('PerSourceNetBlockSize', 'net-block', GLOBAL, 'prefix lengths that make one source', { since: '8.5' }),
  option('PerSourcePenalties', 'penalties', GLOBAL, 'refuses sources that misbehave', { since: '9.8' }),
  option('PerSourcePenaltyExemptList', 'addresses', GLOBAL, 'sources never refused', { since: '9.8' }),
  option('PidFile', 'text', GLOBAL, 'file with the process id', { since: '2.1' }),
  option('Port', 'port', GLOBAL, 'port to listen on; each line adds one', { since: '1.2.2', adds: true, use: 'modelled' }),
  option('PrintLastLog', 'yes-no', GLOBAL, 'shows the last login', { since: '2.9' }),
  option('PrintMotd', 'yes-no', GLOBAL, 'shows /etc/motd', { since: '1.2.2' }),
  option('Protocol', 'anything', GLOBAL, '', { since: '2.1', deprecated: '7.4', silent: true }),
  option('PubkeyAcceptedAlgorithms', 'sigs', BOTH, 'signature algorithms of public key login', { since: '8.5' }),
  option('PubkeyAcceptedKeyTypes', 'sigs', BOTH, '', { since: '6.8', instead: 'PubkeyAcceptedAlgorithms' }),
  option('PubkeyAuthentication', 'yes-no', BOTH, 'public key login', { since: '2.5' }),
  option('PubkeyAuthOptions', 'flags', BOTH, 'demands on FIDO keys', { since: '8.2' }),
  option('RandomSeed', 'anything', GLOBAL, '', { since: '1.2.2', until: '2.9' }),
  option('RDomain', 'rdomain', BOTH, 'routing domain of the session', { since: '7.7' }),
  option('RefuseConnection', 'yes-no', BOTH, 'ends the connection at once', { since: '9.9' }),
  option('RekeyLimit', 'rekey', BOTH, 'data and time before new keys are made', { since: '6.3' }),
  option('RequiredRSASize', 'int', BOTH, 'least size of RSA keys, bits', { since: '9.1' }),
  option('ReverseMappingCheck', 'anything', GLOBAL, '', { since: '2.5', deprecated: '3.7' }),
  option('RevokedKeys', 'revoked', BOTH, 'file with refused keys', { since: '5.4' }),
  option('RHostsAuthentication', 'anything', GLOBAL, '', { since: '1.2.2', deprecated: '3.7' }),
  option('RhostsRSAAuthentication', 'anything', BOTH, '', { since: '1.2.2', deprecated: '7.4' }),
  option('RSAAuthentication', 'anything', BOTH, '', { since: '1.2.2', deprecated: '7.4' }),
  option('SecurityKeyProvider', 'text', GLOBAL, 'library for FIDO keys', { since: '8.2' }),
  option('ServerKeyBits', 'anything', GLOBAL, '', { since: '1.2.2', deprecated: '7.4' }),
  option('SetEnv', 'set-env', BOTH, 'variables set in the session', { since: '7.8' }),
  option('SKeyAuthentication', 'yes-no', BOTH, '', { matchSince: '8.7', instead: 'KbdInteractiveAuthentication' }),
  option('SshdAuthPath', 'text', GLOBAL, 'path of sshd-auth', { since: '10.0' }),
  option('SshdSessionPath', 'text', GLOBAL, 'path of sshd-session', { since: '9.8' }),
  option('StreamLocalBindMask', 'octal', BOTH, 'umask of forwarded Unix sockets', { since: '6.7', last: true }),
  option('StreamLocalBindUnlink', 'yes-no', BOTH, 'removes an old socket file first', { since: '6.7' }),
  option('StrictModes', 'yes-no', GLOBAL, 'checks owner and mode of key files', { since: '1.2.2' }),
  option('Subsystem', 'subsystem', BOTH, 'program behind a subsystem, such as sftp', { matchSince: '9.5', since: '2.1.1' }),
  option('SyslogFacility', oneOf('DAEMON', 'USER', 'AUTH', 'AUTHPRIV', 'LOCAL0', 'LOCAL1', 'LOCAL2', 'LOCAL3', 'LOCAL4', 'LOCAL5', 'LOCAL6', 'LOCAL7'), GLOBAL, 'syslog facility', { since: '1.2.2' }),
  option('TCPKeepAlive', 'switch', GLOBAL, 'TCP keep-alives', { since: '3.8' }),
  option('TrustedUserCAKeys', 'text', BOTH, 'keys that sign user certificates', { since: '5.4' }),
  option('UnusedConnectionTimeout', 'time-or-none', BOTH, 'ends connections without a session', { since: '9.2' }),
  option('UseDNS', 'yes-no', GLOBAL, 'looks up the client name', { since: '3.7' }),
  option('UseLogin', 'anything', GLOBAL, '', { since: '1.2.2', deprecated: '7.4' }),
  option('UsePAM', 'yes-no', GLOBAL, 'PAM sessions and passwords', { since: '3.7' }),
  option('UsePrivilegeSeparation', 'anything', GLOBAL, '', { since: '3.2.2', deprecated: '7.5' }),
  option('VerifyReverseMapping', 'anything', GLOBAL, '', { since: '3.1', deprecated: '3.7' }),
  option('VersionAddendum', 'rest', GLOBAL, 'text behind the version banner', { since: '6.1' }),
  option('WarnWeakCrypto', 'switch', GLOBAL, 'warns of weak key exchanges', { since: '10.6' }),
  option('X11DisplayOffset', 'int', BOTH, 'first display number', { since: '1.2.2' }),
  option('X11Forwarding', 'yes-no', BOTH, 'X11 forwarding', { since: '1.2.2' }),
  option('X11UseLocalhost', 'yes-no', BOTH, 'X11 forwards listen on loopback', { since: '3.1' }),
  option('XAuthLocation', 'text', GLOBAL, 'path of xauth', { since: '2.1.1' }),
  option('ZeroKnowledgePasswordAuthentication', 'anything', BOTH, '', { since: '5.2', until: '6.6' }),
];

export const TABLE = new KeywordTable(KEYWORDS);

const byName = new Map(KEYWORDS.map((row) => [row.word.toLowerCase(), row]));

/** The row of a keyword, in whatever case it is written. */
export function rowOf(keyword: string): SshdRow | undefined {
  return byName.get(keyword.toLowerCase());
}

/** Does the target have the option, whether or not it heeds it? */
export function isKnown(row: SshdRow, targets: Targets): boolean {
  return inVersions(targets.openssh, row.since, row.until) || redHatKnows(row.word, targets) === 'yes';
}

/** `Deprecated option` or `Unsupported option`: the words of sshd for an option that it knows and does not heed. */
export function noticeOf(row: SshdRow, openssh: string): 'Deprecated' | 'Unsupported' | undefined {
  const from = (version: string | undefined): boolean => version !== undefined && compareVersions(openssh, version) >= 0;
  if (from(row.deprecated)) return 'Deprecated';
  return from(row.unsupported) ? 'Unsupported' : undefined;
}

/** Whatever stands behind such an option is not looked at. */
export function isPassedOver(row: SshdRow, openssh: string): boolean {
  return noticeOf(row, openssh) !== undefined;
}

/** May the option stand in a `Match` block that does not hold for everyone? */
export function mayStandInMatch(row: SshdRow, openssh: string): boolean {
  return row.in.includes('match') && (row.matchSince === undefined || compareVersions(openssh, row.matchSince) >= 0);
}
