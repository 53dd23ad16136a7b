import { DEFAULT_TARGETS } from '@halint/core';
import { expect, test } from 'vitest';
import { Workspace } from '../../engine/src/index.ts';
import { parts } from '../../halint/src/knowledge.ts';
import { snapshotFromFiles } from '../../halint/src/snapshot.ts';

const NFT = `table ip n {
 chain p {
  type nat hook prerouting priority dstnat
  tcp dport 443 dnat to 192.0.2.10:9000
 }
 chain i {
  type filter hook input priority 0; policy drop;
  tcp dport 80 accept
 }
}
`;
const keepalived = (vip: string): string =>
  `vrrp_instance V {\n interface eth0\n virtual_router_id 51\n priority 100\n virtual_ipaddress {\n  ${vip}/24\n }\n}\n`;
const HAPROXY =
  'defaults\n mode tcp\n timeout connect 5s\n timeout client 1h\n timeout server 1h\nlisten l\n bind 192.0.2.1:443\n server s 192.0.2.30:80\n';
const ADDRESSES = '[{"ifname":"eth0","addr_info":[{"family":"inet","local":"192.0.2.1","prefixlen":24}]}]';

const files = (vip: string): ReadonlyMap<string, string> =>
  new Map([
    ['h/etc/nftables.conf', NFT],
    ['h/etc/keepalived/keepalived.conf', keepalived(vip)],
    ['h/etc/haproxy/haproxy.cfg', HAPROXY],
    ['h/facts/ip-address.json', ADDRESSES],
    ['h/facts/unit-files.txt', 'nftables.service enabled enabled\n'],
  ]);
const open = (vip: string): Workspace =>
  new Workspace(snapshotFromFiles(files(vip)), parts, { targets: DEFAULT_TARGETS });
const said = (workspace: Workspace): readonly string[] =>
  [...workspace.findings()]
    .filter(({ rule }) => rule === 'cross/firewall-blocks-service')
    .map(({ severity, message }) => `${severity} ${message}`);

test('where packets are sent on to an address that is a VIP no more, nothing is claimed any longer', () => {
  const workspace = open('192.0.2.10');
  expect(said(workspace)).toEqual(said(open('192.0.2.10')));
  expect(said(workspace).some((line) => line.startsWith('warning '))).toBe(true);
  const start = keepalived('').indexOf('/24');
  workspace.edit('h/etc/keepalived/keepalived.conf', { start, end: start + '192.0.2.10'.length }, '192.0.2.20');
  expect(said(workspace)).toEqual(said(open('192.0.2.20')));
  expect(said(workspace).some((line) => line.startsWith('warning '))).toBe(false);
});
