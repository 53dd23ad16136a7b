import { contains, hostPort, isWildcard, parseIp, type Ip } from '@halint/core';
import type { Cluster } from '../cluster.ts';
import type { Bind, HaproxyFacts, Server } from '../facts/haproxy.ts';
import type { Host } from '../host.ts';
import { isSwitchedOn, nonlocalBind } from '../host.ts';
import { proxiesBehind } from '../proxies-behind.ts';
import type { ServiceState } from './types.ts';
import { machineOf, type World } from './world.ts';

/** What the hosts' haproxies need to serve a VIP; worked out once for a cluster. */
export class Services {
  readonly #owners: ReadonlyMap<string, Host>;

  constructor(cluster: Cluster) {
    const owners = new Map<string, Host>();
    const vips = new Set(cluster.routers.flatMap((router) => router.vips));
    for (const host of cluster.hosts) {
      for (const { address } of host.facts.addresses ?? [])
        if (!vips.has(address.address)) owners.set(address.address, host);
    }
    this.#owners = owners;
  }

  /** The services on a VIP while `host` holds it. `holders` at start could bind it before the kernel had to be asked. */
  at(world: World, vip: string, host: Host, wasHolder: boolean): readonly ServiceState[] {
    const { haproxy } = host;
    if (haproxy === undefined) return [];
    const binds = [...haproxy.bindsAt(vip), ...wildcardBinds(haproxy, vip)];
    const running = machineOf(world, host.id).haproxy && (wasHolder || startsWithout(host, haproxy, vip));
    return binds.map((bind) => {
      const servers = this.#servers(world, host, haproxy, bind);
      const states = Object.values(servers);
      const served = states.length === 0 || states.some((state) => state !== 'down');
      return { bind: hostPort(vip, bind.portFrom), host: host.id, state: running && served ? 'up' : 'down', servers };
    });
  }

  #servers(world: World, host: Host, haproxy: HaproxyFacts, bind: Bind): Record<string, 'up' | 'down' | 'unknown'> {
    const states: Record<string, 'up' | 'down' | 'unknown'> = {};
    for (const proxy of proxiesBehind(haproxy, bind.proxy)) {
      for (const server of proxy.servers) {
        if (!server.disabled) states[`${proxy.name.value}/${server.name.value}`] = this.#server(world, host, server);
      }
    }
    return states;
  }

  #server(world: World, from: Host, server: Server): 'up' | 'down' | 'unknown' {
    const { value: address } = server.address;
    const ip = parseIp(address);
    const owner = this.#owners.get(address) ?? (address.startsWith('127.') ? from : undefined);
    if (ip === undefined || owner === undefined) return 'unknown';
    const machine = machineOf(world, owner.id);
    if (!machine.up) return 'down';
    if (owner !== from) {
      if (world.cut.has(`${from.id}>${owner.id}`) || world.cut.has(`${owner.id}>${from.id}`)) return 'down';
      const carrier = owner.facts.addresses?.find((each) => each.address.address === address)?.interface;
      if (carrier !== undefined && machine.interfacesDown.has(carrier)) return 'down';
      if (subnetIsDown(world, from, ip)) return 'down';
    }
    const isSshd =
      server.port !== undefined && owner.sshd?.ports.some((port) => port.value === server.port?.value) === true;
    return isSshd && !machine.sshd ? 'down' : 'up';
  }
}

/** Is the interface down by which a host reaches an address of its own subnet? */
function subnetIsDown(world: World, host: Host, ip: Ip): boolean {
  const { interfacesDown } = machineOf(world, host.id);
  if (interfacesDown.size === 0) return false;
  return (host.facts.addresses ?? []).some((each) => interfacesDown.has(each.interface) && contains(each.address, ip));
}

/** Binds of a wildcard serve the VIP too. */
function wildcardBinds(haproxy: HaproxyFacts, vip: string): readonly Bind[] {
  const family = parseIp(vip)?.family;
  const any = family === 'ipv6' ? ['::'] : ['0.0.0.0', '::'];
  return any
    .flatMap((address) => haproxy.bindsAt(address))
    .filter((bind) => family === 'ipv6' || bind.family === 'ipv4' || bind.v6only !== true);
}

/** Could haproxy start on this host before the VIP was there? All of its binds must work, or none does. */
function startsWithout(host: Host, haproxy: HaproxyFacts, vip: string): boolean {
  const own = new Set((host.facts.addresses ?? []).map(({ address }) => address.address));
  const ip = parseIp(vip);
  if (ip === undefined || isWildcard(ip)) return true;
  const allowed = isSwitchedOn(nonlocalBind(host, ip.family));
  return allowed || own.has(vip) || haproxy.bindsAt(vip).every((bind) => bind.transparent);
}
