import { contains, isLoopback, parseIp, type Ip, largest } from '@halint/core';
import {
  addressesComplete,
  realAddresses,
  TCP,
  vipsOf,
  type Host,
  type InterfaceAddress,
  type Packet,
  type Proxy,
  type Server,
} from '@halint/model';

/** A connection that haproxy of a host opens. */
export interface ServerConnection {
  readonly server: Server;
  /** Traffic and checks, where both go the same way; a server without `check` has traffic alone. */
  readonly isCheck: boolean;
  readonly address: string;
  readonly port: number;
  /** Its first packet, in each way that it may leave: an address that may be the host's own is reached by lo or by a wire. */
  readonly packets: readonly Packet[];
}

/** Connections to servers whose address and port are known, to each address and port of a proxy once. */
export function* serverConnections(host: Host): Generator<ServerConnection> {
  const route = routes(host);
  for (const proxy of host.haproxy?.proxies() ?? []) {
    if (proxy.disabled) continue;
    const told = new Set<string>();
    for (const server of proxy.servers) {
      const { leaves } = server;
      if (server.disabled || leaves === undefined) continue;
      for (const { address, port, isCheck } of targetsOf(server, proxy)) {
        const ip = parseIp(address);
        const key = `${address} ${port} ${leaves.source ?? ''} ${leaves.interface ?? ''}`;
        if (ip === undefined || told.has(key)) continue;
        told.add(key);
        const packets = route(ip).map((chosen): Packet => ({
          way: 'out',
          family: ip.family,
          protocol: TCP,
          source: leaves.source ?? chosen.source,
          destination: ip.address,
          interface: leaves.interface ?? chosen.interface,
          port,
          state: 'new',
        }));
        yield { server, isCheck, address: ip.address, port, packets };
      }
    }
  }
}

interface Target {
  readonly address: string;
  readonly port: number;
  readonly isCheck: boolean;
}

/** Where its clients are sent, and where its checks go if that is elsewhere. */
function targetsOf(server: Server, proxy: Proxy): readonly Target[] {
  const address = server.address.value;
  const port = server.port?.value;
  // Rules of a check may connect to anywhere, and a program does what it does.
  const isPlain =
    server.check.value && !proxy.checks.some(({ value }) => /^\S+-check connect\b|external-check/.test(value));
  const checked = { address: server.checkAddress?.value ?? address, port: server.checkPort?.value ?? port };
  const isSame = checked.address === address && checked.port === port;
  const targets: Target[] = [];
  if (port !== undefined) targets.push({ address, port, isCheck: isPlain && isSame });
  if (isPlain && !isSame && checked.port !== undefined) targets.push({ ...checked, port: checked.port, isCheck: true });
  return targets;
}

interface Route {
  readonly source?: string;
  readonly interface?: string;
}

/** Which interface a packet leaves through and which address it has: certain only for networks that an interface stands in. */
function routes(host: Host): (to: Ip) => readonly Route[] {
  const addresses = realAddresses(host) ?? [];
  const vips = vipsOf(host);
  return (to) => {
    const own: Route = { interface: 'lo', source: to.address };
    if (isLoopback(to) || addresses.some(({ address }) => address.address === to.address)) return [own];
    const wire = wireTo(to, addresses);
    const mayBeOwn = vips.has(to.address) || !addressesComplete(host, to.family);
    return mayBeOwn ? [wire, own] : [wire];
  };
}

function wireTo(to: Ip, addresses: readonly InterfaceAddress[]): Route {
  const near = addresses.filter(({ address }) => address.family === to.family && contains(address, to));
  const longest = largest(near.map(({ address }) => address.prefix));
  const best = near.filter(({ address }) => address.prefix === longest);
  const [only] = best;
  if (only === undefined || best.some((each) => each.interface !== only.interface)) return {};
  const device = only.interface === '' ? {} : { interface: only.interface };
  // Of several addresses in one network the kernel takes the one that was added first.
  return best.length > 1 ? device : { ...device, source: only.address.address };
}
