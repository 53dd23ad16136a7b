import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Workspace } from '@halint/engine';
import { commandsOf, environmentOf, startedWith, unitOf, type Host } from '@halint/model';
import { afterEach, expect, test } from 'vitest';
import { lint, rangeOf } from '../../packages/halint/src/index.ts';
import { parts } from '../../packages/halint/src/knowledge.ts';
import { loadSnapshot } from '../../packages/halint/src/node.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A host's tree on disk; a text that starts with `->` is a symbolic link. */
function tree(files: Readonly<Record<string, string>>): string {
  const top = mkdtempSync(join(tmpdir(), 'halint-tree-'));
  folders.push(top);
  for (const [path, text] of Object.entries(files)) {
    const full = join(top, 'ha0', path);
    mkdirSync(dirname(full), { recursive: true });
    if (text.startsWith('->')) symlinkSync(text.slice(2), full);
    else writeFileSync(full, text);
  }
  return top;
}

function hostOf(top: string): Host {
  const workspace = new Workspace(loadSnapshot([top], { cwd: top }), parts);
  const [host] = workspace.fleet.hosts;
  expect(workspace.guard.errors).toEqual([]);
  if (host === undefined) throw new Error('no host was found');
  return host;
}

/** haproxy.service of Debian 12, in short. */
const UNIT = `[Unit]
After=network-online.target rsyslog.service

[Service]
EnvironmentFile=-/etc/default/haproxy
EnvironmentFile=-/etc/sysconfig/haproxy
BindReadOnlyPaths=/dev/log:/var/lib/haproxy/dev/log
Environment="CONFIG=/etc/haproxy/haproxy.cfg" "PIDFILE=/run/haproxy.pid" "EXTRAOPTS=-S /run/haproxy-master.sock"
ExecStart=/usr/sbin/haproxy -Ws -f $CONFIG -p $PIDFILE $EXTRAOPTS
`;

test('units of a tree: files, drop-ins, masks, links and aliases', () => {
  const host = hostOf(
    tree({
      'etc/haproxy/haproxy.cfg': 'global\n',
      lib: '->usr/lib',
      'usr/lib/systemd/system/haproxy.service': UNIT,
      'usr/lib/systemd/system/ssh.service': '[Service]\nExecStart=/usr/sbin/sshd -D\n',
      'etc/systemd/system/sshd.service': '->/lib/systemd/system/ssh.service',
      'etc/systemd/system/keepalived.service': '->/dev/null',
      'etc/systemd/system/rsyslog.service': '[Service]\nExecStart=/opt/rsyslogd\n',
      'etc/systemd/system/haproxy.service.d/files.conf': '[Service]\nLimitNOFILE=100000\n',
      'etc/systemd/system/multi-user.target.wants/haproxy.service': '->/lib/systemd/system/haproxy.service',
    }),
  );
  const units = [...(host.systemd?.units ?? [])].map(([name, unit]) => [
    name,
    unit.masked,
    unit.files.map(({ path }) => path),
  ]);
  expect(units.sort()).toEqual([
    [
      'haproxy.service',
      false,
      ['/usr/lib/systemd/system/haproxy.service', '/etc/systemd/system/haproxy.service.d/files.conf'],
    ],
    ['keepalived.service', true, ['/etc/systemd/system/keepalived.service']],
    ['rsyslog.service', false, ['/etc/systemd/system/rsyslog.service']],
    ['ssh.service', false, ['/usr/lib/systemd/system/ssh.service']],
  ]);
  expect(unitOf(host, 'haproxy')?.value('Service', 'LimitNOFILE')?.value).toBe('100000');
  // What systemctl --root=… is-enabled says of the same tree: enabled, masked.
  expect([...host.facts.units]).toEqual([
    ['haproxy.service', 'enabled'],
    ['keepalived.service', 'masked'],
  ]);
});

test('what a service is really started with', () => {
  const files = {
    'etc/haproxy/haproxy.cfg': 'global\n',
    'usr/lib/systemd/system/haproxy.service': UNIT,
    'usr/lib/systemd/system/keepalived.service':
      '[Service]\nEnvironmentFile=-/etc/default/keepalived\nExecStart=/usr/sbin/keepalived --dont-fork $DAEMON_ARGS\n',
    'etc/default/keepalived': 'DAEMON_ARGS="--use-file=/srv/k.conf -D"\n',
  };
  const stock = hostOf(tree(files));
  expect(startedWith(stock, 'haproxy')).toEqual(['/etc/haproxy/haproxy.cfg']);
  expect(startedWith(stock, 'keepalived')).toEqual(['/srv/k.conf']);
  expect(startedWith(stock, 'sshd')).toBeUndefined();
  const own = hostOf(
    tree({ ...files, 'etc/default/haproxy': '# c\nCONFIG="/srv/h.cfg"\nEXTRAOPTS="-f /srv/conf.d"\n' }),
  );
  const unit = unitOf(own, 'haproxy');
  if (unit === undefined) throw new Error('the unit was not read');
  expect(commandsOf(own, unit)[0]?.words.value).toEqual([
    '/usr/sbin/haproxy',
    '-Ws',
    '-f',
    '/srv/h.cfg',
    '-p',
    '/run/haproxy.pid',
    '-f',
    '/srv/conf.d',
  ]);
  expect(startedWith(own, 'haproxy')).toEqual(['/srv/h.cfg', '/srv/conf.d']);
  const { variables, unread } = environmentOf(own, unit);
  const config = variables.get('CONFIG');
  expect(config?.value).toBe('/srv/h.cfg');
  expect(config?.at && `${config.at.file.path}:${rangeOf(config.at).start.line}`).toBe('/etc/default/haproxy:2');
  expect(unread).toEqual(['/etc/sysconfig/haproxy']);
});

test('a variable that the unit sets for haproxy is not unset, on the host whose unit it is', () => {
  const top = tree({
    'etc/haproxy/haproxy.cfg':
      'defaults\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nlisten x\n mode tcp\n bind 192.0.2.1:"${WEB_PORT}"\n server a 192.0.2.2:80\n',
    'usr/lib/systemd/system/haproxy.service': UNIT,
  });
  const unset = (): readonly string[] =>
    lint(loadSnapshot([top], { cwd: top }), { only: ['haproxy/unset-variable'] }).findings.map(
      ({ at }) => `${at.file.path}:${rangeOf(at).start.line}`,
    );
  expect(unset()).toEqual(['/etc/haproxy/haproxy.cfg:7']);
  const dropIn = join(top, 'ha0/etc/systemd/system/haproxy.service.d');
  mkdirSync(dropIn, { recursive: true });
  writeFileSync(join(dropIn, 'port.conf'), '[Service]\nEnvironment=WEB_PORT=8080\n');
  expect(unset()).toEqual([]);
  rmSync(join(dropIn, 'port.conf'));
  mkdirSync(join(top, 'ha0/etc/sysconfig'), { recursive: true });
  writeFileSync(join(top, 'ha0/etc/sysconfig/haproxy'), 'WEB_PORT=8080\n');
  expect(unset()).toEqual([]);
});
