import { expect, test } from 'vitest';
import { lint, predictListeners, snapshotFromFiles } from '../../packages/halint/src/index.ts';

// Which files a daemon reads is asked for each of them. Each of these took minutes or did not end when the answer was made anew each time,
// or when each way through the includes was walked: 20 files that include each other have 20! of them.

const LIMIT = 30_000;
const UNITS = {
  'etc/systemd/system/keepalived.service':
    '[Service]\nExecStart=/usr/sbin/keepalived -f /etc/keepalived/keepalived.conf\n',
};

function folder(count: number, path: (i: number) => string, text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [path(i), text]));
}

const keepalived = 'include /etc/keepalived/d/*.conf\n';
const rsyslog = '$IncludeConfig /etc/rsyslog.d/*.conf\n';
const sshd = 'Include /etc/ssh/sshd_config.d/*.conf\n';
const nft = 'include "/etc/nftables.d/*.nft"\n';

test.each<[string, Readonly<Record<string, string>>]>([
  [
    'keepalived',
    { 'etc/keepalived/keepalived.conf': keepalived, ...folder(150, (i) => `etc/keepalived/d/${i}.conf`, keepalived) },
  ],
  [
    'keepalived with its unit',
    {
      ...UNITS,
      'etc/keepalived/keepalived.conf': keepalived,
      ...folder(150, (i) => `etc/keepalived/d/${i}.conf`, keepalived),
    },
  ],
  ['rsyslog', { 'etc/rsyslog.conf': rsyslog, ...folder(20, (i) => `etc/rsyslog.d/${i}.conf`, rsyslog) }],
  ['sshd', { 'etc/ssh/sshd_config': sshd, ...folder(20, (i) => `etc/ssh/sshd_config.d/${i}.conf`, sshd) }],
  ['nftables', { 'etc/nftables.conf': nft, ...folder(20, (i) => `etc/nftables.d/${i}.nft`, nft) }],
])('files that all include each other: %s', { timeout: 120_000 }, (_, files) => {
  const snapshot = snapshotFromFiles(new Map(Object.entries(files).map(([path, text]) => [`h/${path}`, text])));
  const started = performance.now();
  expect(lint(snapshot).errors).toEqual([]);
  expect(predictListeners(snapshot).map(({ host }) => host)).toEqual(['h']);
  expect(performance.now() - started).toBeLessThan(LIMIT);
});
