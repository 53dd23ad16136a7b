import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { lint } from '../../packages/halint/src/index.ts';
import { includesOf, startedBy } from '../../packages/halint/src/includes-of.ts';
import { resolveInside } from '../../packages/inventory/src/inside-root.ts';
import { loadSnapshot } from '../../packages/inventory/src/load.ts';

// Links of a host's tree that lead away (contract, section 2: reported, not read), to nothing, or to themselves.

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const HAPROXY = 'defaults\n timeout connect 1s\n timeout client 1s\n timeout server 1s\n';

/** Hosts below `c`, beside it what must not be read; a text that starts with `->` is a symbolic link. */
function tree(files: Readonly<Record<string, string>>): string {
  const top = mkdtempSync(join(tmpdir(), 'halint-links-'));
  folders.push(top);
  for (const [path, text] of Object.entries({ 'c/ha0/etc/haproxy/haproxy.cfg': HAPROXY, ...files })) {
    const full = join(top, path);
    mkdirSync(dirname(full), { recursive: true });
    if (text.startsWith('->')) symlinkSync(text.slice(2), full);
    else writeFileSync(full, text);
  }
  return join(top, 'c');
}

/** Severity, file and message of what is said of links and includes, and the paths that were read. */
function told(cwd: string): { readonly said: readonly string[]; readonly read: readonly string[] } {
  const snapshot = loadSnapshot(['.'], { cwd, includesOf, startedBy });
  const { findings, errors } = lint(snapshot);
  expect(errors).toEqual([]);
  return {
    said: findings
      .filter(({ rule }) => /^system\/(?:link|include)/.test(rule))
      .map(({ severity, message, at }) => {
        // The place says which file it is.
        const where = /^(?:this link|this path|too many|`source|include ")/.test(message) ? `${at.file.display}: ` : '';
        return `${severity} ${where}${message}`;
      })
      .sort(),
    read: snapshot.hosts.flatMap(({ id, files, facts }) => [
      ...[...files.keys()].map((path) => id + path),
      ...[...facts.keys()].map((name) => `${id}/facts/${name}`),
    ]),
  };
}

const AWAY = 'out of the root of the host: not read';

describe('a link out of the root', () => {
  /** Each is read when it is a file of the host: the second test shows that. */
  const FILES: readonly string[] = [
    'etc/hosts',
    'etc/hostname',
    'etc/os-release',
    'etc/sysctl.conf',
    'etc/sysctl.d/50-a.conf',
    'etc/rsyslog.conf',
    'etc/rsyslog.d/49-haproxy.conf',
    'etc/systemd/system/haproxy.service',
    'etc/systemd/system/haproxy.service.d/a.conf',
    'etc/systemd/network/10-eth0.network',
    'etc/netplan/01.yaml',
    'etc/NetworkManager/system-connections/eth0.nmconnection',
    'etc/network/interfaces',
    'etc/network/interfaces.d/eth0',
    'etc/sysconfig/network-scripts/ifcfg-eth0',
    'etc/default/haproxy',
    'etc/default/networking',
    'etc/default/ufw',
    'etc/ufw/ufw.conf',
    'etc/ufw/before.rules',
    'etc/sysconfig/keepalived',
    'etc/nftables.conf',
    'etc/nftables.d/a.nft',
    'etc/sysconfig/nftables.conf',
    'etc/firewalld/firewalld.conf',
    'etc/iptables/rules.v4',
    'etc/sysconfig/ip6tables',
    'etc/firewalld/zones/public.xml',
    'etc/firewalld/services/mine.xml',
    'etc/selinux/config',
    'etc/keepalived/check.sh',
    'usr/lib/sysctl.d/10-b.conf',
    'run/sysctl.d/10-c.conf',
    'usr/lib/systemd/system/keepalived.service',
    'facts/ip-address.json',
    'facts/sysctl.txt',
    'facts/listeners.txt',
    'facts/unit-files.txt',
    'facts/packages.txt',
    'facts/selinux-booleans.txt',
    'facts/selinux-ports.txt',
  ];

  test.each(FILES)('%s is named once, with where it leads, and not read', (path) => {
    const target = `${'../'.repeat(path.split('/').length + 1)}outside/x`;
    const { said, read } = told(tree({ 'outside/x': 'stolen', [`c/ha0/${path}`]: `->${target}` }));
    expect(said).toEqual([`warning ha0/${path}: this link leads to ${target}, ${AWAY}`]);
    expect(read).toEqual(['ha0/etc/haproxy/haproxy.cfg']);
  });

  test('the same names are read where they are files', () => {
    const { said, read } = told(tree(Object.fromEntries(FILES.map((path) => [`c/ha0/${path}`, '# \n']))));
    expect(said).toEqual([]);
    expect(FILES.filter((path) => !read.includes(`ha0/${path}`))).toEqual([]);
  });

  test.each([
    'etc/netplan',
    'etc/network',
    'etc/network/interfaces.d',
    'etc/systemd/network',
    'etc/sysconfig/network-scripts',
    'etc/firewalld',
    'etc/firewalld/zones',
    'etc/rsyslog.d',
    'etc/keepalived',
    'etc/systemd/system/multi-user.target.wants',
    'etc/systemd/system/haproxy.service.d',
    'usr/lib/sysctl.d',
    'etc/sysctl.d',
    'run/sysctl.d',
    'etc/ufw',
    'run',
    'usr',
    'facts',
  ])('the folder %s is named once, whatever is behind it', (path) => {
    const target = `${'../'.repeat(path.split('/').length + 1)}outside`;
    const { said, read } = told(
      tree({ 'outside/a/x': '', 'outside/sysctl.txt': '', [`c/ha0/${path}`]: `->${target}` }),
    );
    expect(said).toEqual([`warning ha0/${path}: this link leads to ${target}, ${AWAY}`]);
    expect(read).toEqual(['ha0/etc/haproxy/haproxy.cfg']);
  });

  test('etc itself, and the folder of a host', () => {
    const files = { 'outside/etc/haproxy/haproxy.cfg': HAPROXY, 'c/ha1/etc': '->../../outside/etc' };
    const { said, read } = told(tree({ ...files, 'c/ha2': '->../outside', 'c/notes': '->../outside/etc/haproxy' }));
    expect(said).toEqual([
      `warning ha1/etc: this link leads to ../../outside/etc, ${AWAY}`,
      'warning ha2: this link leads to ../outside, out of the directory that is linted: this host is not read',
    ]);
    expect(read).toEqual(['ha0/etc/haproxy/haproxy.cfg']);
  });

  test('by way of another link: the first is named, and where the last one leads', () => {
    const { said } = told(tree({ 'c/ha0/etc/hosts': '->/srv/hosts', 'c/ha0/srv/hosts': '->../../hosts' }));
    expect(said).toEqual([`warning ha0/etc/hosts: this link leads to ../../hosts, ${AWAY}`]);
  });

  test('a file that an include or a unit names', () => {
    const { said } = told(
      tree({
        'c/ha0/etc/ssh/sshd_config': 'Include /srv/ssh/a.conf\n',
        'c/ha0/srv/ssh/a.conf': '->../../../../outside/a.conf',
        'c/ha0/etc/systemd/system/haproxy.service': '[Service]\nExecStart=/usr/sbin/haproxy -f /opt/h.cfg\n',
        'c/ha0/opt/h.cfg': '->../../../h.cfg',
      }),
    );
    expect(said).toEqual([
      `warning ha0/opt/h.cfg: this link leads to ../../../h.cfg, ${AWAY}`,
      `warning ha0/srv/ssh/a.conf: this link leads to ../../../../outside/a.conf, ${AWAY}`,
    ]);
  });

  test('what nobody reads concerns nobody', () => {
    const away = '->../../../../../outside/x';
    const { said, read } = told(
      tree({
        'c/ha0/etc/systemd/system/dbus-org.example.service': away,
        'c/ha0/etc/systemd/system/sshd.service': '->../../../../../lib/systemd/system/ssh.service',
        'c/ha0/etc/systemd/system/multi-user.target.wants/haproxy.service': away,
        'c/ha0/etc/default/grub': away,
        'c/ha0/etc/default/a': '->b',
        'c/ha0/etc/default/b': '->a',
        'c/ha0/etc/sysconfig/grub': '->/etc/default/grub',
        'c/ha0/etc/network/if-down.d': away,
        'c/ha0/etc/resolv.conf': away,
        'c/ha0/facts/notes.txt': away,
        'c/ha0/etc/haproxy/site.pem': away,
      }),
    );
    expect(said).toEqual([]);
    expect(read).toEqual([
      'ha0/etc/haproxy/haproxy.cfg',
      'ha0/etc/systemd/system/multi-user.target.wants/haproxy.service',
    ]);
  });

  test('an absolute link starts at the root of the host, and .. of the machine itself ends at its root', () => {
    const host = { 'c/ha0/srv/hosts': '192.0.2.1 ha0\n', 'c/ha0/etc/hosts': '->/srv/hosts' };
    expect(told(tree(host))).toEqual({ said: [], read: ['ha0/etc/haproxy/haproxy.cfg', 'ha0/etc/hosts'] });
    // path_resolution(7): the parent of / is / itself.
    expect(resolveInside('/', '/../../etc/../etc/hosts').kind).toBe('found');
  });
});

describe('a link to nothing', () => {
  test('is told where something would be read of it', () => {
    const { said } = told(
      tree({
        'c/ha0/etc/os-release': '->../usr/lib/os-release',
        'c/ha0/etc/netplan': '->/srv/netplan',
        'c/ha0/etc/haproxy/b.cfg': '->gone.cfg',
        'c/ha0/etc/systemd/system/haproxy.service': '->/srv/haproxy.service',
        // Names of one unit, and a tree without packages.
        'c/ha0/etc/systemd/system/sshd.service': '->/lib/systemd/system/ssh.service',
        'c/ha0/lib': '->usr/lib',
      }),
    );
    const none = 'which is not among the files of the host: not read';
    expect(said).toEqual([
      `info ha0/etc/haproxy/b.cfg: this link leads to gone.cfg, ${none}`,
      `info ha0/etc/netplan: this link leads to /srv/netplan, ${none}`,
      `info ha0/etc/os-release: this link leads to ../usr/lib/os-release, ${none}`,
      `info ha0/etc/systemd/system/haproxy.service: this link leads to /srv/haproxy.service, ${none}`,
    ]);
  });

  test('names the file that is missed, by its path on the host', () => {
    // update-crypto-policies of RHEL 9 makes this link; a copy of etc/ alone lacks its target.
    const cwd = tree({
      'c/ha0/etc/ssh/sshd_config': 'Include /etc/crypto-policies/back-ends/opensshserver.config\n',
      'c/ha0/etc/crypto-policies/back-ends/opensshserver.config':
        '->../../../usr/share/crypto-policies/DEFAULT/opensshserver.txt',
      'c/ha0/etc/netplan': '->/srv/netplan',
    });
    const { findings } = lint(loadSnapshot(['.'], { cwd, includesOf, startedBy }));
    const ours = findings.filter(({ rule }) => rule === 'system/link-outside-root');
    expect(ours.map(({ severity, missing, at }) => [severity, missing, at.file.path])).toEqual([
      ['info', '/usr/share/crypto-policies/DEFAULT/opensshserver.txt', '/etc/ssh/sshd_config'],
      ['info', '/srv/netplan', '/etc/netplan'],
    ]);
    expect(ours.filter(({ help }) => help?.includes('Put a copy'))).toEqual([]);
  });

  test('is told of kernel settings wherever they stand: it hides those of its name', () => {
    const { said } = told(
      tree({
        'c/ha0/run/sysctl.d': '->/srv/sysctl',
        'c/ha0/usr/lib/sysctl.d/50-a.conf': '->/srv/50-a.conf',
        'c/ha0/run/systemd/generator/multi-user.target.wants/x.service': '->/lib/systemd/system/x.service',
      }),
    );
    const none = 'which is not among the files of the host: not read';
    expect(said).toEqual([
      `info ha0/run/sysctl.d: this link leads to /srv/sysctl, ${none}`,
      `info ha0/usr/lib/sysctl.d/50-a.conf: this link leads to /srv/50-a.conf, ${none}`,
    ]);
  });

  test('a file that a linked folder lacks is no fault of the link', () => {
    const files = { 'c/ha0/etc/ssh': '->/srv/ssh', 'c/ha0/srv/ssh/sshd_config': 'Include /etc/ssh/gone.conf\n' };
    expect(told(tree(files)).said).toEqual([]);
  });

  test('/dev/null masks units and settings, and is told nowhere', () => {
    const { said, read } = told(
      tree({
        'c/ha0/etc/systemd/system/keepalived.service': '->/dev/null',
        'c/ha0/etc/sysctl.d/50-a.conf': '->/dev/null',
        'c/ha0/etc/network': '->/dev/null',
      }),
    );
    expect(said).toEqual([]);
    expect(read).toContain('ha0/etc/systemd/system/keepalived.service');
    expect(read).toContain('ha0/etc/sysctl.d/50-a.conf');
    expect(read).not.toContain('ha0/etc/network/interfaces');
  });

  test('and one to itself', () => {
    const { said } = told(tree({ 'c/ha0/etc/hosts': '->hosts', 'c/ha0/etc/netplan': '->../etc/netplan' }));
    expect(said).toEqual([
      'warning ha0/etc/hosts: too many levels of symbolic links: not read',
      'warning ha0/etc/netplan: too many levels of symbolic links: not read',
    ]);
  });
});

test('a unit whose link leads out of the folders of units is the unit of the name of the link', () => {
  // systemd-analyze verify of systemd 252 quotes /etc/systemd/system/haproxy.service for a mistake in the target.
  const { said, read } = told(
    tree({
      'c/ha0/srv/units/my.service': '[Service]\nExecStart=/usr/sbin/haproxy -f /etc/haproxy/haproxy.cfg\n',
      'c/ha0/etc/systemd/system/haproxy.service': '->/srv/units/my.service',
    }),
  );
  expect(said).toEqual([]);
  expect(read).toContain('ha0/etc/systemd/system/haproxy.service');
});

describe('files that /etc/network/interfaces names', () => {
  test('are followed inside the root and told where they lead out of it', () => {
    const main = 'source /srv/net/*\nsource /srv/two\nsource ../../../x\nsource-directory /srv/gone\n';
    const files = {
      'c/ha0/srv/net/a': 'auto e0\n',
      'c/ha0/srv/net/b': '->../../../../x',
      'c/ha0/srv/two': '->../../../y',
    };
    const { said, read } = told(tree({ ...files, 'c/ha0/etc/network/interfaces': main }));
    expect(said).toEqual([
      'info ha0/etc/network/interfaces: `source /srv/two` is none of the files of the host: addresses in it are not known',
      'info ha0/etc/network/interfaces: `source-directory /srv/gone` matches none of the files of the host: addresses in it are not known',
      'warning ha0/etc/network/interfaces: `source ../../../x` leads out of the root of the host: not read',
      `warning ha0/srv/net/b: this link leads to ../../../../x, ${AWAY}`,
      `warning ha0/srv/two: this link leads to ../../../y, ${AWAY}`,
    ]);
    expect(read).toContain('ha0/srv/net/a');
  });
});

describe('includes of nftables', () => {
  const CHAIN = 'table inet f {\n chain i {\n  type filter hook input priority 0; policy drop;\n }\n}\n';

  test('are followed inside the root', () => {
    const files = { 'c/ha0/srv/fw/a.nft': CHAIN, 'c/ha0/srv/one.nft': CHAIN, 'c/ha0/etc/x.nft': CHAIN };
    const main = 'include "/srv/fw/*.nft"\ninclude "/etc/../srv/one.nft"\ninclude "x.nft"\n';
    const { said, read } = told(tree({ ...files, 'c/ha0/etc/nftables.conf': main }));
    expect(said).toEqual([]);
    expect(read).toContain('ha0/srv/fw/a.nft');
    expect(read).toContain('ha0/srv/one.nft');
    expect(read).toContain('ha0/etc/x.nft');
  });

  test('that lead out, match nothing or come back are told, each at its line', () => {
    const main = 'include "../../../x.nft"\ninclude "/srv/gone.nft"\ninclude "/etc/nftables.conf"\n';
    const { said } = told(tree({ 'x.nft': CHAIN, 'c/ha0/etc/nftables.conf': main }));
    expect(said).toEqual([
      'info ha0/etc/nftables.conf: include "/etc/nftables.conf" comes back to a file that is being read: not read again',
      'info ha0/etc/nftables.conf: include "/srv/gone.nft" matches none of the files of the host: what it lets through is not known; where the host has none, nft loads nothing',
      'warning ha0/etc/nftables.conf: include "../../../x.nft" leads out of the root of the host: not read',
    ]);
  });

  test('that are links out of the root', () => {
    const files = { 'c/ha0/etc/nftables.conf': 'include "/srv/x.nft"\n', 'c/ha0/srv/x.nft': '->../../../x.nft' };
    expect(told(tree(files)).said).toEqual([
      'info ha0/etc/nftables.conf: include "/srv/x.nft" matches none of the files of the host: what it lets through is not known; where the host has none, nft loads nothing',
      `warning ha0/srv/x.nft: this link leads to ../../../x.nft, ${AWAY}`,
    ]);
  });
});

// sshd 10.0 -t of the same trees, shut into each as its root, names the lines that are expected here and no others.
test.each([
  ['.', '/etc/ssh/ld/a.conf'],
  ['..', '/etc/ssh/ld/c.conf'],
  ['/etc', '/etc/ssh/ld/c.conf'],
])(
  'a link to the folder above, %s, hides nothing that stands there, and brings what a glob matches',
  (target, brought) => {
    const cwd = tree({
      'c/ha0/etc/ssh/sshd_config': 'Include /etc/ssh/ld/*.conf\nBogus yes\n',
      'c/ha0/etc/ssh/ld': `->${target}`,
      'c/ha0/etc/ssh/a.conf': 'BogusOption yes\n',
      'c/ha0/etc/c.conf': 'BogusOption yes\n',
      'c/ha0/etc/ld.so.cache': '\0\x01\x02\x03'.repeat(50),
      'c/ha0/etc/deep/er.conf': 'BogusOption yes\n',
    });
    const snapshot = loadSnapshot(['.'], { cwd, includesOf, startedBy });
    const { findings, errors } = lint(snapshot);
    expect(errors).toEqual([]);
    expect(findings.filter(({ rejects }) => rejects).map(({ message, at }) => `${at.file.path} ${message}`)).toEqual([
      '/etc/ssh/sshd_config sshd has no option Bogus',
      `${brought} sshd has no option BogusOption`,
    ]);
  },
);

test('a folder that is included by the name of a link counts under its own name too', () => {
  const cwd = tree({
    'c/ha0/etc/ssh/sshd_config': 'Include /etc/ssh/ld/more/*.conf\nInclude /etc/ssh/more/*.conf\n',
    'c/ha0/etc/ssh/ld': '->.',
    'c/ha0/etc/ssh/more/a.conf': 'Port 22\n',
  });
  expect(told(cwd).read.filter((path) => path.endsWith('a.conf'))).toEqual([
    'ha0/etc/ssh/ld/more/a.conf',
    'ha0/etc/ssh/more/a.conf',
  ]);
});
