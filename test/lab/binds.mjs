// Who gets the port: real sshd and haproxy in a network namespace beside halint's listener predictor.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomNumbers } from './randomness.mjs';

const PLAY = fileURLToPath(new URL('bind-play.sh', import.meta.url));
const PATHS = ['/usr/sbin', '/usr/local/sbin', '/usr/bin'];
const found = (name) => PATHS.map((path) => join(path, name)).find((path) => existsSync(path));

const REAL = '10.99.0.11';
const REAL6 = 'fd99::11';
const VIP = '10.99.0.100';
const VIP6 = 'fd99::100';
/** An address that no host has. */
const NOBODY = '10.99.0.77';
/** The real address in IPv6's clothes. */
const MAPPED = `::ffff:${REAL}`;
/** A name for both real addresses, besides localhost. */
const NAME = 'lab';
const HOSTS = `127.0.0.1 localhost\n::1 localhost\n${REAL} ${NAME}\n${REAL6} ${NAME}\n`;

const bracket = (address) => (address.includes(':') ? `[${address}]` : address);

/** What the unit may put behind `sshd -D`. */
const ARGUMENTS = [
  ['-p', '2222'],
  ['-p', '2222', '-p', '2223'],
  ['-o', `ListenAddress=${REAL}`],
  ['-oPort=2223'],
  ['-4'],
  ['-6'],
  ['-o', 'AddressFamily=inet', '-p', '2223'],
];

/** What a scenario holds: sshd_config and binds as text, sshd's arguments, kernel settings, whether the host has its VIPs. */
export function randomBinds(seed, number) {
  const next = randomNumbers(seed * 1_000_003 + number);
  const random = (bound) => next() % bound;
  const pick = (list) => list[random(list.length)];
  const chance = (percent) => random(100) < percent;
  const port = () => pick([2222, 2222, 2222, 2223]);

  const sshd = [];
  const family = pick(['any', 'any', 'inet', 'inet6', undefined, undefined]);
  if (family !== undefined) sshd.push(`AddressFamily ${family}`);
  const lines = [];
  for (let i = pick([1, 1, 1, 2]); i > 0; i--) lines.push(`Port ${i === 2 ? 2223 : port()}`);
  const addresses = [REAL, REAL, '0.0.0.0', '::', REAL6, '127.0.0.1', '::1', VIP, VIP6, NOBODY, '*'];
  addresses.push(MAPPED, NAME, 'localhost');
  if (chance(65)) {
    for (let i = pick([1, 1, 2, 3]); i > 0; i--) {
      const address = pick(addresses);
      lines.push(`ListenAddress ${chance(25) && address !== '*' ? `${bracket(address)}:${port()}` : address}`);
    }
  }
  // Port and ListenAddress count in any order.
  if (chance(30)) lines.reverse();
  sshd.push(...lines);

  const binds = [];
  const hosts = [VIP, VIP, VIP, VIP6, REAL, REAL6, '*', '0.0.0.0', '::', '', NOBODY, '127.0.0.1', 'ipv4@*', 'ipv6@::'];
  hosts.push(`[${MAPPED}]`, NAME, `ipv4@${NAME}`, 'localhost', 'ipv6@localhost');
  for (let i = pick([1, 1, 2, 3]); i > 0; i--) {
    const host = pick(hosts);
    const ports = chance(10) ? '2222-2223' : `${pick([2222, 2222, 2222, 2223, 8080])}`;
    const is6 = host.includes(':');
    const options = [];
    if (is6 && chance(40)) options.push(pick(['v4v6', 'v6only']));
    if (chance(15)) options.push('transparent');
    if (chance(10)) options.push('interface v0');
    if (chance(5)) options.push('name x');
    const address = `${is6 && chance(50) && !/[@[]/.test(host) ? bracket(host) : host}:${ports}`;
    binds.push([address, ...options].join(' '));
  }
  if (chance(10) && binds.length > 1 && binds.every((bind) => !bind.includes(' ')))
    binds.splice(0, 2, binds.slice(0, 2).join(','));
  return {
    name: `${seed}-${number}`,
    sshd,
    binds,
    // Of a proxy that is disabled: it opens nothing.
    disabled: chance(10) ? [pick(['*:2222', `${REAL}:2223`])] : [],
    args: chance(25) ? pick(ARGUMENTS) : [],
    sysctl: { v4: chance(50) ? 1 : 0, v6: chance(50) ? 1 : 0, v6only: chance(15) ? 1 : 0 },
    holder: chance(60),
  };
}

/** A set that is the same for all times: what the random ones once found, and what the table of binds in sshd and haproxy rests on. */
export function fixedBinds() {
  const on = { v4: 1, v6: 1, v6only: 0 };
  const off = { v4: 0, v6: 0, v6only: 0 };
  const make = (name, sshd, binds, sysctl = on, holder = true, more = {}) => ({
    ...{ name, sshd, binds, sysctl, holder, disabled: [], args: [] },
    ...more,
  });
  return [
    make('everywhere', ['Port 2222'], [`${VIP}:2222`]),
    make('own-address', ['Port 2222', `ListenAddress ${REAL}`], [`${VIP}:2222`]),
    make('ipv4-everywhere', ['Port 2222', 'AddressFamily inet'], [`${VIP}:2222`, `[${VIP6}]:2222`]),
    make('ipv6-everywhere', ['Port 2222', 'AddressFamily inet6'], [`${VIP}:2222`]),
    make('any-v4v6', ['Port 2222'], [':::2222 v4v6']),
    make('own-sockets-overlap', ['Port 2222', `ListenAddress ${REAL}`, 'ListenAddress 0.0.0.0'], ['*:8080']),
    make('port-range', ['Port 2223', `ListenAddress ${REAL}`], [`${REAL}:2222-2223`]),
    make('interface', ['Port 2222'], [`${VIP}:2222 interface v0`]),
    make('only-v6', ['Port 2222', 'AddressFamily inet'], [':::2222 v6only']),
    make('bindv6only', ['Port 2222', 'AddressFamily inet'], [':::2222'], { ...on, v6only: 1 }),
    make('standby-refused', ['Port 2222', `ListenAddress ${REAL}`], [`${VIP}:2222`], off, false),
    make('standby-nonlocal', ['Port 2222', `ListenAddress ${REAL}`], [`${VIP}:2222`], on, false),
    make('standby-transparent', ['Port 2222', `ListenAddress ${REAL}`], [`${VIP}:2222 transparent`], off, false),
    make('standby-v6', ['Port 2222', `ListenAddress ${REAL6}`], [`[${VIP6}]:2222`], { ...on, v6: 0 }, false),
    make('sshd-on-vip', ['Port 2222', `ListenAddress ${VIP}`], ['*:8080'], off, false),
    make('mapped', ['Port 2222', `ListenAddress ${REAL}`], [`[${MAPPED}]:2222`]),
    make('localhost', ['Port 2222', 'ListenAddress localhost'], ['localhost:2222']),
    make('by-name', ['Port 2222', `ListenAddress ${NAME}`], [`${NAME}:2222`]),
    make('disabled', ['Port 2222'], ['*:8080'], on, true, { disabled: ['*:2222'] }),
    make('port-argument', ['Port 2223'], [`${VIP}:2222`], on, true, { args: ['-p', '2222'] }),
    make('address-argument', ['Port 2222'], [`${VIP}:2222`], on, true, { args: ['-o', `ListenAddress=${REAL}`] }),
    make('nobody', ['Port 2222', `ListenAddress ${NOBODY}`], [`${NOBODY}:2223`], off),
  ];
}

const sysctlOf = ({ v4, v6, v6only }) =>
  `net.ipv4.ip_nonlocal_bind = ${v4}\nnet.ipv6.ip_nonlocal_bind = ${v6}\nnet.ipv6.bindv6only = ${v6only}\n`;
const haproxyOf = ({ binds, disabled }) =>
  `global\n  maxconn 100\ndefaults\n  mode tcp\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\nlisten x\n${binds
    .map((bind) => `  bind ${bind}\n`)
    .join('')}  server s 127.0.0.1:9\n${disabled.map((bind) => `frontend off\n  disabled\n  bind ${bind}\n`).join('')}`;

/** The files that halint sees: a holder has the VIPs as addresses like any other, for a standby keepalived names them. */
export function filesOf(scenario) {
  const { sshd, args, sysctl, holder } = scenario;
  const keepalived = `vrrp_instance A {\n  interface v0\n  virtual_router_id 9\n  priority 100\n  virtual_ipaddress {\n    ${VIP}/32\n  }\n  virtual_ipaddress_excluded {\n    ${VIP6}/128\n  }\n}\n`;
  const address = (family, local, prefixlen) => ({ family, local, prefixlen, scope: 'global' });
  const link = (ifname, addr_info) => ({ ifname, flags: ['UP'], addr_info });
  const facts = [
    link('lo', [address('inet', '127.0.0.1', 8), address('inet6', '::1', 128)]),
    link('v0', [
      address('inet', REAL, 24),
      address('inet6', REAL6, 64),
      ...(holder ? [address('inet', VIP, 32), address('inet6', VIP6, 128)] : []),
    ]),
  ];
  return new Map([
    ...(holder ? [] : [['h/etc/keepalived/keepalived.conf', keepalived]]),
    ['h/etc/haproxy/haproxy.cfg', haproxyOf(scenario)],
    ['h/etc/hosts', HOSTS],
    ...(args.length === 0
      ? []
      : [['h/etc/systemd/system/ssh.service', `[Service]\nExecStart=/usr/sbin/sshd -D ${args.join(' ')}\n`]]),
    ['h/etc/ssh/sshd_config', `${sshd.join('\n')}\n`],
    ['h/etc/sysctl.d/90-lab.conf', sysctlOf(sysctl)],
    ['h/facts/ip-address.json', JSON.stringify(facts)],
  ]);
}

let key;

/** A host key for every play of this process. */
function hostKey() {
  if (key === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'halint-lab-key-'));
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    key = join(folder, 'key');
  }
  return key;
}

/** Why binds cannot be played here, in a line; undefined when they can. */
export function bindProblem() {
  if (process.getuid?.() !== 0) return 'network namespaces take root';
  for (const name of ['sshd', 'haproxy', 'ip', 'ss', 'ssh-keygen', 'unshare', 'sysctl'])
    if (found(name) === undefined && !existsSync(`/sbin/${name}`) && !existsSync(`/bin/${name}`))
      return `${name} is not here: npm run daemons`;
  return undefined;
}

/** What became of the services when started in that order: { sshd, haproxy, sockets: [service address:port] }. */
export async function playBinds(scenario, order, { holder = scenario.holder } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'halint-lab-'));
  try {
    const network = [
      'link add v0 type veth peer name v1',
      'link set v0 up',
      'link set v1 up',
      `addr add ${REAL}/24 dev v0`,
      `addr add ${REAL6}/64 dev v0 nodad`,
      ...(holder ? [`addr add ${VIP}/32 dev v0`, `addr add ${VIP6}/128 dev v0 nodad`] : []),
    ];
    writeFileSync(join(folder, 'network'), `${network.join('\n')}\n`);
    writeFileSync(join(folder, 'sysctl'), sysctlOf(scenario.sysctl));
    writeFileSync(
      join(folder, 'sshd_config'),
      `PidFile none\nUsePAM no\nHostKey ${hostKey()}\n${scenario.sshd.join('\n')}\n`,
    );
    writeFileSync(join(folder, 'haproxy.cfg'), haproxyOf(scenario));
    writeFileSync(join(folder, 'hosts'), HOSTS);
    writeFileSync(join(folder, 'sshd.args'), scenario.args.join(' '));
    const out = await new Promise((resolve, reject) => {
      execFile(
        'unshare',
        [
          '-m',
          '-n',
          '-p',
          '-f',
          '--kill-child',
          '--mount-proc',
          '--propagation',
          'private',
          'sh',
          PLAY,
          folder,
          ...order,
        ],
        { timeout: 60_000, env: { ...process.env, SSHD: found('sshd'), HAPROXY: found('haproxy') } },
        (error, stdout, stderr) => (error?.code === 120 ? reject(new Error(`no network: ${stderr}`)) : resolve(stdout)),
      );
    });
    const result = { sockets: [], log: readFileSync(join(folder, 'network.log'), 'utf8') };
    for (const line of out.split('\n')) {
      const fate = /^(sshd|haproxy) (up|exit|silent)/.exec(line);
      if (fate !== null) result[fate[1]] = fate[2];
      const socket = /^LISTEN\s+\S+\s+\S+\s+(\S+)\s.*\(\("([^"]+)"/.exec(line);
      if (socket !== null) result.sockets.push(`${socket[2]} ${socketName(socket[1])}`);
    }
    result.sockets = [...new Set(result.sockets)].sort();
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `0.0.0.0%v0:2222`, `*:2222` (:: with IPv4), `[::]:2222` as address:port. */
function socketName(text) {
  const [, address, port] = /^(.*):(\d+)$/.exec(text.replace(/%[^:\]]+/, ''));
  return `${address === '*' ? '[::]' : address}:${port}`;
}

/** The sockets that a service keeps, as ss names them, from a report. */
function predictedSockets({ sockets }, service, outcome) {
  const lost = outcome.startsWith('up-without:') ? outcome.slice('up-without:'.length).split(',') : [];
  return sockets
    .filter((socket) => socket.service === service && outcome !== 'exit')
    .filter(({ family }) => outcome !== `up-without-${family}`)
    .flatMap(({ address, port, portTo = port }) =>
      Array.from({ length: portTo - port + 1 }, (_, i) => `${bracket(address)}:${port + i}`),
    )
    .filter((name) => !lost.includes(name))
    .map((name) => `${service} ${name}`);
}

/** What halint says of a service alone, as up or exit with its sockets. */
function alone(report, service) {
  const start = report.starts[service];
  if (start.startsWith('fails')) return 'exit';
  const without = /^ok: without (.*)$/.exec(start)?.[1];
  return without === undefined ? 'up' : `up-without:${without.replaceAll(', ', ',')}`;
}

/** Differences between what was seen and what halint says, in words. */
export async function differences(scenario, { predictListeners, snapshotFromFiles }) {
  const report = predictListeners(snapshotFromFiles(filesOf(scenario)))[0];
  const wrong = [];
  const check = (what, seen, wanted) => {
    const sockets = Object.entries(wanted).flatMap(([service, outcome]) => predictedSockets(report, service, outcome));
    for (const [service, outcome] of Object.entries(wanted)) {
      const fate = outcome === 'exit' ? 'exit' : 'up';
      if (seen[service] !== fate) wrong.push(`${what}: ${service} ${seen[service]}, halint ${outcome}`);
    }
    const names = [...new Set(sockets)].sort().join(' ');
    if (names !== seen.sockets.join(' ')) wrong.push(`${what}: sockets ${seen.sockets.join(', ')}; halint ${names}`);
  };
  if (!scenario.holder) {
    // Alone, while another host has the VIPs.
    for (const service of ['sshd', 'haproxy'])
      check(`${service} alone`, await playBinds(scenario, [service]), { [service]: alone(report, service) });
    return wrong;
  }
  for (const order of [
    ['sshd', 'haproxy'],
    ['haproxy', 'sshd'],
  ]) {
    const told = report.conflicts[0]?.orders.find(({ first }) => first === order[0]);
    // Without a conflict each does what it does alone.
    const wanted = { sshd: told?.sshd ?? alone(report, 'sshd'), haproxy: told?.haproxy ?? alone(report, 'haproxy') };
    check(`${order[0]} first`, await playBinds(scenario, order), wanted);
  }
  return wrong;
}
