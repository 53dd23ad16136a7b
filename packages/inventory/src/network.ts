import { parseCidr } from '@halint/core';
import type { HostReading, SnapshotHost } from '@halint/engine';
import { NO_FACTS, type InterfaceAddress } from '@halint/model';
export function readHostFacts(host: SnapshotHost): HostReading {
  const text = host.facts.get('ip-address.json');
  let addresses: InterfaceAddress[] | undefined;
  if (text !== undefined) {
    addresses = [];
    for (const i of JSON.parse(text) as { ifname: string; addr_info: { local: string; prefixlen: number }[] }[]) for (const a of i.addr_info) {
      const c = parseCidr(`${a.local}/${a.prefixlen}`);
      if (c) addresses.push({ interface: i.ifname, address: c, source: 'facts/ip-address.json' });
    }
  }
  const os = host.files.get('/etc/os-release')?.text;
  return { facts: { ...NO_FACTS, addresses }, name: host.files.get('/etc/hostname')?.text.trim(), targets: os?.includes('rhel') ? { haproxy: '2.4', keepalived: '2.2.8', openssh: '8.7', os: 'rhel9' } : os?.includes('debian') ? { os: 'debian12', keepalived: '2.2.7', haproxy: '2.6', openssh: '9.2' } : {}, notes: [] };
}
