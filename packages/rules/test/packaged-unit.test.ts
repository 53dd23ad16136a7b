import { expect, test } from 'vitest';
import { lint, snapshotFromFiles } from '../../halint/src/index.ts';

const CONFIG = (chroot: string): string =>
  `global\n    log /dev/log local0\n    chroot ${chroot}\ndefaults\n    mode tcp\n    timeout connect 5s\n    timeout client 1h\n    timeout server 1h\nlisten l\n    bind :80\n    server s 192.0.2.30:80\n`;

function found(os: string, chroot: string): readonly string[] {
  const files = new Map([
    ['ha0/etc/haproxy/haproxy.cfg', CONFIG(chroot)],
    ['ha0/etc/os-release', os],
  ]);
  const { findings } = lint(snapshotFromFiles(files));
  return findings.filter(({ rule }) => rule === 'cross/rsyslog-chroot-socket-missing').map(({ severity }) => severity);
}

// haproxy.service of Debian's 2.6.12, 3.0.11 and 3.2 has BindReadOnlyPaths=/dev/log:/var/lib/haproxy/dev/log.
test('the unit of the package shows /dev/log in the chroot of the package', () => {
  expect(found('ID=debian\nVERSION_ID="12"\n', '/var/lib/haproxy')).toEqual([]);
  expect(found('ID=debian\nVERSION_ID="12"\n', '/srv/jail')).toEqual(['info']);
  expect(found('ID=rhel\nVERSION_ID="9.4"\n', '/var/lib/haproxy')).toEqual(['info']);
});
