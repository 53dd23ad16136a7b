import { expect, test } from 'vitest';
import { lint, snapshotFromFiles, type Finding } from '../../packages/halint/src/index.ts';

// cross/maxconn-vs-nofile. The sums are those that haproxy 2.6.12, 3.0.11 and 3.2.26 printed when setrlimit() refused them
// ("Cannot raise FD limit to N"), without CAP_SYS_RESOURCE and with nbthread 1; docs of descriptorsOf have the table.

const UNIT = 'ha0/etc/systemd/system/haproxy.service';

function found(
  global: string,
  service: string | undefined,
  {
    more = '',
    files = {},
    version,
  }: { more?: string; files?: Readonly<Record<string, string>>; version?: string } = {},
): readonly Finding[] {
  const cfg = `global\n nbthread 1\n${global}\ndefaults\n timeout connect 5s\n timeout client 1h\n timeout server 1h\nfrontend web\n bind 127.0.0.1:18443\n default_backend nodes\nbackend nodes\n server web0 127.0.0.1:18444\n${more}`;
  const unit =
    service === undefined
      ? {}
      : { [UNIT]: `[Service]\nExecStart=/usr/sbin/haproxy -f /etc/haproxy/haproxy.cfg\n${service}\n` };
  const all = { 'ha0/etc/haproxy/haproxy.cfg': cfg, ...unit, ...files };
  const { findings, errors } = lint(snapshotFromFiles(new Map(Object.entries(all))), {
    only: ['cross/maxconn-vs-nofile'],
    ...(version === undefined ? {} : { targets: { haproxy: version } }),
  });
  expect(errors).toEqual([]);
  return findings;
}

const claims = (findings: readonly Finding[]): unknown =>
  findings.map(({ severity, missing }) => [severity, missing ?? '']);
const ERROR = [['error', '']];
const limited = (limit: number | string): string => `User=haproxy\nLimitNOFILE=${limit}`;

test.each([
  ['one bind', 8206, '', ''],
  ['a check', 8207, '', ' server w1 127.0.0.1:1 check\n'],
  [
    'four checks',
    8210,
    '',
    ' server w1 127.0.0.1:1 check\n server w2 127.0.0.1:1 check\n server w3 127.0.0.1:1 check disabled\n server w4 127.0.0.1:1 check backup\n',
  ],
  ['ports', 8218, '', 'frontend r\n bind 127.0.0.1:20000-20009\n bind 127.0.0.1:20100,127.0.0.1:20101\n'],
  [
    'default-server',
    8208,
    '',
    'backend c\n default-server check\n server a 127.0.0.1:1\n server b 127.0.0.1:1 no-check\n server d 127.0.0.1:1 disabled\n',
  ],
  ['disabled backend', 8206, '', 'backend d\n disabled\n server a 127.0.0.1:1 check\n'],
  ['disabled listen', 8216, '', 'listen d\n disabled\n bind 127.0.0.1:3-12\n server a 127.0.0.1:1 check\n'],
  ['unix sockets', 8208, '', 'frontend u\n bind unix@/run/u.sock\n bind abns@u\n'],
  ['stats socket', 8217, ' stats socket /run/s', ''],
  ['two stats sockets', 8218, ' stats socket /run/s\n stats socket /run/t', ''],
  ['stats maxconn 50', 8257, ' stats socket /run/s\n stats maxconn 50', ''],
  ['stats maxconn 1', 8208, ' stats socket /run/s\n stats maxconn 1', ''],
  ['nbthread 4', 8215, ' nbthread 4', ''],
  ['log', 8206, ' log 127.0.0.1 local0', ''],
  ['maxconn of a proxy', 8206, '', ' fullconn 10000\n'],
])('%s: %i', (_, sum, global, more) => {
  const text = ` maxconn 4096\n${global}`;
  expect(found(text, limited(sum), { more })).toEqual([]);
  const [finding, ...others] = found(text, limited(sum - 1), { more });
  expect(others).toEqual([]);
  expect(finding?.severity).toBe('error');
  expect(finding?.help).toContain(`= ${sum})`);
});

test('the master process', () => {
  const service = (limit: number): string =>
    `ExecStart=\nExecStart=/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg\n${limited(limit)}`;
  expect(found(' maxconn 4096', service(8217))).toEqual([]);
  expect(claims(found(' maxconn 4096', service(8216)))).toEqual(ERROR);
  expect(claims(found(' maxconn 4096\n stats socket /run/s', service(8217)))).toEqual(ERROR);
  expect(found(' maxconn 4096\n stats socket /run/s', service(8218))).toEqual([]);
});

test('who may raise the limit', () => {
  const limit = 'LimitNOFILE=4096';
  for (const free of [
    undefined,
    limit,
    `User=root\n${limit}`,
    `User=haproxy\nAmbientCapabilities=CAP_NET_BIND_SERVICE CAP_SYS_RESOURCE\n${limit}`,
    `CapabilityBoundingSet=CAP_SYS_RESOURCE CAP_NET_ADMIN\n${limit}`,
    `CapabilityBoundingSet=CAP_NET_ADMIN\nCapabilityBoundingSet=CAP_SYS_RESOURCE\n${limit}`,
    `CapabilityBoundingSet=~CAP_SYS_ADMIN\n${limit}`,
    `ExecStart=\nExecStart=+/usr/sbin/haproxy -f /etc/haproxy/haproxy.cfg\n${limited(4096)}`,
  ]) {
    expect(found(' maxconn 4096', free)).toEqual([]);
  }
  for (const bound of [
    limited(4096),
    limited('1024:4096'),
    `CapabilityBoundingSet=CAP_NET_ADMIN CAP_SETUID\n${limit}`,
    `CapabilityBoundingSet=~CAP_SYS_RESOURCE\n${limit}`,
    `CapabilityBoundingSet=CAP_SYS_RESOURCE\nCapabilityBoundingSet=~CAP_SYS_RESOURCE\n${limit}`,
    // systemd 252 ignores what it cannot read: the one above counts.
    `${limited(4096)}\nLimitNOFILE=64K`,
  ]) {
    expect(claims(found(' maxconn 4096', bound))).toEqual(ERROR);
  }
  expect(found(' maxconn 4096', limited('infinity'))).toEqual([]);
  expect(found(' maxconn 4096', 'User=haproxy')).toEqual([]);
  expect(claims(found(' maxconn 300000', 'User=haproxy'))).toEqual([
    ['info', 'DefaultLimitNOFILE= of /etc/systemd/system.conf'],
  ]);
});

test('strict-limits', () => {
  expect(found(' maxconn 4096\n no strict-limits', limited(4096))).toEqual([]);
  expect(claims(found(' maxconn 4096\n no strict-limits\n strict-limits', limited(4096)))).toEqual(ERROR);
  expect(found(' maxconn 4096', limited(4096), { version: '2.2' })).toEqual([]);
  expect(claims(found(' maxconn 4096', limited(4096), { version: '2.4' }))).toEqual(ERROR);
});

test('without maxconn haproxy takes what there is, and at least 100', () => {
  expect(found('', limited(2000))).toEqual([]);
  expect(found('', limited(214))).toEqual([]);
  expect(claims(found('', limited(213)))).toEqual(ERROR);
});

test('fd-hard-limit and fs.nr_open bind root too', () => {
  expect(claims(found(' maxconn 4096\n fd-hard-limit 8205', undefined))).toEqual(ERROR);
  expect(found(' maxconn 4096\n fd-hard-limit 8206', undefined)).toEqual([]);
  const open = (value: number): Readonly<Record<string, string>> => ({
    'ha0/facts/sysctl.txt': `fs.nr_open = ${value}\n`,
  });
  expect(claims(found(' maxconn 4096', undefined, { files: open(8205) }))).toEqual(ERROR);
  expect(found(' maxconn 4096', undefined, { files: open(8206) })).toEqual([]);
  expect(claims(found(' maxconn 600000', undefined))).toEqual([['info', 'fs.nr_open (facts/sysctl.txt)']]);
});

test('ulimit-n', () => {
  const text = ' maxconn 4096\n ulimit-n 1500';
  expect(claims(found(text, 'LimitNOFILE=1000:9000'))).toEqual(ERROR);
  expect(found(text, 'LimitNOFILE=9000:9000')).toEqual([]);
  expect(claims(found(text, ''))).toEqual([['info', 'DefaultLimitNOFILE= of /etc/systemd/system.conf']]);
  expect(found(text, undefined)).toEqual([]);
  expect(claims(found(' maxconn 4096\n ulimit-n 9000', limited(8500)))).toEqual(ERROR);
  // maxconn=993/maxsock=2000, and nothing under 2000:2000.
  expect(claims(found(' ulimit-n 1500', 'LimitNOFILE=1000:2000'))).toEqual(ERROR);
  expect(found(' ulimit-n 1500', 'LimitNOFILE=2000')).toEqual([]);
  expect(found(' maxconn 4096\n ulimit-n "$N"', limited(4096))).toEqual([]);
});

test('-n of the command line wins', () => {
  const service = (n: string): string =>
    `ExecStart=\nExecStart=/usr/sbin/haproxy -n ${n} -f /etc/haproxy/haproxy.cfg\n${limited(4096)}`;
  expect(found(' maxconn 4096', service('1000'))).toEqual([]);
  expect(claims(found(' maxconn 100', service('4000')))).toEqual(ERROR);
});
