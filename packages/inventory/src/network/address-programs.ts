import type { Family } from '@halint/core';
import type { DynamicAddress } from '@halint/model';
import { linesOf, nameOf } from './source.ts';

/** Units of programs that give the host addresses which stand in no file that is read here, by the interface that most have. */
const UNITS: readonly (readonly [RegExp, string, string])[] = [
  [/^docker\.(?:service|socket)$/, 'docker', 'docker0'],
  [/^(?:libvirtd|virtnetworkd)\.(?:service|socket)$/, 'libvirt', 'virbr0'],
  [/^(?:lxc-net|lxd|incus)\.(?:service|socket)$/, 'LXC', 'lxdbr0'],
  [/^(?:kubelet|k3s|k3s-agent|rke2-server|rke2-agent)\.service$/, 'kubernetes', 'cni0'],
  [/^openvpn(?:-server|-client)?(?:@.*)?\.service$/, 'OpenVPN', 'tun0'],
  [/^(?:tailscaled|zerotier-one|netbird|nebula)\.service$/, 'a VPN', 'tun0'],
  [/^(?:frr|quagga|zebra)\.service$/, 'FRR', ''],
  [/^(?:dhcpcd|connman|wicked)\.service$/, 'its DHCP client', ''],
  [/^ucarp\.service$/, 'ucarp', ''],
];

/** Scripts that run when the host or an interface of it comes up. */
const SCRIPT =
  /^\/etc\/(?:rc\.local|rc\.d\/rc\.local|network\/if-(?:pre-)?up\.d\/[^/]+|NetworkManager\/dispatcher\.d\/(?:pre-up\.d\/)?[^/]+|networkd-dispatcher\/(?:routable|configured|degraded|carrier)\.d\/[^/]+)$/;

/** A command in a script that gives an interface an address. */
const ADDS =
  /(?:\bip|\$\{?ip\}?)\s+(?:-\S+\s+(?:inet6?\s+)?){0,8}a(?:dd?r?|ddre?s?s?)?\s+(?:add|replace|change)\b|\bifconfig\s+\S+\s+(?:add\s|inet|\d)/i;

/** Is this a script that may add addresses to the host when it comes up? */
export function isAddressScript(path: string): boolean {
  return SCRIPT.test(path);
}

/** Addresses of both families that something may bring to an interface, to any without a name. */
export function unlistedBy(source: string, by: string, device = ''): readonly DynamicAddress[] {
  const families: readonly Family[] = ['ipv4', 'ipv6'];
  return families.map((family) => ({ interface: device, family, source, by }));
}

/** What of a host's programs and scripts gives it addresses that stand in no file. */
export function addressPrograms(
  units: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, string>,
): readonly DynamicAddress[] {
  const found = new Map<string, readonly DynamicAddress[]>();
  for (const [unit, state] of units)
    for (const [pattern, program, device] of UNITS)
      if (/^enabled/.test(state) && pattern.test(unit)) found.set(program, unlistedBy(unit, program, device));
  for (const [path, text] of files) {
    if (!isAddressScript(path)) continue;
    const adds = linesOf(text).some((each) => !/^\s*#/.test(each.text) && ADDS.test(each.text));
    if (adds) found.set(path, unlistedBy(nameOf(path), path));
  }
  return [...found.values()].flat();
}
