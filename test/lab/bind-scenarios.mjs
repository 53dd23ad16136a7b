// What is played of binds: hosts with sshd_config, haproxy.cfg and kernel settings, random ones and a set that stays the same.
import { randomNumbers } from './randomness.mjs';

export const REAL = '10.99.0.11';
export const REAL6 = 'fd99::11';
export const VIP = '10.99.0.100';
export const VIP6 = 'fd99::100';
/** An address that no host has. */
const NOBODY = '10.99.0.77';
/** A prefix that stands on lo, and addresses within it. */
export const LOCAL_PREFIX = '10.77.0.5/16';
export const LOCAL_PREFIX6 = 'fd77::1/64';
const IN_PREFIX = ['10.77.3.3', '10.77.255.255'];
const IN_PREFIX6 = 'fd77::5';
/** The real address in IPv6's clothes. */
const MAPPED = `::ffff:${REAL}`;
/** A name for both real addresses, besides localhost. */
const NAME = 'lab';
export const HOSTS = `127.0.0.1 localhost\n::1 localhost\n${REAL} ${NAME}\n${REAL6} ${NAME}\n`;

export const bracket = (address) => (address.includes(':') ? `[${address}]` : address);

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
  addresses.push(MAPPED, NAME, 'localhost', ...IN_PREFIX);
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
  // Of what came later: the draws of older seeds stay as they are otherwise.
  const more = randomNumbers(seed * 1_000_003 + number + 500_009);
  const also = (percent) => more() % 100 < percent;
  const choose = (list) => list[more() % list.length];
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
  const { global, environment } = variables(binds, { also, choose });
  if (also(20))
    binds.push(`${choose([...IN_PREFIX, `[::ffff:${IN_PREFIX[0]}]`, `[${IN_PREFIX6}]`])}:${choose([2222, 8081])}`);
  if (also(15))
    binds.push(`${choose(['127.0.0.1', `[::1]`, REAL, IN_PREFIX[0]])}:8082 interface ${choose(['lo', 'v0', 'v1'])}`);
  if (also(10)) binds.push(choose(['abns@lab', 'unix@/run/sshd/lab.sock', '/run/sshd/lab.sock mode 600']));
  if (also(10))
    binds.push(
      `[::ffff:${choose([VIP, NOBODY, '0.0.0.0'])}]:${choose([2222, 8083])}${choose(['', ' v6only', ' v4v6', ' transparent'])}`,
    );
  if (also(10))
    binds.push(
      `${choose(['tcp4@', 'tcp@', 'stream+ipv4@'])}${choose([REAL, '127.0.0.1'])}:2221-${choose([2222, 2224])}`,
    );
  if (also(10))
    binds.push(
      `${REAL}:2222,127.0.0.1:${choose([2223, 8084])},${choose([VIP, '*'])}:8085${choose(['', ' transparent'])}`,
    );
  if (also(8)) global.push('noreuseport');
  if (also(8))
    global.push(
      `stats socket ${choose([`ipv4@${REAL}`, 'ipv4@127.0.0.1', `ipv6@[${REAL6}]`, `ipv4@${VIP}`])}:${choose([2222, 9999])}`,
    );
  const sections = [];
  if (also(12))
    sections.push(
      `log-forward l\n  ${choose(['bind', 'dgram-bind', 'dgram-bind'])} ${choose([REAL, '127.0.0.1', VIP, NOBODY, '*', IN_PREFIX[0], '[::1]'])}:${choose([2222, 5514])}${choose(['', '', ' transparent'])}\n  log 127.0.0.1:9 local0\n`,
    );
  if (also(8))
    sections.push(
      `peers p\n  bind ${choose([REAL, VIP, '*'])}:${choose([2222, 1024])}\n  server ${choose(['lab-peer', 'lab-peer', 'other'])}\n`,
    );
  return {
    name: `${seed}-${number}`,
    sshd,
    binds,
    // Of a proxy that is disabled: it opens nothing.
    disabled: chance(10) ? [pick(['*:2222', `${REAL}:2223`])] : [],
    ...{ global, environment, sections },
    args: chance(25) ? pick(ARGUMENTS) : [],
    sysctl: { v4: chance(50) ? 1 : 0, v6: chance(50) ? 1 : 0, v6only: chance(15) ? 1 : 0 },
    holder: chance(60),
  };
}

/** Variables in the place of addresses and ports: lines of `global`, and what the unit gives. Changes the binds. */
function variables(binds, { also, choose }) {
  const global = [];
  const environment = {};
  for (const [i, bind] of binds.entries()) {
    if (!also(25)) continue;
    const [, host, port, rest] = /^(.*):([\d-]+)( .*)?$/.exec(bind) ?? [];
    if (host === undefined || host === '' || /[,]/.test(host)) continue;
    const name = `LAB_${i}`;
    const wanted = choose(['host', 'port', 'both']);
    const value = wanted === 'host' ? host : wanted === 'port' ? port : `${host}:${port}`;
    const other = choose(['127.0.0.1:2229', '2229', value]);
    const kind = choose([
      'setenv',
      'setenv',
      'presetenv',
      'unit',
      'preset-unit',
      'twice',
      'unset',
      'reset',
      'reset-kept',
      'through',
    ]);
    if (kind === 'setenv') global.push(`setenv ${name} ${value}`);
    else if (kind === 'presetenv') global.push(`presetenv ${name} ${value}`);
    else if (kind === 'unit') environment[name] = value;
    else if (kind === 'preset-unit') {
      environment[name] = value;
      global.push(`presetenv ${name} ${other}`);
    } else if (kind === 'twice') global.push(`setenv ${name} ${other}`, `setenv ${name} ${value}`);
    else if (kind === 'unset') {
      environment[name] = other;
      global.push(`unsetenv ${name}`, `presetenv ${name} ${value}`);
    } else if (kind === 'reset') {
      // Other variables of this file and of the unit would go too.
      if (global.length > 0 || Object.keys(environment).length > 0) continue;
      environment[name] = other;
      global.push('resetenv PATH', `presetenv ${name} ${value}`);
    } else if (kind === 'reset-kept') {
      if (global.length > 0 || Object.keys(environment).length > 0) continue;
      global.push(`setenv ${name} ${value}`, `setenv GONE 1`, `resetenv PATH ${name}`);
    } else global.push(`setenv ${name}_A ${value}`, `setenv ${name} "\${${name}_A}"`);
    const written = choose([`$${name}`, `\${${name}}`]);
    const word = wanted === 'host' ? `${written}:${port}` : wanted === 'port' ? `${host}:${written}` : written;
    binds[i] = `${choose([word, word, `"${word}"`])}${rest ?? ''}`;
  }
  return { global, environment };
}

/** A set that is the same for all times: what the random ones once found, and what the table of binds in sshd and haproxy rests on. */
export function fixedBinds() {
  const on = { v4: 1, v6: 1, v6only: 0 };
  const off = { v4: 0, v6: 0, v6only: 0 };
  const make = (name, sshd, binds, sysctl = on, holder = true, more = {}) => ({
    ...{ name, sshd, binds, sysctl, holder, disabled: [], args: [], global: [], environment: {}, sections: [] },
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
    make('variable', ['Port 2222'], ['$A:2222', '"${B}"'], on, true, {
      global: [`setenv A ${VIP}`, `presetenv B ${REAL}:2223`, 'presetenv C 1'],
    }),
    make('variable-of-unit', ['Port 2222', `ListenAddress ${REAL}`], ['$A:$P'], on, true, {
      global: [`presetenv A ${VIP}`],
      environment: { A: REAL, P: '2222' },
    }),
    make(
      'prefix-on-lo',
      ['Port 2222', `ListenAddress ${IN_PREFIX[0]}`],
      [`${IN_PREFIX[1]}:2222`, `${IN_PREFIX[0]}:2223`],
      off,
    ),
    make('prefix-on-lo-v6', ['Port 2222'], [`[${IN_PREFIX6}]:2223`], off),
    make('standby-mapped', ['Port 2222', `ListenAddress ${REAL}`], [`[::ffff:${VIP}]:2222`], { ...off, v6: 1 }, false),
    make('mapped-v6only', ['Port 2222'], [`[::ffff:${REAL}]:2223 v6only`]),
    make('datagram', ['Port 2222'], ['*:8080'], off, false, {
      sections: [`log-forward l\n  dgram-bind ${VIP}:2222\n  log 127.0.0.1:9 local0\n`],
    }),
    make('datagram-beside-sshd', ['Port 2222'], ['*:8080'], on, true, {
      sections: ['log-forward l\n  dgram-bind *:2222\n  log 127.0.0.1:9 local0\n'],
    }),
    make('nobody', ['Port 2222', `ListenAddress ${NOBODY}`], [`${NOBODY}:2223`], off),
  ];
}
