import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNftables } from '@halint/inventory/network/index';
import { filterVerdict } from '@halint/model';
import { describe, expect, test } from 'vitest';

// Which port a name of the host's own /etc/services is, beside the real nft: in a mount namespace with an /etc of its own.

const has = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const able = process.getuid?.() === 0 && has('nft', '--version') && has('unshare', '--version');
if (!able) console.warn('SKIPPED: nft, unshare and root are needed to see which ports nft takes names for');

const SERVICES = `# of this host
myapp\t8443/tcp\talias-x\t# the application
uonly 7000/udp
both 1111/udp
both 2222/tcp
http 8080/tcp
my-app 9000/tcp
my-app 9001/tcp
`;

/** The ports that nft makes of what stands behind `tcp dport`; undefined where it refuses the name. */
function portsOfNft(written: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'halint-services-'));
  try {
    mkdirSync(join(folder, 'etc'));
    writeFileSync(join(folder, 'etc/services'), SERVICES);
    writeFileSync(join(folder, 'etc/r.nft'), script(written));
    const shell = `mount --bind ${folder}/etc /etc && nft -f /etc/r.nft && nft -nn list ruleset`;
    const { status, stdout } = spawnSync('unshare', ['-mn', 'sh', '-c', shell], { timeout: 20_000 });
    return status === 0 ? /tcp dport (.+) accept/.exec(stdout.toString())?.[1] : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const script = (written: string): string =>
  `table inet f {\n chain i {\n  type filter hook input priority 0; policy drop;\n  tcp dport ${written} accept\n }\n}\n`;

describe('names of ports', () => {
  test.each([
    ['myapp', [8443]],
    ['alias-x', [8443]],
    ['uonly', [7000]],
    ['both', [2222]],
    ['http', [8080]],
    ['my-app', [9000]],
    ['{ uonly, my-app }', [7000, 9000]],
    // No name of this file.
    ['https', undefined],
  ] as const)('%s', (written, ports) => {
    if (able) {
      const listed = ports === undefined || ports.length === 1 ? ports?.[0]?.toString() : `{ ${ports.join(', ')} }`;
      expect(portsOfNft(written)).toBe(listed);
    }
    const firewall = readNftables(
      new Map([
        ['/etc/nftables.conf', script(written)],
        ['/etc/services', SERVICES],
      ]),
    );
    for (const port of [80, 443, 1111, 2222, 7000, 8080, 8443, 9000, 9001]) {
      const packet = { family: 'ipv4', protocol: 6, port, state: 'new' } as const;
      const expected =
        ports === undefined ? 'unknown' : (ports as readonly number[]).includes(port) ? 'accept' : 'drop';
      expect(firewall && filterVerdict(firewall, packet).verdict, String(port)).toBe(expected);
    }
  });
});
