// Who gets the port: real sshd and haproxy in a network namespace beside halint's listener predictor.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HOSTS, LOCAL_PREFIX, LOCAL_PREFIX6, REAL, REAL6, VIP, VIP6, bracket } from './bind-scenarios.mjs';

const PLAY = fileURLToPath(new URL('bind-play.sh', import.meta.url));
const PATHS = ['/usr/sbin', '/usr/local/sbin', '/usr/bin'];
const found = (name) => PATHS.map((path) => join(path, name)).find((path) => existsSync(path));

const sysctlOf = ({ v4, v6, v6only }) =>
  `net.ipv4.ip_nonlocal_bind = ${v4}\nnet.ipv6.ip_nonlocal_bind = ${v6}\nnet.ipv6.bindv6only = ${v6only}\n`;
const haproxyOf = ({ binds, disabled, global, sections }) =>
  `global\n  maxconn 100\n  localpeer lab-peer\n${global.map((line) => `  ${line}\n`).join('')}defaults\n  mode tcp\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\nlisten x\n${binds
    .map((bind) => `  bind ${bind}\n`)
    .join(
      '',
    )}  server s 127.0.0.1:9\n${disabled.map((bind) => `frontend off\n  disabled\n  bind ${bind}\n`).join('')}${sections.join('')}`;

/** The files that halint sees: a holder has the VIPs as addresses like any other, for a standby keepalived names them. */
export function filesOf(scenario) {
  const { sshd, args, sysctl, holder, environment } = scenario;
  const keepalived = `vrrp_instance A {\n  interface v0\n  virtual_router_id 9\n  priority 100\n  virtual_ipaddress {\n    ${VIP}/32\n  }\n  virtual_ipaddress_excluded {\n    ${VIP6}/128\n  }\n}\n`;
  const address = (family, local, prefixlen) => ({ family, local, prefixlen, scope: 'global' });
  const link = (ifname, addr_info) => ({ ifname, flags: ['UP'], addr_info });
  const facts = [
    link('lo', [
      address('inet', '127.0.0.1', 8),
      address('inet6', '::1', 128),
      ...[LOCAL_PREFIX, LOCAL_PREFIX6].map((each) => {
        const [local, length] = each.split('/');
        return address(local.includes(':') ? 'inet6' : 'inet', local, Number(length));
      }),
    ]),
    link('v0', [
      address('inet', REAL, 24),
      address('inet6', REAL6, 64),
      ...(holder ? [address('inet', VIP, 32), address('inet6', VIP6, 128)] : []),
    ]),
    link('v1', []),
  ];
  return new Map([
    ...(holder ? [] : [['h/etc/keepalived/keepalived.conf', keepalived]]),
    ['h/etc/haproxy/haproxy.cfg', haproxyOf(scenario)],
    ['h/etc/hosts', HOSTS],
    [
      'h/etc/systemd/system/haproxy.service',
      `[Service]\n${Object.entries(environment)
        .map(([name, value]) => `Environment="${name}=${value}"\n`)
        .join('')}ExecStart=/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg\n`,
    ],
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
      `addr add ${LOCAL_PREFIX} dev lo`,
      `addr add ${LOCAL_PREFIX6} dev lo nodad`,
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
        {
          timeout: 60_000,
          env: { ...process.env, ...scenario.environment, SSHD: found('sshd'), HAPROXY: found('haproxy') },
        },
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
