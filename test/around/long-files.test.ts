import { expect, test } from 'vitest';
import { lint, predictListeners, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// A call takes some 100,000 arguments at most: none may be made of what a file holds.

const MANY = 150_000;
const many = (text: string): string => text.repeat(MANY);

test.each<[string, Readonly<Record<string, string>>]>([
  ['source lines', { 'etc/network/interfaces': many('source ../../../x\n') }],
  ['words of auto', { 'etc/network/interfaces': `auto ${many('e0 ')}\n` }],
  [
    'broken addresses',
    { 'etc/systemd/network/a.network': `[Match]\nName=${many('e* ')}\n[Network]\n${many('Address=z\n')}` },
  ],
  ['includes of nft', { 'etc/nftables.conf': many('include "../x"\n') }],
  [
    'elements of nft',
    {
      'etc/nftables.conf': `define a = { ${many('1, ')} 2 }\ntable inet f {\n chain i {\n type filter hook input priority 0\n tcp dport $a accept\n }\n}\n`,
    },
  ],
  [
    'files of haproxy',
    { 'etc/systemd/system/haproxy.service': `[Service]\nExecStart=/usr/sbin/haproxy -- ${many('/etc/a ')}\n` },
  ],
  [
    'options of sshd',
    {
      'etc/systemd/system/ssh.service': `[Service]\nExecStart=/usr/sbin/sshd -D ${many('-p22 ')}\n`,
      'etc/ssh/sshd_config': 'Port 22\n',
    },
  ],
  ['addresses of a bind', { 'etc/haproxy/haproxy.cfg': `listen x\n bind ${many('127.0.0.1:80,')}:81\n` }],
  ['sequences of netplan', { 'etc/netplan/a.yaml': `network: ${many('- ')}` }],
  ['brackets of netplan', { 'etc/netplan/a.yaml': `network: ${many('[? ')}` }],
])('%s', { timeout: 60_000 }, (_, files) => {
  const snapshot = snapshotFromFiles(new Map(Object.entries(files).map(([path, text]) => [`h/${path}`, text])));
  expect(lint(snapshot).errors).toEqual([]);
  expect(predictListeners(snapshot).map(({ host }) => host)).toEqual(['h']);
});
