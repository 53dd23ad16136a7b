import { contains, hostPort, isWildcard, parseIp, type Ip } from '@halint/core';
import { vipsOf } from '../addresses.ts';
import type { Cluster } from '../cluster.ts';
import type { Bind, HaproxyFacts, Server } from '../facts/haproxy.ts';
import type { VrrpInstance } from '../facts/keepalived.ts';
import type { Host } from '../host.ts';
import { nonlocalBind, type KernelSwitch, type SwitchDoubt } from '../host.ts';
import { proxiesBehind } from '../proxies-behind.ts';
import { isCut, machineOf, type Conditions } from './conditions.ts';
import type { ServiceState } from './types.ts';

/** The servers behind one bind, each with the host that answers at its address. */
interface Service {
  readonly bind: string;
  readonly servers: readonly { readonly key: string; readonly server: Server; readonly owner: Host | undefined }[];
}

/** What the hosts' haproxies need to serve a VIP; worked out once for a cluster. */
export class Services {
  readonly #owners: ReadonlyMap<string, Host>;
  readonly #services = new Map<string, readonly Service[]>();
  readonly #bound = new Map<Host, readonly BoundVip[]>();

  constructor(cluster: Cluster) {
    const owners = new Map<string, Host>();
    const vips = new Set(cluster.hosts.flatMap((host) => [...vipsOf(host).keys()]));
    for (const host of cluster.hosts) {
      for (const { address } of host.facts.addresses ?? [])
        if (!vips.has(address.address)) owners.set(address.address, host);
    }
    this.#owners = owners;
  }

  /** The services on a VIP while `host` holds it. `heldAtStart`: the addresses that were there when its haproxy started. */
  at(conditions: Conditions, vip: string, host: Host, heldAtStart: (vip: string) => boolean): readonly ServiceState[] {
    const running = machineOf(conditions, host.id).haproxy && this.missingAtStart(host, heldAtStart) === undefined;
    const reachable = running && !dropsPackets(host, vip);
    return this.#servicesOf(host, vip).map(({ bind, servers }) => {
      const states: Record<string, 'up' | 'down' | 'unknown'> = {};
      for (const { key, server, owner } of servers) states[key] = serverState(conditions, host, server, owner);
      const all = Object.values(states);
      const served = all.length === 0 || all.some((state) => state !== 'down');
      return { bind, host: host.id, state: reachable && served ? 'up' : 'down', servers: states };
    });
  }

  /** The VIP for want of which haproxy of a host could not start: all of its binds must work, or none does. */
  missingAtStart(host: Host, heldAtStart: (vip: string) => boolean): string | undefined {
    return this.#boundVips(host).find(({ address, nonlocal }) => !nonlocal.isOn && !heldAtStart(address))?.address;
  }

  /** The file that is not at hand and on which it hangs whether haproxy of a host could start. */
  doubtOfStart(host: Host, heldAtStart: (vip: string) => boolean): SwitchDoubt | undefined {
    return this.#boundVips(host).find(({ address, nonlocal }) => nonlocal.doubt !== undefined && !heldAtStart(address))
      ?.nonlocal.doubt;
  }

  #boundVips(host: Host): readonly BoundVip[] {
    let bound = this.#bound.get(host);
    if (bound === undefined) {
      bound = host.haproxy === undefined ? [] : boundVips(host, host.haproxy);
      this.#bound.set(host, bound);
    }
    return bound;
  }

  #servicesOf(host: Host, vip: string): readonly Service[] {
    const { haproxy } = host;
    if (haproxy === undefined) return [];
    const key = `${host.id} ${vip}`;
    const known = this.#services.get(key);
    if (known !== undefined) return known;
    const binds = [...haproxy.bindsAt(vip), ...wildcardBinds(haproxy, vip)];
    const services = binds.map((bind) => ({
      bind: hostPort(vip, bind.portFrom),
      servers: proxiesBehind(haproxy, bind.proxy).flatMap((proxy) =>
        proxy.servers
          .filter((server) => !server.disabled)
          .map((server) => ({
            key: `${proxy.name.value}/${server.name.value}`,
            server,
            owner: this.#ownerOf(server.address.value, host),
          })),
      ),
    }));
    this.#services.set(key, services);
    return services;
  }

  #ownerOf(address: string, from: Host): Host | undefined {
    if (parseIp(address) === undefined) return undefined;
    return this.#owners.get(address) ?? (address.startsWith('127.') || address === '::1' ? from : undefined);
  }
}

function serverState(
  conditions: Conditions,
  from: Host,
  server: Server,
  owner: Host | undefined,
): 'up' | 'down' | 'unknown' {
  const ip = parseIp(server.address.value);
  if (ip === undefined || owner === undefined) return 'unknown';
  const machine = machineOf(conditions, owner.id);
  if (!machine.up) return 'down';
  if (owner !== from) {
    if (isCut(conditions, from.id, owner.id) || isCut(conditions, owner.id, from.id)) return 'down';
    const carrier = owner.facts.addresses?.find((each) => each.address.address === ip.address)?.interface;
    if (carrier !== undefined && machine.interfacesDown.has(carrier)) return 'down';
    if (subnetIsDown(conditions, from, ip)) return 'down';
  }
  const isSshd =
    server.port !== undefined && owner.sshd?.ports.some((port) => port.value === server.port?.value) === true;
  return isSshd && !machine.sshd ? 'down' : 'up';
}

/** Is the interface down by which a host reaches an address of its own subnet? */
function subnetIsDown(conditions: Conditions, host: Host, ip: Ip): boolean {
  const { interfacesDown } = machineOf(conditions, host.id);
  if (interfacesDown.size === 0) return false;
  return (host.facts.addresses ?? []).some((each) => interfacesDown.has(each.interface) && contains(each.address, ip));
}

/** Without accept mode keepalived's firewall drops what comes to the address, unless it owns it (vrrp.c vrrp_handle_accept_mode). */
export function dropsPackets(host: Host, vip: string): boolean {
  return instanceOf(host, vip)?.accept.value === false && instanceOf(host, vip)?.priority.value !== 255;
}

function instanceOf(host: Host, vip: string): VrrpInstance | undefined {
  return host.keepalived?.instances.find(({ vips, excludedVips }) =>
    [...vips, ...excludedVips].some((each) => each.address.value === vip),
  );
}

/** Binds of a wildcard serve the VIP too. */
function wildcardBinds(haproxy: HaproxyFacts, vip: string): readonly Bind[] {
  const family = parseIp(vip)?.family;
  const any = family === 'ipv6' ? ['::'] : ['0.0.0.0', '::'];
  return any
    .flatMap((address) => haproxy.bindsAt(address))
    .filter((bind) => family === 'ipv6' || bind.family === 'ipv4' || bind.v6only !== true);
}

interface BoundVip {
  readonly address: string;
  readonly nonlocal: KernelSwitch;
}

/** VIPs that haproxy binds by name, which the kernel lets it only while the host holds them, but for ip_nonlocal_bind. */
function boundVips(host: Host, haproxy: HaproxyFacts): readonly BoundVip[] {
  const own = new Set((host.facts.addresses ?? []).map(({ address }) => address.address));
  return [...vipsOf(host).values()]
    .filter(({ family, address }) => !isWildcard({ family, address }) && !own.has(address))
    .filter(({ address }) => haproxy.bindsAt(address).some((bind) => !bind.transparent))
    .map(({ family, address }) => ({ address, nonlocal: nonlocalBind(host, family) }));
}
