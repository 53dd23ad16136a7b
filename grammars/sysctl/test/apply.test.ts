import { DEFAULT_TARGETS, type Document, type SourceFile } from '@halint/core';
import type { SysctlFacts } from '@halint/model';
import { describe, expect, test } from 'vitest';
import { parseSysctl, sysctl } from '../src/index.ts';

const KEY = 'net.ipv4.ip_nonlocal_bind';
const GLOB = 'net.*.ip_nonlocal_bind';
const OTHER = 'net.ipv4.ip_nonlocal*';

function factsOf(files: Readonly<Record<string, string>>, os: string | undefined): SysctlFacts {
  const sources = Object.entries(files).map(([name, text]): SourceFile => {
    const path = name.startsWith('/') ? name : `/etc/sysctl.d/${name}`;
    return { path, display: path, language: 'sysctl', document: parseSysctl(text) as unknown as Document };
  });
  const targets = { ...DEFAULT_TARGETS, ...(os === undefined ? {} : { os }) };
  return sysctl.lower(sources, { host: 'ha0', hostName: 'ha0', targets, included: () => [] });
}

const two = (first: string, second: string): Readonly<Record<string, string>> => ({
  'a.conf': `${first}\n`,
  'b.conf': `${second}\n`,
});
const one = (...lines: readonly string[]): Readonly<Record<string, string>> => ({ 'a.conf': `${lines.join('\n')}\n` });

/**
 * Debian 12 (systemd 252, procps 4.0.2, Linux 6.18) in namespaces of their own, all files of sysctl.d replaced by these. Values of
 * ip_nonlocal_bind: after systemd-sysctl; after `sysctl --system` behind it; after `sysctl --system` from 0.
 */
test.each<[string, Readonly<Record<string, string>>, string, string, string]>([
  ['a later word', two(`${KEY}=1`, `${KEY}=yes`), '0', '1', '1'],
  ['a later 256', one(`${KEY}=1`, `${KEY}=256`), '0', '1', '1'],
  ['a later -1', two(`${KEY}=1`, `${KEY}=-1`), '0', '1', '1'],
  ['a later empty value', two(`${KEY}=1`, `${KEY} =`), '0', '1', '1'],
  ['a word between', one(`${KEY}=1`, `${KEY}=yes`, `${KEY}=1`), '1', '1', '1'],
  ['a word before', one(`${KEY}=yes`, `${KEY}=1`), '1', '1', '1'],
  ['a later word with slashes', one(`${KEY}=1`, 'net/ipv4/ip_nonlocal_bind=yes'), '0', '1', '1'],
  ['glob: hexadecimal', one(`${GLOB} = 0x1`), '1', '1', '1'],
  ['glob: octal, blanks', one(`${GLOB} =  01  `), '1', '1', '1'],
  ['glob: plus', one(`${GLOB} = +1`), '0', '0', '0'],
  ['glob: more behind', one(`${GLOB} = 1 # x`), '1', '1', '1'],
  ['another glob refused', one(`${GLOB} = 1`, `${OTHER} = yes`), '1', '1', '1'],
  ['the same glob refused', one(`${GLOB} = 1`, `${GLOB} = yes`), '0', '1', '1'],
  ['another glob', one(`${GLOB} = 1`, `${OTHER} = 0`), '0', '0', '0'],
  ['the first glob again', one(`${GLOB} = 3`, `${OTHER} = 1`, `${GLOB} = 2`), '2', '2', '2'],
  ['the first glob again with its value', one(`${GLOB} = 2`, `${OTHER} = 1`, `${GLOB} = 2`), '1', '2', '2'],
  ['the glob excluded', one(`${GLOB} = 1`, `-${GLOB}`), '0', '1', '1'],
  ['another glob excluded', one(`${GLOB} = 1`, `-${OTHER}`), '1', '1', '1'],
  ['the glob excluded before', one(`-${GLOB}`, `${GLOB} = 1`), '1', '1', '1'],
  ['a word behind a glob', one(`${GLOB} = 1`, `${KEY}=yes`), '0', '0', '0'],
  ['a word before a glob', one(`${KEY}=yes`, `${GLOB} = 1`), '0', '0', '0'],
  ['-key in a later file', two(`${KEY}=1`, `-${KEY}`), '0', '1', '1'],
  ['hidden', { '.h.conf': `${KEY}=1\n` }, '0', '1', '1'],
  ['hidden, then 1', { '.h.conf': `${KEY}=0\n`, 'a.conf': `${KEY}=1\n` }, '1', '1', '1'],
  ['1, then hidden', { '.h.conf': `${KEY}=0\n`, '-a.conf': `${KEY}=1\n` }, '1', '0', '0'],
  ['a hidden -key and a glob', { '.h.conf': `-${KEY}\n`, 'a.conf': `${GLOB} = 1\n` }, '1', '1', '0'],
  ['a hidden key and a glob', { '.h.conf': `${KEY}=0\n`, 'a.conf': `${GLOB} = 1\n` }, '1', '0', '0'],
  ['- key', one(`- ${KEY} = 1`), '1', '1', '0'],
  ['- key = 1 behind 0', one(`${KEY} = 0`, `- ${KEY} = 1`), '1', '0', '0'],
  ['- key = 0 behind 1', two(`${KEY} = 1`, `- ${KEY} = 0`), '0', '1', '1'],
  ['a tab behind the minus', one(`${KEY} = 1`, `-\t${KEY} = 0`), '0', '1', '1'],
  ['- key = yes behind 1', one(`${KEY} = 1`, `- ${KEY} = yes`), '0', '1', '1'],
  ['-key = yes behind 1', one(`${KEY} = 1`, `-${KEY} = yes`), '0', '1', '1'],
  ['- key without value, and a glob', one(`${GLOB} = 1`, `- ${KEY}`), '0', '1', '1'],
  ['- key = 0, and a glob', one(`${GLOB} = 1`, `- ${KEY} = 0`), '0', '1', '1'],
  ['- glob', one(`- ${GLOB} = 1`), '1', '1', '0'],
  ['minus nought', one(`${KEY}=-0`), '0', '0', '0'],
  ['255', one(`${KEY}=255`), '255', '255', '255'],
  ['26 digits', one(`${KEY}=00000000000000000000000001`), '0', '0', '0'],
])('Debian 12: %s', (_, files, boot, behind, system) => {
  const facts = factsOf(files, 'debian12');
  const [atBoot, after] = [facts.value(KEY)?.value, facts.afterSystem(KEY)?.value];
  expect([atBoot ?? '0', after ?? atBoot ?? '0', after ?? '0']).toEqual([boot, behind, system]);
});

/** Linux 6.18, each value written to /proc/sys in a namespace of its own; undefined: "Invalid argument". */
test.each<[string, string, string | undefined]>([
  ['net.ipv6.ip_nonlocal_bind', '255', '255'],
  ['net.ipv6.ip_nonlocal_bind', '256', undefined],
  ['net.ipv6.bindv6only', '-1', undefined],
  ['net.ipv6.bindv6only', '-0', undefined],
  ['net.ipv4.ip_forward', '-1', '-1'],
  ['net.ipv4.ip_forward', '-0', '0'],
  ['net.ipv4.ip_forward', '2147483648', undefined],
  ['net.ipv6.conf.all.disable_ipv6', '256', '256'],
  ['net.ipv6.conf.all.disable_ipv6', '4294967297', undefined],
  ['net.ipv4.conf.all.rp_filter', '-2147483648', '-2147483648'],
  ['net.ipv4.conf.all.rp_filter', '-2147483649', undefined],
  ['net.core.somaxconn', '-1', undefined],
  ['net.core.somaxconn', '65536', '65536'],
  ['net.ipv4.ip_unprivileged_port_start', '65536', undefined],
  ['net.ipv4.ip_unprivileged_port_start', '-1', undefined],
])('%s = %s', (key, value, expected) => {
  expect(factsOf(one(`${key} = ${value}`), 'debian12').value(key)?.value).toBe(expected);
});

describe('ip_nonlocal_bind was an int before Linux 5.13', () => {
  // include/net/netns/ipv4.h: u8 since 5.13. Debian 11 has 5.10; the 4.18 of RHEL 8 is not known well enough to call -1 refused.
  test.each([
    ['debian11', '-1'],
    ['ubuntu20.04', '-1'],
    ['rhel8', '-1'],
    ['ubuntu22.04', undefined],
    ['rhel9', undefined],
    ['debian13', undefined],
  ])('%s', (os, expected) => expect(factsOf(one(`${KEY} = -1`), os).value(KEY)?.value).toBe(expected));
});

describe('the line that leaves a key alone at boot', () => {
  test.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    ['refused', two(`${KEY}=1`, `${KEY}=yes`), '/etc/sysctl.d/b.conf'],
    ['excluded', two(`${KEY}=1`, `-${KEY}`), '/etc/sysctl.d/b.conf'],
    ['set behind it', two(`${KEY}=yes`, `${KEY}=1`), undefined],
    ['not named', one('net.ipv4.ip_forward = 1'), undefined],
  ])('%s', (_, files, path) => expect(factsOf(files, 'debian12').leftAtBoot(KEY)?.at.file.path).toBe(path));

  test('the switches of the kernel are off', () => {
    const facts = factsOf(one(''), 'debian12');
    expect(facts.kernelDefault(KEY)).toBe('0');
    expect(facts.kernelDefault('net.core.somaxconn')).toBeUndefined();
  });
});

test('what sysctl --system sets: no keys that there are none of, of a glob those that are known', () => {
  const lines = [
    'net.ipv4/ip_nonlocal_bind = 1',
    '/proc/sys/net/ipv4/ip_forward = 1',
    `-${KEY}`,
    'vendor.x = 1',
    `${GLOB} = 1`,
  ];
  expect(factsOf(one(...lines), 'debian12').systemKeys).toEqual(['vendor.x', KEY, 'net.ipv6.ip_nonlocal_bind']);
});

describe('the link to the main file', () => {
  const main = { '/etc/sysctl.conf': `${KEY}=1\n` };
  const other = { '/usr/lib/sysctl.d/50-a.conf': 'net.ipv4.ip_forward=0\n' };

  test.each<[string, Readonly<Record<string, string>>, string | undefined, boolean]>([
    ['is missing', { ...main, ...other }, 'debian12', true],
    ['is not looked for among what somebody wrote', { ...main, '/etc/sysctl.d/50-a.conf': '' }, 'debian12', false],
    ['is there', { ...main, ...other, '/etc/sysctl.d/99-sysctl.conf': `${KEY}=1\n` }, 'debian12', false],
    ['is masked', { ...main, ...other, '/run/sysctl.d/99-sysctl.conf': '' }, 'debian12', false],
    ['is not shipped', { ...main, ...other }, 'debian13', false],
    ['leads nowhere', other, 'debian12', false],
    ['is not known of an unknown system', { ...main, ...other }, undefined, false],
    ['is not looked for where nothing else is', main, 'debian12', false],
  ])('%s', (_, files, os, expected) => {
    expect(factsOf(files, os).withoutLink !== undefined).toBe(expected);
  });

  // Debian 12 with /etc/sysctl.conf and without the link: systemd-sysctl leaves 0, and with the link 1.
  test('without it the main file does not count', () => {
    const facts = factsOf({ ...main, ...other }, 'debian12');
    expect(facts.value(KEY)?.value).toBe('1');
    expect(facts.withoutLink?.(KEY)).toBeUndefined();
    expect(facts.withoutLink?.('net.ipv4.ip_forward')?.value).toBe('0');
  });
});
