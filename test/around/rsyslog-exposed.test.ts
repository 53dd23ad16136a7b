import { expect, test } from 'vitest';
import { lint, snapshotFromFiles, type Finding } from '../../packages/halint/src/index.ts';

// cross/rsyslog-udp-exposed: what it claims, where others are meant to send, and what its fix writes. Which inputs are bound to
// all addresses was seen with rsyslogd 8.2302 and ss -ulnp.

const haproxy = (log: string): string =>
  `global\n log ${log}\ndefaults\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nlisten x\n mode tcp\n bind 192.0.2.1:8443\n server a 192.0.2.2:80\n`;
const LOADED = 'module(load="imudp")\n$ModLoad imtcp\n';
const INPUT = 'input(type="imudp" port="514")';

function found(files: Readonly<Record<string, string>>): readonly Finding[] {
  const { findings, errors } = lint(snapshotFromFiles(new Map(Object.entries(files))), {
    only: ['cross/rsyslog-udp-exposed'],
  });
  expect(errors).toEqual([]);
  return findings;
}

function host(
  rsyslog: string,
  more: Readonly<Record<string, string>> = {},
  log = '127.0.0.1 local0',
): readonly Finding[] {
  return found({ 'ha0/etc/haproxy/haproxy.cfg': haproxy(log), 'ha0/etc/rsyslog.conf': LOADED + rsyslog, ...more });
}

const claims = (findings: readonly Finding[]): unknown =>
  findings.map(({ severity, missing }) => [severity, missing ?? '']);
const WARNING = [['warning', '']];

/** rsyslog.conf with the fix of its one finding applied. */
function fixed(rsyslog: string, log?: string): string | undefined {
  const [finding] = host(rsyslog, {}, log);
  const edit = finding?.fix?.edits[0];
  if (edit === undefined) return undefined;
  const text = edit.at.section.text;
  return (text.slice(0, edit.at.start) + edit.text + text.slice(edit.at.end)).slice(LOADED.length);
}

test('what is bound to all addresses', () => {
  for (const open of [
    INPUT,
    'input(type="imudp" port="514" address="*")',
    'input(type="imudp" port="514" address="0.0.0.0")',
  ]) {
    expect(claims(host(open))).toEqual(WARNING);
  }
  for (const closed of [
    'input(type="imudp" port="514" address="127.0.0.1")',
    'input(type="imudp" port="514" device="lo")',
    '$UDPServerAddress 127.0.0.1\n$UDPServerRun 514\n',
    'input(type="imudp" port="515")',
  ]) {
    expect(host(closed)).toEqual([]);
  }
  for (const log of ['/dev/log local0', '192.0.2.9 local0', '127.0.0.1:515 local0'])
    expect(host(INPUT, {}, log)).toEqual([]);
});

test('other hosts are meant to send', () => {
  for (const meant of [
    'input(type="imudp" port="514" ruleset="remote")',
    `${INPUT}\n:fromhost-ip, !isequal, "127.0.0.1" /var/log/remote\n`,
    `${INPUT}\nif $fromhost-ip != '127.0.0.1' then /var/log/remote\n`,
    `${INPUT}\n$template Remote,"/var/log/%HOSTNAME%/messages"\n`,
    `${INPUT}\n$AllowedSender UDP, 192.0.2.0/24\n`,
    `${INPUT}\n$InputTCPServerRun 514\n`,
    '$InputUDPServerBindRuleset remote\n$UDPServerRun 514\n',
  ]) {
    expect(host(meant)).toEqual([]);
  }
  const addresses = '[{"ifname":"eth0","addr_info":[{"family":"inet","local":"192.0.2.1","prefixlen":24}]}]';
  const known = { 'ha0/facts/ip-address.json': addresses };
  const forward = (target: string): Readonly<Record<string, string>> => ({
    'web/etc/rsyslog.conf': `*.* @${target}\n`,
    'web/etc/haproxy/haproxy.cfg': haproxy('stdout format raw local0'),
  });
  expect(host(INPUT, { ...known, ...forward('192.0.2.1') })).toEqual([]);
  expect(claims(host(INPUT, { ...known, ...forward('192.0.2.9:514') }))).toEqual(WARNING);
  expect(host(INPUT, { ...known, 'web/etc/haproxy/haproxy.cfg': haproxy('192.0.2.1 local0') })).toEqual([]);
  // Both send to a third host.
  expect(claims(host(`${INPUT}\n*.* @logs.example.net\n`, { ...known, ...forward('logs.example.net') }))).toEqual(
    WARNING,
  );
});

test('the packet filter', () => {
  const filter = (rules: string): Readonly<Record<string, string>> => ({
    'ha0/etc/nftables.conf': `table inet filter {\n chain input {\n type filter hook input priority filter; policy drop;\n iif lo accept\n${rules}\n }\n}\n`,
    'ha0/facts/unit-files.txt': 'nftables.service enabled enabled\n',
  });
  expect(host(INPUT, filter('tcp dport 22 accept'))).toEqual([]);
  expect(host(INPUT, filter('ip saddr 198.51.100.0/24 udp dport 514 accept'))).toEqual([]);
  expect(claims(host(INPUT, filter('meta l4proto udp accept')))).toEqual(WARNING);
  expect(claims(host(INPUT, filter('include "/etc/nftables.d/more.nft"')))).toMatchObject([
    ['info', expect.any(String)],
  ]);
});

test('the fix', () => {
  expect(fixed(`${INPUT}\n`)).toBe('input(type="imudp" port="514" address="127.0.0.1")\n');
  expect(fixed('input(type="imudp"\n  Address="*" port="514"\n)\n')).toBe(
    'input(type="imudp"\n  Address="127.0.0.1" port="514"\n)\n',
  );
  expect(fixed(`${INPUT}\n`, '[::1]:514 local0')).toBe('input(type="imudp" port="514" address="::1")\n');
  expect(fixed('$UDPServerRun 514\n')).toBe('$UDPServerAddress 127.0.0.1\n$UDPServerRun 514\n');
  expect(fixed('$UDPServerRun 514\n$UDPServerRun 515\n')).toBeUndefined();
});
