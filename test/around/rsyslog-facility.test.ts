import { expect, test } from 'vitest';
import { lint, snapshotFromFiles, type Finding } from '../../packages/halint/src/index.ts';

// cross/rsyslog-facility-mismatch. What selectors choose was seen with rsyslogd 8.2302 (grammars/rsyslog/test/steps.test.ts).

const INPUTS = 'module(load="imuxsock")\nmodule(load="imudp")\ninput(type="imudp" address="127.0.0.1" port="514")\n';

function found(files: Readonly<Record<string, string>>): readonly Finding[] {
  const named = Object.entries(files).map(([path, text]): [string, string] => [`ha0/${path}`, text]);
  const { findings, errors } = lint(snapshotFromFiles(new Map(named)), { only: ['cross/rsyslog-facility-mismatch'] });
  expect(errors).toEqual([]);
  return findings;
}

const haproxy = (global: string): string =>
  `global\n${global}\ndefaults\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nlisten x\n mode tcp\n bind 192.0.2.1:8443\n server a 192.0.2.2:80\n`;

function logged(global: string, rules: string, more: Readonly<Record<string, string>> = {}): readonly Finding[] {
  return found({ 'etc/haproxy/haproxy.cfg': haproxy(global), 'etc/rsyslog.conf': INPUTS + rules, ...more });
}

const claims = (findings: readonly Finding[]): unknown =>
  findings.map(({ severity, missing }) => [severity, missing ?? '']);
const WARNING = [['warning', '']];

test('selectors', () => {
  for (const lost of [
    '',
    'local2.* /f\n',
    '*.*;local0.none /f\n',
    'local0.!debug /f\n',
    'local0.* stop\n*.* /f\n',
    'local0.* ~\n*.* /f\n',
    'if $msg contains "x" then stop\nlocal1.* /f\n',
    '*.emerg :omusrmsg:*\nlocal0.* root\nlocal0.* /dev/null\n',
  ]) {
    expect(claims(logged(' log 127.0.0.1 local0', lost))).toEqual(WARNING);
    expect(claims(logged(' log /dev/log local0', lost))).toEqual(WARNING);
  }
  for (const kept of [
    '*.* /f\n',
    '*.=crit /f\n',
    'local0.none;*.crit /f\n',
    'local0.* @192.0.2.9\n',
    'local0.* action(type="omfwd" target="192.0.2.9")\n',
    ':programname, isequal, "haproxy" /f\n',
    "if $programname == 'haproxy' then {\n /f\n stop\n}\n",
    'local0.* call other\n',
    '$RuleSet other\n',
    'local0.* :ommysql:h,d,u,p\n',
    '<% rules %>\n',
  ]) {
    expect(logged(' log 127.0.0.1 local0', kept)).toEqual([]);
  }
});

test('levels', () => {
  // `notice` sends 0 to 5; `info err` sends what is more urgent than err as err.
  expect(claims(logged(' log 127.0.0.1 local0 notice', 'local0.=info /f\n'))).toEqual(WARNING);
  expect(logged(' log 127.0.0.1 local0 info', 'local0.=info /f\n')).toEqual([]);
  expect(claims(logged(' log 127.0.0.1 local0 info err', 'local0.crit /f\n'))).toEqual(WARNING);
  expect(logged(' log 127.0.0.1 local0 info err', 'local0.err /f\n')).toEqual([]);
  expect(logged(' log 127.0.0.1 local0 "${LEVEL}"', '')).toEqual([]);
  expect(logged(' log 127.0.0.1 "${FACILITY}"', '')).toEqual([]);
});

test('a log-forward keeps the facility of its messages', () => {
  const cfg = `${haproxy(' maxconn 10')}log-forward f\n dgram-bind 192.0.2.1:5140\n log 127.0.0.1 local0\n`;
  expect(found({ 'etc/haproxy/haproxy.cfg': cfg, 'etc/rsyslog.conf': `${INPUTS}local1.* /f\n` })).toEqual([]);
});

test('facilities that the two call by other names', () => {
  expect(logged(' log 127.0.0.1 auth2', 'authpriv.* /f\n')).toEqual([]);
  expect(logged(' log 127.0.0.1 alert', 'console.* /f\n')).toEqual([]);
  expect(claims(logged(' log 127.0.0.1 auth2', 'auth.* /f\n'))).toEqual(WARNING);
});

test('targets that are not this rsyslog', () => {
  for (const log of ['192.0.2.9 local0', '127.0.0.1:515 local0', 'stdout format raw local0', '/run/other local0']) {
    expect(logged(` log ${log}`, '')).toEqual([]);
  }
  const ruled = 'module(load="imudp")\ninput(type="imudp" port="514" ruleset="r")\n';
  expect(found({ 'etc/haproxy/haproxy.cfg': haproxy(' log 127.0.0.1 local0'), 'etc/rsyslog.conf': ruled })).toEqual([]);
  expect(logged(' log 127.0.0.1 local0', '', { 'facts/unit-files.txt': 'rsyslog.service disabled enabled\n' })).toEqual(
    [],
  );
});

test('the socket of a chroot', () => {
  const global = ' chroot /srv/haproxy\n log /dev/log local0';
  expect(claims(logged(global, '$AddUnixListenSocket /srv/haproxy/dev/log\n'))).toEqual(WARNING);
  const unit =
    '[Service]\nExecStart=/usr/sbin/haproxy -f /etc/haproxy/haproxy.cfg\nBindReadOnlyPaths=/dev/log:/srv/haproxy/dev/log\n';
  expect(claims(logged(global, '', { 'etc/systemd/system/haproxy.service': unit }))).toEqual(WARNING);
  // Nothing is there: that is for cross/rsyslog-chroot-socket-missing.
  expect(logged(global, '')).toEqual([]);
});

test('another line of the section sends it elsewhere', () => {
  expect(logged(' log 127.0.0.1 local0\n log 127.0.0.1 local1 notice', 'local0.* /f\n')).toEqual([]);
  expect(logged(' log 127.0.0.1 local0\n log 192.0.2.9 local0', '')).toEqual([]);
  expect(claims(logged(' log 127.0.0.1 local0 notice\n log 127.0.0.1 local1', 'local0.* /f\n'))).toEqual(WARNING);
  expect(claims(logged(' log 127.0.0.1 local0\n log 127.0.0.1 local1 notice', ''))).toEqual([...WARNING, ...WARNING]);
});

test('what is missing', () => {
  const glob = '$IncludeConfig /etc/rsyslog.d/*.conf\n';
  expect(claims(logged(' log 127.0.0.1 local0', glob))).toEqual([['info', '/etc/rsyslog.d/*.conf']]);
  expect(logged(' log 127.0.0.1 local0', glob, { 'etc/rsyslog.d/1.conf': 'local0.* /f\n' })).toEqual([]);
  expect(claims(logged(' log 127.0.0.1 local0', glob, { 'etc/rsyslog.d/1.conf': 'local0.* stop\n' }))).toEqual(WARNING);
});

test('keepalived', () => {
  const unit = (command: string): Readonly<Record<string, string>> => ({
    'etc/keepalived/keepalived.conf': 'global_defs {\n}\n',
    'etc/systemd/system/keepalived.service': `[Service]\nExecStart=/usr/sbin/keepalived ${command}\n`,
  });
  const rules = (text: string): Readonly<Record<string, string>> => ({ 'etc/rsyslog.conf': INPUTS + text });
  const all = '*.*;local3.none /f\n';
  for (const command of ['-n -S 3', '-S3', '-DS 3', '--log-facility=3', '--log-facility local3', '-Slocal3']) {
    expect(claims(found({ ...unit(command), ...rules(all) }))).toEqual(WARNING);
    expect(found({ ...unit(command), ...rules('local3.* /f\n') })).toEqual([]);
  }
  expect(found({ ...unit('-n -D'), ...rules(all) })).toEqual([]);
  expect(claims(found({ ...unit('-n -D'), ...rules('*.*;daemon.none /f\n') }))).toEqual(WARNING);
  for (const elsewhere of ['-S 3 -l', '-S 3 -G', '-S 3 -g /f', '--log-console -S 3', '-S 3 $UNKNOWN']) {
    const file = elsewhere.includes('$') ? '\nEnvironmentFile=-/etc/default/keepalived' : '';
    expect(found({ ...unit(elsewhere + file), ...rules(all) })).toEqual([]);
  }
});
