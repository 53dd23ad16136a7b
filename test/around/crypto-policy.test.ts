import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { effectiveSshd } from '../../packages/halint/src/effective.ts';
import { includesOf, startedBy } from '../../packages/halint/src/includes-of.ts';
import { loadSnapshot } from '../../packages/halint/src/node.ts';

// RHEL 8 puts its crypto policy on the command line: EnvironmentFile=-…/opensshserver.config, ExecStart=/usr/sbin/sshd -D $OPTIONS $CRYPTO_POLICY.
// systemd.exec(5): quotes around a value are not part of it; systemd.service(5): `$X` alone is split at blanks. So each -o of the value is a word,
// and sshd_config(5): the first value counts, of which those of the command line come before the files.

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const FILE = 'etc/crypto-policies/back-ends/opensshserver.config';

/** Prints names with values, and what is said beside. A text that starts with `->` is a symbolic link. */
function printed(
  files: Readonly<Record<string, string>>,
  names: readonly string[],
): { readonly values: readonly string[]; readonly doubts: readonly string[] } {
  const top = mkdtempSync(join(tmpdir(), 'halint-policy-'));
  folders.push(top);
  const common = { 'etc/os-release': 'ID="rocky"\nVERSION_ID="8.10"\n', 'etc/ssh/sshd_config': 'Ciphers aes128-ctr\n' };
  for (const [path, text] of Object.entries({ ...common, ...files })) {
    const full = join(top, 'ha0', path);
    mkdirSync(dirname(full), { recursive: true });
    if (text.startsWith('->')) symlinkSync(text.slice(2), full);
    else writeFileSync(full, text);
  }
  const found = effectiveSshd(loadSnapshot([top], { cwd: top, includesOf, startedBy }), 'ha0');
  const options = found?.options ?? [];
  return {
    values: options.filter(({ name }) => names.includes(name)).map(({ name, values }) => [name, ...values].join(' ')),
    doubts: found?.doubts ?? [],
  };
}

const POLICY =
  "CRYPTO_POLICY='-oCiphers=aes256-gcm@openssh.com,aes256-ctr -oMACs=hmac-sha2-512 -oKexAlgorithms=curve25519-sha256'\n";

test('the policy comes before sshd_config, behind the options of /etc/sysconfig/sshd', () => {
  const { values, doubts } = printed(
    { [FILE]: POLICY, 'etc/sysconfig/sshd': 'OPTIONS="-p 2222 -oMACs=hmac-sha2-256"\n' },
    ['port', 'ciphers', 'macs', 'kexalgorithms'],
  );
  expect(values).toEqual([
    'port 2222',
    'ciphers aes256-gcm@openssh.com,aes256-ctr',
    'macs hmac-sha2-256',
    'kexalgorithms curve25519-sha256',
  ]);
  expect(doubts).toEqual([]);
});

test('a line of /etc/sysconfig/sshd takes the policy back: that file is read last', () => {
  const { values } = printed({ [FILE]: POLICY, 'etc/sysconfig/sshd': 'CRYPTO_POLICY=\n' }, ['ciphers']);
  expect(values).toEqual(['ciphers aes128-ctr']);
});

test('without the file that its link leads to, that is said', () => {
  const target = '/usr/share/crypto-policies/DEFAULT/opensshserver.txt';
  const { doubts } = printed({ [FILE]: `->${target}`, 'etc/sysconfig/sshd': 'OPTIONS=\n' }, []);
  expect(doubts).toEqual([`sshd.service may start sshd with more options: /${FILE} is not at hand`]);
});
