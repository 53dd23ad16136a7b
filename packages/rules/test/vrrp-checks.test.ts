import { expect, test } from 'vitest';
import { lint, snapshotFromFiles } from '../../halint/src/index.ts';

const keepalived = (script: string, tracking: string): string => `global_defs {
    enable_script_security
    script_user root
}
vrrp_script chk {
    script "${script}"
}
${['V4', 'V6']
  .map(
    (name, i) => `vrrp_instance ${name} {
    state BACKUP
    interface eth0
    virtual_router_id ${51 + i}
    priority 100
    virtual_ipaddress {
        192.0.2.1${i}/24
    }
}
`,
  )
  .join('')}vrrp_sync_group G {
    group {
        V4
        V6
    }
${tracking}}
`;

const HAPROXY =
  'defaults\n    mode tcp\n    timeout connect 5s\n    timeout client 1h\n    timeout server 1h\nlisten l\n    bind 192.0.2.10:80\n    server s 192.0.2.30:80\n';
const TRACKED = '    track_script {\n        chk\n    }\n';

function checks(script: string, tracking: string): readonly string[] {
  const files = new Map(
    ['ha0', 'ha1'].flatMap((host): [string, string][] => [
      [`${host}/etc/keepalived/keepalived.conf`, keepalived(script, tracking)],
      [`${host}/etc/haproxy/haproxy.cfg`, HAPROXY],
    ]),
  );
  const { findings } = lint(snapshotFromFiles(files));
  return [...new Set(findings.map(({ rule }) => rule).filter((rule) => rule.startsWith('cross/vrrp-check-')))];
}

// keepalived 2.3.4 in a namespace without haproxy: the priority of both instances falls when the group tracks it.
test('what a sync group tracks counts for its instances', () => {
  expect(checks('/usr/bin/pgrep -x haproxy', TRACKED)).toEqual([]);
  expect(checks('/usr/bin/pgrep -x haproxy', '')).toEqual(['cross/vrrp-check-not-haproxy']);
  expect(checks('/usr/bin/curl -sf http://192.0.2.10/', TRACKED)).toEqual(['cross/vrrp-check-targets-vip']);
});

// ss(8), ip(8): they ask the kernel of the host, not the network.
test.each([
  [`/bin/sh -c 'ss -Hltn src 192.0.2.10:80 | grep -q .'`, []],
  ['/usr/sbin/ip -4 addr show to 192.0.2.10', []],
  [`/bin/sh -c 'ip addr show to 192.0.2.10 && curl -sf http://192.0.2.10/'`, ['cross/vrrp-check-targets-vip']],
  ['/usr/bin/nc -z 192.0.2.10 80', ['cross/vrrp-check-targets-vip']],
])('%s', (script, found) => {
  expect(checks(script, TRACKED).filter((rule) => rule === 'cross/vrrp-check-targets-vip')).toEqual(found);
});
