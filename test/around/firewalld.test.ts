import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hostFacts } from '@halint/inventory/network/index';
import { filterVerdict } from '@halint/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canFilter, PACKETS, startFilterLab, type FilterLab } from './filter-lab.ts';

// What halint says of the files of firewalld beside what the kernel does once firewalld's own core has loaded them.

/** The python that Debian's package of firewalld is installed for. */
const PYTHON = '/usr/bin/python3';
const canStart = canFilter && spawnSync(PYTHON, ['-c', 'import firewall.core.fw'], { stdio: 'ignore' }).status === 0;
if (!canStart) console.warn('SKIPPED: python3-firewall and root are needed to load zones of firewalld');

type Files = Readonly<Record<string, string>>;

const zone = (body: string, name = 'public', target = ''): Files => ({
  [`zones/${name}.xml`]: `<?xml version="1.0" encoding="utf-8"?>\n<zone${target}>\n${body}\n</zone>\n`,
});
const service = (name: string, body: string): Files => ({
  [`services/${name}.xml`]: `<service>\n${body}\n</service>\n`,
});
const SOURCE = '<source address="10.98.0.0/24"/>';
const LETS = '<service name="https"/>\n<protocol value="vrrp"/>\n';

/** Files below /etc/firewalld. */
const CASES: Readonly<Record<string, Files>> = {
  'services that include others': {
    ...zone('<service name="ha"/>'),
    ...service('ha', '<include service="https"/><include service="mine"/>'),
    ...service('mine', '<include service="deeper"/>'),
    ...service('deeper', '<protocol value="vrrp"/>'),
  },
  'services that include one another': {
    ...zone('<service name="a"/>'),
    ...service('a', '<include service="b"/><port port="443" protocol="tcp"/>'),
    ...service('b', '<include service="a"/><protocol value="ah"/>'),
  },
  'a service to a destination': {
    ...zone('<service name="a"/>\n<service name="b"/>'),
    ...service('a', '<protocol value="vrrp"/><destination ipv4="224.0.0.18"/>'),
    ...service('b', '<port port="443" protocol="tcp"/><destination ipv6="ff02::12"/>'),
  },
  'a rich rule with nothing but a source': zone(`${LETS}<rule family="ipv4">${SOURCE}<drop/></rule>`),
  'one that rejects': zone(`${LETS}<rule family="ipv4">${SOURCE}<reject/></rule>`),
  'one that accepts': zone(`<rule family="ipv4">${SOURCE}<accept/></rule>`),
  'one of another source': zone(`${LETS}<rule family="ipv4"><source address="10.99.0.0/24"/><drop/></rule>`),
  'one of all sources but one': zone(
    `${LETS}<rule family="ipv4"><source address="10.98.0.0/24" invert="True"/><drop/></rule>`,
  ),
  'one to a destination': zone('<rule family="ipv4"><destination address="224.0.0.18"/><accept/></rule>'),
  'one that denies before one that allows': zone(
    `<rule family="ipv4">${SOURCE}<accept/></rule>\n<rule><protocol value="vrrp"/><drop/></rule>`,
  ),
  'one that allows first': zone(
    `<rule priority="-1" family="ipv4">${SOURCE}<accept/></rule>\n<rule><protocol value="vrrp"/><drop/></rule>`,
  ),
  'one behind all else': zone(`${LETS}<rule priority="1" family="ipv4">${SOURCE}<drop/></rule>`),
  'two of them by priority': zone(
    `<rule priority="20"><protocol value="vrrp"/><drop/></rule>\n<rule priority="10" family="ipv4">${SOURCE}<accept/></rule>`,
  ),
  'two before all else': zone(
    `${LETS}<rule priority="-10" family="ipv4">${SOURCE}<drop/></rule>\n<rule priority="-20"><protocol value="vrrp"/><accept/></rule>`,
  ),
  'one of the same priority, denial last': zone(
    `<rule priority="-5" family="ipv4">${SOURCE}<accept/></rule>\n<rule priority="-5"><protocol value="vrrp"/><drop/></rule>`,
  ),
  'a port that is forwarded to another of the host': zone('<forward-port port="443" protocol="tcp" to-port="8080"/>'),
  'one of another protocol': zone('<forward-port port="443" protocol="udp" to-port="8080"/>'),
  'one that logs': zone(`<rule family="ipv4">${SOURCE}<log prefix="x"/><accept/></rule>`),
};

describe.skipIf(!canStart)('firewalld and the kernel', () => {
  let lab: FilterLab;
  let folder: string;
  beforeAll(async () => {
    lab = await startFilterLab('zone');
    folder = mkdtempSync(join(tmpdir(), 'halint-firewalld-'));
  });
  afterAll(() => {
    lab.stop();
    rmSync(folder, { recursive: true });
  });

  /** Loads files as firewalld does at start. */
  const start = (files: Files, bound: readonly string[] = []): void => {
    rmSync(folder, { recursive: true, force: true });
    for (const [path, text] of Object.entries({
      'firewalld.conf': 'DefaultZone=public\nFirewallBackend=nftables\n',
      ...files,
    })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    lab.load('');
    const words = [PYTHON, join(import.meta.dirname, 'firewalld-start.py'), folder, ...bound];
    spawnSync('ip', ['netns', 'exec', lab.namespace, ...words], { stdio: 'ignore' });
    lab.probe();
  };
  const judged = (
    files: ReadonlyMap<string, string>,
    facts: ReadonlyMap<string, string> = new Map(),
  ): readonly string[] => {
    const [firewall] = hostFacts(files, facts, 'a').facts.firewalls;
    return PACKETS.map((packet) => (firewall === undefined ? 'none' : filterVerdict(firewall, packet).verdict));
  };
  const real = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const packet of PACKETS) found.push((await lab.passes(packet)) ? 'accept' : 'drop');
    return found;
  };
  const below = (files: Files): ReadonlyMap<string, string> =>
    new Map(Object.entries(files).map(([path, text]) => [`/etc/firewalld/${path}`, text]));

  test.each(Object.entries(CASES))('%s', { timeout: 30_000 }, async (_, files) => {
    start(files);
    expect(judged(below(files))).toEqual(await real());
  });

  /** The version that is tested here, as dpkg says it. */
  const packages = (): ReadonlyMap<string, string> => {
    const { stdout } = spawnSync(PYTHON, ['-c', 'from firewall import config; print(config.VERSION)']);
    return new Map([['packages.txt', `ii  firewalld  ${stdout.toString().trim()}-1  all  x\n`]]);
  };

  // 1.3.3 has no vrrp and loads the zones of its package then; from 2.1.0 on it has.
  test.each<[string, Files]>([
    ['in a zone', zone('<service name="vrrp"/>\n<service name="https"/>')],
    ['in another zone', { ...zone('<service name="https"/>'), ...zone('<service name="vrrp"/>', 'work') }],
    ['in a rich rule', zone('<service name="https"/>\n<rule><service name="vrrp"/><accept/></rule>')],
    [
      'in a service',
      { ...zone('<service name="a"/>'), ...service('a', '<include service="vrrp"/><port port="443" protocol="tcp"/>') },
    ],
    [
      'in a service that nothing names',
      { ...zone('<service name="https"/>'), ...service('a', '<include service="vrrp"/>') },
    ],
    ['of the host', { ...zone('<service name="vrrp"/>'), ...service('vrrp', '<protocol value="vrrp"/>') }],
    [
      'in a zone of another default',
      { ...zone('<service name="vrrp"/>', 'dmz', ' target="ACCEPT"'), 'firewalld.conf': 'DefaultZone=dmz\n' },
    ],
  ])('the service vrrp: %s', { timeout: 30_000 }, async (_, files) => {
    start(files);
    expect(judged(below(files), packages())).toEqual(await real());
  });

  test('a service that nothing has keeps the whole zone from being loaded', { timeout: 30_000 }, async () => {
    const files = zone(`<service name="of-a-vendor"/>\n${LETS}`);
    start(files);
    // Adverts, AH, TCP port 443 and UDP port 112.
    expect(await real()).toEqual(['drop', 'drop', 'drop', 'drop', 'drop']);
    expect(judged(below(files), packages())).toEqual(PACKETS.map(() => 'unknown'));
  });

  const KEYFILE = '/etc/NetworkManager/system-connections/c.nmconnection';
  const IFCFG = '/etc/sysconfig/network-scripts/ifcfg-c';
  const connection = (id: string): string => `[connection]\nid=c\ntype=ethernet\n${id}\n`;
  const ZONES = { ...zone('<service name="ssh"/>'), ...zone(LETS, 'dmz') };
  const MAC = '52:54:00:11:22:33';
  const IP = JSON.stringify([
    { ifname: 'lo', address: '00:00:00:00:00:00' },
    { ifname: 'e0', address: MAC },
  ]);

  // NetworkManager calls firewalld for an interface that has a zone: firewalld-start.py does as it does.
  test.each([
    ['a keyfile by name', KEYFILE, connection('interface-name=e0\nzone=dmz'), ['e0=dmz']],
    ['one by hardware address', KEYFILE, connection(`zone=dmz\n[ethernet]\nmac-address=${MAC}`), ['e0=dmz']],
    ['one that does not start by itself', KEYFILE, connection('interface-name=e0\nautoconnect=false\nzone=dmz'), []],
    ['ZONE of an ifcfg file', IFCFG, 'DEVICE=e0\nONBOOT=yes\nZONE="dmz"\n', ['e0=dmz']],
    ['by its hardware address', IFCFG, `HWADDR=${MAC.toUpperCase()}\nZONE=dmz\n`, ['e0=dmz']],
    ['of another interface', IFCFG, 'DEVICE=e1\nZONE=dmz\n', []],
  ] as const)('the zone of an interface: %s', { timeout: 30_000 }, async (_, path, text, bound) => {
    const files = { ...ZONES, ...zone('<interface name="e0"/>', 'internal') };
    start(files, bound);
    const host = new Map([...below(files), [path, text]]);
    expect(judged(host, new Map([['ip-address.json', IP]]))).toEqual(await real());
  });

  test('an interface that cannot be told', () => {
    const text = connection(`zone=dmz\n[ethernet]\nmac-address=${MAC}`);
    const host = new Map([...below(ZONES), [KEYFILE, text]]);
    // Nobody lets in AH and port 112.
    expect(judged(host)).toEqual(['unknown', 'unknown', 'drop', 'unknown', 'drop']);
  });

  test.each(['trusted', 'drop', 'block'])('the zone %s of the package', { timeout: 30_000 }, async (name) => {
    const files = { 'firewalld.conf': `DefaultZone=${name}\nFirewallBackend=nftables\n` };
    start(files);
    expect(judged(below(files))).toEqual(await real());
  });

  test('another zone of the package is not known, and no file is named that the host does not have', () => {
    const files = new Map([['/etc/firewalld/firewalld.conf', '# of the package\nDefaultZone=public\n']]);
    const [firewall] = hostFacts(files, new Map(), 'a').facts.firewalls;
    const [packet] = PACKETS;
    expect(firewall !== undefined && packet !== undefined && filterVerdict(firewall, packet)).toEqual({
      verdict: 'unknown',
      at: { path: '/etc/firewalld/firewalld.conf', line: 2 },
      what: "what the package's zone public lets in, for /etc/firewalld/zones has no public.xml",
    });
  });
});
