import { compareVersions, inVersions } from '@halint/core';
import { listenTarget } from '../check/values/address.ts';
import { assembled, defaultAlgorithms, type AlgorithmKind } from '../check/algorithms.ts';
import { readPort } from '../check/numbers.ts';
import { numericHost } from '../addresses.ts';
import { rootWithoutPassword } from './spelling.ts';
import type { Held, State } from './state.ts';

/** One line of `sshd -T`; without a place it is a default. */
export interface Printed {
  readonly values: readonly string[];
  readonly at?: Held['at'];
}

/** An option in the order of dump_config() (servconf.c). */
export interface PrintedOption {
  /** Name as 10.4 and later print it. */
  readonly name: string;
  readonly since?: string;
  readonly until?: string;
  /** The lines; none where sshd prints nothing. */
  print(state: State, openssh: string): readonly Printed[];
}

type Fallback = string | ((openssh: string) => string | undefined);
interface Versions {
  readonly since?: string;
  readonly until?: string;
}

const from = (openssh: string, version: string): boolean => compareVersions(openssh, version) >= 0;
const said = (fallback: Fallback, openssh: string): string | undefined =>
  typeof fallback === 'string' ? fallback : fallback(openssh);

/** One value, or its default; a default of undefined is not printed. */
function one(name: string, fallback: Fallback, versions: Versions = {}): PrintedOption {
  return {
    name,
    ...versions,
    print(state, openssh) {
      const held = state.one(name.toLowerCase());
      // An empty list is not printed.
      if (held !== undefined) return held.values.length === 0 ? [] : [held];
      const value = said(fallback, openssh);
      return value === undefined ? [] : [{ values: value.split(' ') }];
    },
  };
}

/** A line for each value. */
function each(name: string, fallback: (openssh: string) => readonly string[] = () => []): PrintedOption {
  return {
    name,
    print(state, openssh) {
      const held = state.all(name.toLowerCase());
      return held.length > 0 ? held : fallback(openssh).map((value) => ({ values: [value] }));
    },
  };
}

function algorithmList(name: string, kind: AlgorithmKind, versions: Versions = {}): PrintedOption {
  return {
    name,
    ...versions,
    print(state, openssh) {
      const held = state.one(name.toLowerCase());
      const left = assembled(kind, held?.values[0], openssh) ?? [];
      // A list that takes everything away is empty, and the second reading fills what is empty; what it says itself stays.
      const isFilled = left.length === 0 && !state.isMerged(name.toLowerCase());
      const names = isFilled ? defaultAlgorithms(kind, openssh) : left;
      return [{ values: [names.join(',')], ...(held === undefined ? {} : { at: held.at }) }];
    },
  };
}

const PORT = '22';

/** The ports that a ListenAddress without one stands for. */
function portsOf(state: State): readonly Held[] | undefined {
  const ports = state.all('port');
  return ports.length > 0 ? ports : undefined;
}

const port: PrintedOption = {
  name: 'Port',
  print: (state) => portsOf(state) ?? [{ values: [PORT] }],
};

const socket = (address: string, number: string): string =>
  address.includes(':') ? `[${address}]:${number}` : `${address}:${number}`;

/** Addresses that a wildcard, `*` or localhost stands for, in the order in which they are printed. */
function resolved(host: string, family: string): readonly string[] {
  const [v6, v4] = host === '' ? ['::', '0.0.0.0'] : ['::1', '127.0.0.1'];
  if (host === '*') return family === 'inet' ? [v4] : family === 'inet6' ? [v6] : [v4, v6];
  return family === 'inet' ? [v4] : family === 'inet6' ? [v6] : [v6, v4];
}

/** sshd keeps a list for each routing domain, the one that is met first in front; here there are none and the empty one. */
function byDomain(lines: readonly Held[]): readonly Held[] {
  const isFirst = ({ values }: Held): boolean => values.length === lines[0]?.values.length;
  return [...lines.filter(isFirst), ...lines.filter((line) => !isFirst(line))];
}

/** Names stay names: what they resolve to is the machine's affair. */
const listenAddress: PrintedOption = {
  name: 'ListenAddress',
  print(state) {
    const family = state.one('addressfamily')?.values[0] ?? 'any';
    const ports = portsOf(state)?.map((held) => held.values[0] ?? PORT) ?? [PORT];
    const lines = state.all('listenaddress');
    if (lines.length === 0) {
      const at = state.all('port')[0]?.at ?? state.one('addressfamily')?.at;
      return ports.flatMap((number) =>
        resolved('', family).map((address) => ({
          values: [socket(address, number)],
          ...(at === undefined ? {} : { at }),
        })),
      );
    }
    return byDomain(lines).flatMap(({ values: [value = '', ...domain], at }) => {
      const target = listenTarget(value);
      if (target === undefined) return [];
      const literal = numericHost(target.host);
      const host = family === 'inet' ? (literal?.mapped ?? literal?.text) : literal?.text;
      const addresses = host === undefined ? (target.host === '*' ? resolved('*', family) : [target.host]) : [host];
      const numbers = target.port === undefined ? ports : [String(readPort(target.port, state.services) ?? 0)];
      return numbers.flatMap((number) =>
        addresses.map((address) => ({ values: [socket(address, number), ...domain], at })),
      );
    });
  },
};

const maxStartups: PrintedOption = {
  name: 'MaxStartups',
  print(state) {
    const held = state.one('maxstartups');
    return [{ ...held, values: [(held?.values ?? ['10', '30', '100']).join(':')] }];
  },
};

const netBlockSize: PrintedOption = {
  name: 'PerSourceNetBlockSize',
  since: '8.5',
  print(state) {
    const held = state.one('persourcenetblocksize');
    return [{ ...held, values: [(held?.values ?? ['32', '128']).join(':')] }];
  },
};

const ipQos: PrintedOption = one('IPQoS', (openssh) => {
  // Debian's builds up to 9.x keep the classes of before 7.8.
  if (!from(openssh, '10.0')) return 'lowdelay throughput';
  return from(openssh, '10.1') ? 'ef cs0' : 'ef cs1';
});

const rekeyLimit: PrintedOption = {
  name: 'RekeyLimit',
  print(state) {
    const [size, time] = [state.one('rekeylimit'), state.one('rekeylimit.time')];
    const at = size?.at ?? time?.at;
    return [{ values: [size?.values[0] ?? '0', time?.values[0] ?? '0'], ...(at === undefined ? {} : { at }) }];
  },
};

const subsystem: PrintedOption = {
  name: 'Subsystem',
  print: (state) => state.all('subsystem'),
};

const PENALTIES: readonly (readonly [name: string, fallback: string, since?: string])[] = [
  ['crash', '90'],
  ['authfail', '5'],
  ['noauth', '1'],
  ['invaliduser', '5', '10.3'],
  ['grace-exceeded', '10'],
  ['refuseconnection', '10', '9.9'],
  ['max', '600'],
  ['min', '15'],
  ['max-sources4', '65536'],
  ['max-sources6', '65536'],
  ['overflow', 'permissive'],
  ['overflow6', ''],
];

const penalties: PrintedOption = {
  name: 'PerSourcePenalties',
  since: '9.8',
  print(state, openssh) {
    const key = 'persourcepenalties';
    const switched = state.one(key);
    if (switched?.values[0] === 'no') return [switched];
    const values = PENALTIES.filter(([, , since]) => inVersions(openssh, since)).map(([name, fallback]) => {
      const given = state.one(`${key}.${name}`)?.values[0] ?? fallback;
      const value = given === '' ? (state.one(`${key}.overflow`)?.values[0] ?? 'permissive') : given;
      // Since 10.3 times are numbers with a fraction.
      const fraction = from(openssh, '10.3') && !/^(?:max-sources|overflow)/.test(name);
      return `${name}:${fraction ? withFraction(Number(value)) : value}`;
    });
    return [{ ...switched, values }];
  },
};

/** `%f`: toFixed() turns to powers of ten where the number has no fraction any more. */
const withFraction = (seconds: number): string =>
  Number.isSafeInteger(seconds) || seconds < 1e15 ? seconds.toFixed(6) : `${BigInt(seconds)}.000000`;

const BEFORE_10_6 = { until: '10.6' };

/** Options in the order of `sshd -T`, with the defaults of Debian's builds. */
export const OPTIONS: readonly PrintedOption[] = [
  port,
  one('AddressFamily', 'any'),
  listenAddress,
  one('UsePAM', 'no'),
  one('PAMServiceName', 'sshd', { since: '9.8' }),
  one('LoginGraceTime', '120'),
  one('X11DisplayOffset', '10'),
  one('MaxAuthTries', '6'),
  one('MaxSessions', '10'),
  one('ClientAliveInterval', '0'),
  one('ClientAliveCountMax', '3'),
  one('RequiredRSASize', '1024', { since: '9.1' }),
  one('StreamLocalBindMask', '0177'),
  one('UnusedConnectionTimeout', 'none', { since: '9.2' }),
  one('PermitRootLogin', rootWithoutPassword),
  one('IgnoreRhosts', 'yes'),
  one('IgnoreUserKnownHosts', 'no'),
  one('HostbasedAuthentication', 'no'),
  one('HostbasedUsesNameFromPacketOnly', 'no'),
  one('PubkeyAuthentication', 'yes'),
  one('KerberosAuthentication', 'no', BEFORE_10_6),
  one('KerberosOrLocalPasswd', 'yes', BEFORE_10_6),
  one('KerberosTicketCleanup', 'yes', BEFORE_10_6),
  one('GSSAPIAuthentication', 'no', BEFORE_10_6),
  one('GSSAPICleanupCredentials', 'yes', BEFORE_10_6),
  one('GSSAPIKeyExchange', 'no', BEFORE_10_6),
  one('GSSAPIStrictAcceptorCheck', 'yes', BEFORE_10_6),
  one('GSSAPIStoreCredentialsOnRekey', 'no', BEFORE_10_6),
  algorithmList('GSSAPIKexAlgorithms', 'gss-kex', BEFORE_10_6),
  one('PasswordAuthentication', 'yes'),
  one('KbdInteractiveAuthentication', 'yes'),
  one('PrintMotd', 'yes'),
  one('PrintLastLog', 'yes'),
  one('X11Forwarding', 'no'),
  one('X11UseLocalhost', 'yes'),
  one('PermitTTY', 'yes'),
  one('PermitUserRC', 'yes'),
  one('StrictModes', 'yes'),
  one('TCPKeepAlive', (openssh) => (from(openssh, '10.6') ? 'true' : 'yes')),
  one('PermitEmptyPasswords', 'no'),
  one('Compression', 'yes'),
  one('GatewayPorts', 'no'),
  one('UseDNS', 'no'),
  one('AllowTcpForwarding', 'yes'),
  one('AllowAgentForwarding', 'yes'),
  one('DisableForwarding', 'no'),
  one('AllowStreamLocalForwarding', 'yes'),
  one('StreamLocalBindUnlink', 'no'),
  one('FingerprintHash', 'SHA256'),
  one('ExposeAuthInfo', 'no'),
  one('WarnWeakCrypto', 'true', { since: '10.6' }),
  one('RefuseConnection', 'no', { since: '9.9' }),
  one('DebianBanner', 'yes', { since: '9.9' }),
  one('PidFile', '/run/sshd.pid'),
  one('ModuliFile', '/etc/ssh/moduli', { since: '8.6' }),
  one('XAuthLocation', '/usr/bin/xauth'),
  algorithmList('Ciphers', 'ciphers'),
  algorithmList('MACs', 'macs'),
  one('Banner', 'none'),
  one('ForceCommand', 'none'),
  one('ChrootDirectory', 'none'),
  one('TrustedUserCAKeys', 'none'),
  one('RevokedKeys', 'none', { until: '10.3' }),
  one('SecurityKeyProvider', 'internal', { since: '8.2' }),
  one('AuthorizedPrincipalsFile', 'none'),
  one('VersionAddendum', 'none'),
  one('AuthorizedKeysCommand', 'none'),
  one('AuthorizedKeysCommandUser', 'none'),
  one('AuthorizedPrincipalsCommand', 'none'),
  one('AuthorizedPrincipalsCommandUser', 'none'),
  one('HostKeyAgent', 'none'),
  algorithmList('KexAlgorithms', 'kex'),
  algorithmList('CASignatureAlgorithms', 'ca-sigs'),
  algorithmList('HostbasedAcceptedAlgorithms', 'sigs'),
  algorithmList('HostKeyAlgorithms', 'sigs'),
  algorithmList('PubkeyAcceptedAlgorithms', 'sigs'),
  one('SshdSessionPath', '/usr/lib/openssh/sshd-session', { since: '9.8' }),
  one('SshdAuthPath', '/usr/lib/openssh/sshd-auth', { since: '10.0' }),
  one('PerSourcePenaltyExemptList', 'none', { since: '9.8' }),
  one('AgentSocketPath', 'user:.ssh/agent', { since: '10.6' }),
  one('LogLevel', 'INFO'),
  one('SyslogFacility', 'AUTH'),
  one('AuthorizedKeysFile', '.ssh/authorized_keys .ssh/authorized_keys2'),
  one('RevokedKeys', () => undefined, { since: '10.3' }),
  each('HostKey', (openssh) =>
    ['rsa', 'ecdsa', 'ed25519', ...(from(openssh, '10.4') ? ['mldsa44_ed25519'] : [])].map(
      (kind) => `/etc/ssh/ssh_host_${kind}_key`,
    ),
  ),
  each('HostCertificate'),
  each('AllowUsers'),
  each('DenyUsers'),
  each('AllowGroups'),
  each('DenyGroups'),
  each('AcceptEnv'),
  each('SetEnv'),
  one('AuthenticationMethods', 'any'),
  one('LogVerbose', () => undefined, { since: '8.5' }),
  one('ChannelTimeout', (openssh) => (from(openssh, '9.3') ? 'none' : undefined), { since: '9.2' }),
  subsystem,
  maxStartups,
  one('PerSourceMaxStartups', 'none', { since: '8.5' }),
  netBlockSize,
  one('PermitTunnel', 'no'),
  ipQos,
  rekeyLimit,
  one('PermitOpen', 'any'),
  one('PermitListen', 'any'),
  one('PermitUserEnvironment', 'no'),
  one('PubkeyAuthOptions', (openssh) => (from(openssh, '10.6') ? 'none max-pk-ok:6' : 'none'), { since: '8.2' }),
  penalties,
];
