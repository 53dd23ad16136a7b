import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT } from '../support/bundle.ts';
import { tempTree } from '../support/tree.ts';

interface Mutate {
  mutantsOf(
    files: readonly { name: string; text: string }[],
    count: number,
    seed: number,
    operators: unknown,
  ): readonly { text: string; operator: string }[];
}
interface Sysctl {
  readonly language: { readonly version: string; whyNot(version: string): string | undefined };
}
const module = (name: string): string => new URL(name, import.meta.url).href;
const { language } = (await import(module('./sysctl.mjs'))) as Sysctl;
const { OPERATORS } = (await import(module('./sysctl-mutate.mjs'))) as { OPERATORS: Record<string, unknown> };
const { mutantsOf } = (await import(module('./mutate.mjs'))) as Mutate;

const reason = language.whyNot(language.version);
const required = (process.env['HALINT_REQUIRE'] ?? '').split(',').includes('daemons');
if (reason !== undefined) console.warn(`SKIPPED: ${reason}`);

test.runIf(required)('systemd-sysctl and sysctl are here', () => expect(reason).toBeUndefined());

/** A load balancer's settings in the ways in which they are written. */
const TEXT = `# note
net.ipv4.ip_nonlocal_bind = 1
net.ipv6.ip_nonlocal_bind=1
net/ipv4/conf/lo/rp_filter = 2
net.ipv4.conf.lo.arp_ignore	=	1
-net.ipv4.tcp_syncookies = 0
; kernel
kernel.pid_max = 65536
net.ipv4.ip_local_port_range = 1024 65000
`;

const tree = tempTree({
  'plain.conf': TEXT,
  'order.conf':
    'net.ipv4.ip_forward = 0\nnet.ipv4.ip_forward = 1\nnet/ipv4/ip_nonlocal_bind = 1\nnet.ipv4.ip_nonlocal_bind = 0\n',
  'patterns.conf':
    'net.ipv4.conf.lo.arp_ignore = 2\nnet.ipv4.conf.*.arp_ignore = 1\n-net.ipv4.conf.lo.arp_announce\nnet.ipv4.conf.*.arp_announce = 2\n',
  'broken.conf':
    'net.ipv4.ip_nonlocal_bind 1\nnet.ipv4.ip_nonlocal_bind: 1\n= 1\nnet.ipv4.ip_nonlocal_bind =\n- net.ipv4.ip_forward = 1\n/proc/sys/net/ipv4/ip_forward = 1\n',
  'undone.conf':
    'net.ipv4.ip_nonlocal_bind = 1\nnet.ipv4.ip_nonlocal_bind = 256\nnet.ipv6.bindv6only = 1\n-net.ipv6.bindv6only\nnet.core.somaxconn = 100\nnet.core.somaxconn = -1\nnet.ipv4.ip_forward = 1\nnet.ipv4.ip_forward = 2147483648\n',
  'refused.conf': 'net.ipv4.ip_nonlocal_bind = yes\nnet.ipv4.conf.lo.rp_filter = 1 # loose\nnet.ipv4.ip_forward = 1x\n',
});
afterAll(() => {
  tree.gone();
});

function compared(...args: readonly string[]): Readonly<Record<'files' | 'mutants', Record<string, number>>> {
  const program = join(ROOT, 'test/conformance/conformance.mjs');
  const run = spawnSync(process.execPath, [program, '--lang', 'sysctl', ...args], { encoding: 'utf8' });
  expect([run.status, run.stderr]).toEqual([0, '']);
  return JSON.parse(run.stdout) as ReturnType<typeof compared>;
}

describe.skipIf(reason !== undefined)('systemd-sysctl and sysctl -p in the sandbox', () => {
  test('leave the values that halint says, and complain of the same lines', () => {
    const { files } = compared('--version', language.version, tree.path);
    expect(files).toMatchObject({ files: 6, agreement: 100, valuesAgree: 100, brokenLinesNamed: 100 });
    expect(files['values']).toBeGreaterThan(25);
    // Of broken.conf the first two: an empty key or value is an assignment that comes to nothing.
    expect(files['brokenLines']).toBe(2);
  }, 120_000);

  test('the same of mutants', () => {
    const { mutants } = compared('--version', language.version, '--mutants', '32', join(tree.path, 'plain.conf'));
    expect(mutants).toMatchObject({ files: 32, agreement: 100, valuesAgree: 100, brokenLinesNamed: 100 });
  }, 400_000);
});

test('a release that is not here is told in one line', () => {
  const args = [join(ROOT, 'test/conformance/conformance.mjs'), '--lang', 'sysctl', '--version', 'debian1', ROOT];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^conformance: the sysctl of debian1 is not here: .*\n$/);
});

test('a seed gives its mutants again, every operator its turn', () => {
  const made = mutantsOf([{ name: 'f', text: TEXT }], 60, 7, OPERATORS);
  expect(made).toEqual(mutantsOf([{ name: 'f', text: TEXT }], 60, 7, OPERATORS));
  expect(new Set(made.map(({ operator }) => operator)).size).toBe(Object.keys(OPERATORS).length);
});
