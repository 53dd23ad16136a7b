import { describe, expect, test } from 'vitest';
import { lint, predictListeners, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// What haproxy 2.6, 3.0 and 3.2 did alike in a network namespace with 192.0.2.10/32 on lo, and what `ss -ltn` showed.

const ADDRESSES = JSON.stringify([
  { ifname: 'lo', addr_info: [{ local: '127.0.0.1', prefixlen: 8 }] },
  { ifname: 'eth0', addr_info: [{ local: '192.0.2.10', prefixlen: 24 }] },
]);
const UNIT = '[Service]\nExecStart=/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg\n';
const SET = ['setenv A 192.0.2.10'];

const cfg = (global: readonly string[], bind: string): string =>
  `global\n${global.map((line) => ` ${line}\n`).join('')}defaults\n mode tcp\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nlisten a\n bind ${bind}\n server s 127.0.0.1:9\n`;

function snapshot(files: Readonly<Record<string, string>>): ReturnType<typeof snapshotFromFiles> {
  const all = { 'facts/ip-address.json': ADDRESSES, ...files };
  return snapshotFromFiles(new Map(Object.entries(all).map(([path, text]): [string, string] => [`h/${path}`, text])));
}

function report(
  global: readonly string[],
  bind: string,
  files: Readonly<Record<string, string>> = {},
): ReturnType<typeof predictListeners>[number] {
  const [found] = predictListeners(snapshot({ 'etc/haproxy/haproxy.cfg': cfg(global, bind), ...files }));
  if (found === undefined) throw new RangeError('no host');
  return found;
}

/** `ADDRESS:PORT` of each socket, `?` where it is said not to be known. */
function places(...asked: Parameters<typeof report>): readonly string[] {
  const { sockets, starts } = report(...asked);
  if (starts.haproxy?.startsWith('unknown') === true) return ['?'];
  return sockets.map(({ address, port }) => `${address}:${port}`);
}

describe('a variable that setenv sets', () => {
  test.each([
    ['${A}:8080', ['192.0.2.10:8080']],
    ['$A:8080', ['192.0.2.10:8080']],
    ['"${A}:8080"', ['192.0.2.10:8080']],
    ['"$A:8080"', ['192.0.2.10:8080']],
    ["'$A:8080'", ['192.0.2.10:8080']],
    ["'${A}:8080'", ['192.0.2.10:8080']],
    ['ipv4@$A:8080', ['192.0.2.10:8080']],
    ['"${A-127.0.0.1}:8080"', ['192.0.2.10:8080']],
    ['"$A":8080', ['192.0.2.10:8080']],
    ['${A}:8080,$A:8081', ['192.0.2.10:8080', '192.0.2.10:8081']],
    // Nothing here sets these: somebody means to.
    ['$OTHER:8080', ['?']],
    ['"$OTHER$A:8080"', ['?']],
  ])('bind %s: %j', (bind, wanted) => expect(places(SET, bind)).toEqual(wanted));

  test.each([
    [['setenv A 192.0.2.10:8081'], '$A', ['192.0.2.10:8081']],
    [['setenv A [::1]'], '$A:8080', ['::1:8080']],
    [['setenv A *'], '$A:8080', ['0.0.0.0:8080']],
    [['setenv A 127.0.0.1', ...SET], '$A:8080', ['192.0.2.10:8080']],
    [['setenv B 192.0.2.10', 'setenv A "$B"'], '$A:8080', ['192.0.2.10:8080']],
    // Cut at its commas before bare variables are put in, and behind quoted ones.
    [['setenv A 192.0.2.10:80,192.0.2.10:81'], '"$A"', ['192.0.2.10:80', '192.0.2.10:81']],
    [[...SET, 'unsetenv A'], '$A:8080', ['0.0.0.0:8080']],
    [[...SET, 'resetenv'], '$A:8080', ['0.0.0.0:8080']],
    [[...SET, 'resetenv A'], '$A:8080', ['192.0.2.10:8080']],
    [[...SET, 'resetenv X'], '$A:8080', ['0.0.0.0:8080']],
    [['.if feature(QUIC)', ...SET, '.endif'], '$A:8080', ['?']],
    [[...SET, '.if feature(QUIC)', 'unsetenv A', '.endif'], '$A:8080', ['?']],
    [[...SET, '.if feature(QUIC)', 'resetenv', '.endif'], '$A:8080', ['?']],
    [['setenv A {{ address }}'], '$A:8080', ['?']],
  ])('global %j, bind %s: %j', (global, bind, wanted) => expect(places(global, bind)).toEqual(wanted));

  test('counts for the lines below alone', () => {
    const text = cfg([], '$A:8080');
    expect(
      predictListeners(snapshot({ 'etc/haproxy/haproxy.cfg': `${text}global\n setenv A 192.0.2.10\n` }))[0],
    ).toMatchObject({
      sockets: [],
    });
  });

  test('counts in the files behind', () => {
    const files = {
      'etc/systemd/system/haproxy.service': '[Service]\nExecStart=/usr/sbin/haproxy -Ws -f /etc/haproxy/conf.d\n',
      'etc/haproxy/conf.d/1.cfg': 'global\n setenv A 192.0.2.10\n',
      'etc/haproxy/conf.d/2.cfg': cfg([], '$A:8080'),
    };
    const [found] = predictListeners(snapshot(files));
    expect(found?.sockets).toMatchObject([{ address: '192.0.2.10', port: 8080 }]);
  });
});

describe('a variable that haproxy is started with', () => {
  const unit = (lines: string): Record<string, string> => ({ 'etc/systemd/system/haproxy.service': `${UNIT}${lines}` });
  const PRE = ['presetenv A 192.0.2.10'];

  test('presetenv leaves it as it is', () => {
    expect(places(PRE, '$A:8080', unit('Environment=A=127.0.0.1\n'))).toEqual(['127.0.0.1:8080']);
    expect(places(PRE, '$A:8080', unit('Environment=B=127.0.0.1\n'))).toEqual(['192.0.2.10:8080']);
    expect(places(SET, '$A:8080', unit('Environment=A=127.0.0.1\n'))).toEqual(['192.0.2.10:8080']);
    for (const line of ['resetenv', 'unsetenv A'])
      expect(places([line, ...PRE], '$A:8080', unit('Environment=A=127.0.0.1\n'))).toEqual(['192.0.2.10:8080']);
    expect(places(['resetenv A', ...PRE], '$A:8080', unit('Environment=A=127.0.0.1\n'))).toEqual(['127.0.0.1:8080']);
  });

  test('without the unit nothing says that it is not', () => {
    expect(places(PRE, '$A:8080')).toEqual(['?']);
    expect(places([...PRE, 'setenv B "$A"'], '$B:8080')).toEqual(['?']);
    expect(places(['resetenv', ...PRE], '$A:8080')).toEqual(['192.0.2.10:8080']);
    expect(places(PRE, '$A:8080', unit('EnvironmentFile=/srv/haproxy.env\n'))).toEqual(['?']);
    expect(places(PRE, '$A:8080', unit('PassEnvironment=A\n'))).toEqual(['?']);
    // A drop-in alone does not tell what the unit itself gives.
    const dropIn = { 'etc/systemd/system/haproxy.service.d/a.conf': '[Service]\nEnvironment=B=1\n' };
    expect(places(PRE, '$A:8080', dropIn)).toEqual(['?']);
  });

  test('stands in Environment= or a file of variables', () => {
    expect(places([], '$A:8080', unit('Environment=A=127.0.0.1\n'))).toEqual(['127.0.0.1:8080']);
    const file = { ...unit('EnvironmentFile=/etc/default/haproxy\n'), 'etc/default/haproxy': 'A=127.0.0.1\n' };
    expect(places([], '$A:8080', file)).toEqual(['127.0.0.1:8080']);
    // %i: what it becomes only the machine knows.
    expect(places([], '$A:8080', unit('Environment=A=%i\n'))).toEqual(['?']);
  });
});

describe('a default', () => {
  const RANGE = '"${A}:90-${E-92}"';
  const unit = (lines: string): Record<string, string> => ({ 'etc/systemd/system/haproxy.service': `${UNIT}${lines}` });
  const last = (global: readonly string[], files: Record<string, string> = {}): unknown =>
    report(global, RANGE, files).sockets.map(({ address, port, portTo }) => [address, port, portTo]);

  test.each([
    ['the unit sets nothing', SET, unit(''), 92],
    ['the unit sets it', SET, unit('Environment=E=93\n'), 93],
    ['global sets it', [...SET, 'setenv E 91'], {}, 91],
    ['global unsets it', [...SET, 'unsetenv E'], unit('Environment=E=93\n'), 92],
    ['resetenv drops it', [...SET, 'resetenv A'], unit('Environment=E=93\n'), 92],
  ])('counts where the variable is unset: %s', (_, global, files, to) => {
    expect(last(global, files)).toEqual([['192.0.2.10', 90, to]]);
  });

  test('is not known to count where something may set the variable', () => {
    expect(last(SET)).toEqual([]);
    expect(report(SET, RANGE).starts.haproxy).toBe(
      'unknown: bind 192.0.2.10:90-${E-92} takes 92 unless the environment sets E, and what haproxy is started with is not known',
    );
    expect(report([], RANGE).starts.haproxy).toMatch(/takes a variable of the environment; unset it is nothing$/);
    expect(report(SET, RANGE, unit('PassEnvironment=E\n')).starts.haproxy).toMatch(/^unknown: /);
    // An empty value is one: haproxy says "invalid port ''".
    expect(last(SET, unit('Environment=E=\n'))).toEqual([]);
  });
});

describe('what is refused because of a variable', () => {
  const refused = (global: readonly string[], bind: string, unit: string): readonly string[] =>
    lint(
      snapshot({
        'etc/haproxy/haproxy.cfg': cfg(global, bind),
        'etc/systemd/system/haproxy.service': `${UNIT}${unit}`,
      }),
    ).findings.flatMap(({ rejects, message }) => (rejects ? [message] : []));

  test('is not where the unit sets it', () => {
    // haproxy 2.6 started with these variables listens on 127.0.0.1:8080; with P alone missing "missing port specification in '$A:$P'".
    const pre = ['presetenv A 192.0.2.10'];
    const unit = 'Environment=A=127.0.0.1 P=8080\n';
    expect(refused(pre, '$A:$P', unit)).toEqual([]);
    expect(places(pre, '$A:$P', { 'etc/systemd/system/haproxy.service': `${UNIT}${unit}` })).toEqual([
      '127.0.0.1:8080',
    ]);
    expect(refused(pre, '$A:$P', '')).toEqual(["P is not set, so it reads as nothing: '192.0.2.10:' has no port"]);
    expect(refused(['presetenv P 70001'], ':$P', 'Environment=P=80\n')).toEqual([]);
    expect(refused(['presetenv P 70001'], ':$P', '')).toEqual([
      "P is '70001' here: port 70001 is not within 1 and 65535",
    ]);
    // setenv overrides the unit.
    expect(refused(['setenv P 70001'], ':$P', 'Environment=P=80\n')).toHaveLength(1);
  });
});

describe('rules see the address', () => {
  const rules = (bind: string, more: Readonly<Record<string, string>>): readonly string[] =>
    lint(snapshot({ 'etc/haproxy/haproxy.cfg': cfg(['setenv A 192.0.2.99', 'setenv P 22'], bind), ...more }))
      .findings.map(({ rule }) => rule)
      .filter((rule) => /^(?:cross|system)\//.test(rule));
  const vrrp =
    'vrrp_instance V {\n interface eth0\n virtual_router_id 9\n priority 100\n virtual_ipaddress {\n  192.0.2.99/32\n }\n}\n';

  test('of a VIP, of another host, of sshd', () => {
    expect(rules('$A:8080', { 'etc/keepalived/keepalived.conf': vrrp })).toContain('cross/bind-vip-without-nonlocal');
    expect(rules('$A:8080', {})).toContain('cross/bind-address-not-local');
    expect(rules('*:$P', { 'etc/ssh/sshd_config': 'Port 22\n' })).toContain('cross/sshd-wildcard-vs-haproxy-bind');
    const user = { 'etc/systemd/system/haproxy.service': `${UNIT}User=haproxy\n` };
    expect(rules('*:$P', user)).toContain('system/low-port-without-capability');
  });
});
