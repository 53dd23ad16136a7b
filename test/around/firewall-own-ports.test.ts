import { describe, expect, test } from 'vitest';
import { lint, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// What a chain of the hook input does with the first packet to a port follows from nft(8): the first verdict counts, else the policy;
// test/around/nft-lab.test.ts puts such chains to the kernel.

const ADDRESSES = JSON.stringify([
  { ifname: 'lo', addr_info: [{ local: '127.0.0.1', prefixlen: 8 }] },
  { ifname: 'eth0', addr_info: [{ local: '10.0.0.1', prefixlen: 24 }] },
  { ifname: 'eth1', addr_info: [{ local: '10.0.1.1', prefixlen: 24 }] },
]);

function said(section: string, rules: string, more: Readonly<Record<string, string>> = {}): readonly string[] {
  const files = {
    'h/facts/ip-address.json': ADDRESSES,
    'h/facts/unit-files.txt': 'nftables.service enabled enabled\n',
    'h/etc/nftables.conf': `table inet f {\n chain i {\n  type filter hook input priority 0; policy drop;\n  ct state established,related accept\n  iif lo accept\n  ${rules}\n }\n}\n`,
    'h/etc/haproxy/haproxy.cfg': `defaults\n mode http\n timeout connect 1s\n timeout client 1s\n timeout server 1s\n${section}\n`,
    ...more,
  };
  return lint(snapshotFromFiles(new Map(Object.entries(files))), {
    only: ['cross/firewall-blocks-service'],
  }).findings.map(
    ({ severity, message }) => `${severity} ${/(?:drops|lets in) (.*?)(?:: .*)?$/.exec(message)?.[1] ?? message}`,
  );
}

const bound = (bind: string, rules: string): readonly string[] => said(`frontend f\n bind ${bind}`, rules);

describe('a host outside of every cluster', () => {
  test.each<[string, string, readonly string[]]>([
    ['10.0.0.1:80', 'tcp dport 22 accept', ['warning connections to 10.0.0.1:80']],
    ['10.0.0.1:80', 'tcp dport { 22, 80 } accept', []],
    ['10.0.0.1:80', 'iif eth1 tcp dport 80 accept', ['warning connections to 10.0.0.1:80']],
    ['10.0.0.1:80', 'iifname "eth0" accept', []],
    // One way in is enough.
    ['*:80', 'iif eth1 tcp dport 80 accept', []],
    ['*:80', 'ip daddr 10.0.1.1 accept', []],
    ['*:80 interface eth0', 'iifname "eth1" accept', ['warning connections to 0.0.0.0:80']],
    ['*:80', 'udp dport 80 accept', ['warning connections to 0.0.0.0:80']],
    ['[::ffff:10.0.0.1]:80', 'tcp dport 22 accept', ['warning connections to 10.0.0.1:80']],
    ['127.0.0.1:80', 'tcp dport 22 accept', []],
    ['/run/haproxy.sock', 'tcp dport 22 accept', []],
    // QUIC is UDP: the usual rule for HTTPS is not enough.
    ['*:443,quic4@:443 ssl crt a.pem', 'tcp dport 443 accept', ['warning datagrams to 0.0.0.0:443']],
    ['*:443,quic4@:443 ssl crt a.pem', 'meta l4proto { tcp, udp } th dport 443 accept', []],
  ])('bind %s behind `%s`', (bind, rules, wanted) => expect(bound(bind, rules)).toEqual(wanted));

  test('ports for certain clients are no claim', () => {
    expect(
      bound('10.0.0.1:80', 'ip saddr 10.0.0.0/24 tcp dport 80 accept').map((each) => each.split(' ')[0]),
    ).not.toContain('warning');
  });

  test('the local peer and log-forward listen too', () => {
    expect(said('peers p\n peer h 10.0.0.1:1024\n peer g 10.0.0.2:1024', 'tcp dport 22 accept')).toEqual([
      'warning connections to 10.0.0.1:1024',
    ]);
    const forward = 'log-forward l\n dgram-bind 10.0.0.1:514\n log 127.0.0.1:1514 local0';
    expect(said(forward, 'tcp dport 514 accept')).toEqual(['warning datagrams to 10.0.0.1:514']);
    expect(said(forward, 'udp dport 514 accept')).toEqual([]);
  });

  test('a server of another host’s haproxy is one, cluster or not', () => {
    const lb = {
      'lb/facts/ip-address.json': JSON.stringify([
        { ifname: 'eth0', addr_info: [{ local: '10.0.0.9', prefixlen: 24 }] },
      ]),
      'lb/etc/haproxy/haproxy.cfg':
        'defaults\n mode tcp\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nlisten l\n bind *:22\n server s 10.0.0.1:22 check\n',
    };
    expect(said('', 'tcp dport 80 accept', lb)).toEqual(['warning connections of haproxy on lb to 10.0.0.1:22']);
    expect(said('', 'tcp dport 22 accept', lb)).toEqual([]);
  });

  test('a filter that is disabled says nothing', () => {
    const off = { 'h/facts/unit-files.txt': 'nftables.service disabled enabled\n' };
    expect(said('frontend f\n bind *:80', '', off)).toEqual([]);
  });
});
