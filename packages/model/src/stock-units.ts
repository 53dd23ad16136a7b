import type { FileDaemon } from './started.ts';

/**
 * How the unit of a package is known. `package`: the package was unpacked and its file read. `seen`: only copies of it that users of the
 * distribution published, or those of the releases around it.
 */
export type UnitKnown = 'package' | 'seen';

/** What matters of a unit that a distribution packages. */
export interface PackagedUnit {
  /** As Targets.os names them. */
  readonly os: readonly string[];
  readonly known: UnitKnown;
  /** haproxy.service */
  readonly unit: string;
  /** Files of variables, in the order in which systemd reads them; all may be missing. */
  readonly variableFiles: readonly string[];
  /** Environment=, as NAME=value. */
  readonly environment: readonly string[];
  /** The words of ExecStart=. */
  readonly command: readonly string[];
  /** BindReadOnlyPaths=, where the package was unpacked. */
  readonly bindReadOnlyPaths?: readonly string[];
}

/** The unit that a distribution packages with a daemon. */
export interface StockUnit extends PackagedUnit {
  readonly daemon: FileDaemon;
}

const HAPROXY_DEBIAN = {
  daemon: 'haproxy',
  unit: 'haproxy.service',
  variableFiles: ['/etc/default/haproxy', '/etc/sysconfig/haproxy'],
  environment: ['CONFIG=/etc/haproxy/haproxy.cfg', 'PIDFILE=/run/haproxy.pid', 'EXTRAOPTS=-S /run/haproxy-master.sock'],
  command: ['/usr/sbin/haproxy', '-Ws', '-f', '$CONFIG', '-p', '$PIDFILE', '$EXTRAOPTS'],
} as const;

const KEEPALIVED_DEBIAN = {
  daemon: 'keepalived',
  unit: 'keepalived.service',
  variableFiles: ['/etc/default/keepalived'],
  environment: [],
  command: ['/usr/sbin/keepalived', '--dont-fork', '$DAEMON_ARGS'],
} as const;

const SSHD_DEBIAN = {
  daemon: 'sshd',
  unit: 'ssh.service',
  variableFiles: ['/etc/default/ssh'],
  environment: [],
  command: ['/usr/sbin/sshd', '-D', '$SSHD_OPTS'],
} as const;

const SEEN: readonly string[] = ['debian12', 'debian13'];
const UNSEEN: readonly string[] = ['debian11', 'ubuntu20.04', 'ubuntu22.04', 'ubuntu24.04'];

/**
 * Units of the packages. Debian: haproxy 2.6.12 and 3.0.11, keepalived 2.2.7 (2.3.4 of a later package has the same lines), openssh-server
 * 9.2p1 and 10.0p1, unpacked with dpkg-deb. keepalived of RHEL 8 and 9 differs in --dont-fork alone, which names no file. docs/versions.md
 * tells the same.
 */
export const STOCK_UNITS: readonly StockUnit[] = [
  { ...HAPROXY_DEBIAN, os: SEEN, known: 'package', bindReadOnlyPaths: ['/dev/log:/var/lib/haproxy/dev/log'] },
  { ...HAPROXY_DEBIAN, os: UNSEEN, known: 'seen' },
  { ...KEEPALIVED_DEBIAN, os: ['debian12'], known: 'package' },
  { ...KEEPALIVED_DEBIAN, os: ['debian11', 'debian13', 'ubuntu20.04', 'ubuntu22.04', 'ubuntu24.04'], known: 'seen' },
  { ...SSHD_DEBIAN, os: SEEN, known: 'package' },
  { ...SSHD_DEBIAN, os: UNSEEN, known: 'seen' },
  {
    daemon: 'haproxy',
    os: ['rhel8', 'rhel9', 'rhel10'],
    known: 'seen',
    unit: 'haproxy.service',
    variableFiles: ['/etc/sysconfig/haproxy'],
    environment: ['CONFIG=/etc/haproxy/haproxy.cfg', 'PIDFILE=/run/haproxy.pid', 'CFGDIR=/etc/haproxy/conf.d'],
    command: ['/usr/sbin/haproxy', '-Ws', '-f', '$CONFIG', '-f', '$CFGDIR', '-p', '$PIDFILE', '$OPTIONS'],
  },
  {
    daemon: 'keepalived',
    os: ['rhel8', 'rhel9', 'rhel10'],
    known: 'seen',
    unit: 'keepalived.service',
    variableFiles: ['/etc/sysconfig/keepalived'],
    environment: [],
    command: ['/usr/sbin/keepalived', '$KEEPALIVED_OPTIONS'],
  },
  {
    daemon: 'sshd',
    os: ['rhel8'],
    known: 'seen',
    unit: 'sshd.service',
    variableFiles: ['/etc/crypto-policies/back-ends/opensshserver.config', '/etc/sysconfig/sshd'],
    environment: [],
    command: ['/usr/sbin/sshd', '-D', '$OPTIONS', '$CRYPTO_POLICY'],
  },
  {
    daemon: 'sshd',
    os: ['rhel9', 'rhel10'],
    known: 'seen',
    unit: 'sshd.service',
    variableFiles: ['/etc/sysconfig/sshd'],
    environment: [],
    command: ['/usr/sbin/sshd', '-D', '$OPTIONS'],
  },
];

/** The unit that an operating system packages with a daemon. */
export function stockUnitOf(os: string | undefined, daemon: string): StockUnit | undefined {
  return os === undefined ? undefined : STOCK_UNITS.find((each) => each.daemon === daemon && each.os.includes(os));
}

/** Any file of variables of any package: without one in a tree no stock unit counts. */
export const STOCK_VARIABLE_FILES: ReadonlySet<string> = new Set(
  STOCK_UNITS.flatMap(({ variableFiles }) => variableFiles),
);
