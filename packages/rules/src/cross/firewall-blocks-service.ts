import { contains, hostPort, isLoopback, isWildcard, type Ip, type Place } from '@halint/core';
import {
  addressesOf,
  addressOfBind,
  datagramBinds,
  filterVerdict,
  firewallVerdict,
  inKernel,
  listeningBinds,
  placeName,
  realAddresses,
  serviceVerdict,
  TCP,
  UDP,
  vipsOf,
  type Bind,
  type Cluster,
  type FirewallFacts,
  type Fleet,
  type Host,
  type HostFacts,
  type HostVerdict,
  type InterfaceAddress,
  type Packet,
  type Report,
  type Rule,
} from '@halint/model';
import { ufwCommand } from '../shared/firewall.ts';
import { serverConnections, type ServerConnection } from '../shared/server-connections.ts';

export default {
  id: 'cross/firewall-blocks-service',
  scope: 'fleet',
  severity: 'warning',
  summary:
    'The packet filter of a host drops connections to a port that its haproxy listens on or that another one serves or checks there, or those of its own haproxy.',
  since: '0.1.0',
  sources: [
    'nft(8): the first verdict of a chain decides',
    'firewalld.zone(5)',
    'kernel: connections of haproxy through rules of the hook output, test/around/nft-connect.test.ts',
  ],
  check(fleet, report) {
    const isFiltered = ({ facts }: Host): boolean => facts.firewalls.length > 0;
    for (const cluster of fleet.clusters)
      for (const host of cluster.hosts.filter(isFiltered)) for (const found of vipPorts(host, cluster)) report(found);
    for (const host of fleet.hosts.filter(isFiltered))
      for (const found of [...ownPorts(host), ...opened(host)]) report(found);
    for (const found of servedPorts(fleet)) report(found);
  },
} satisfies Rule<'fleet'>;

/** Ports of the VIPs: clients come from anywhere. */
function* vipPorts(host: Host, cluster: Cluster): Generator<Report> {
  for (const router of cluster.routers) {
    const member = router.members.find((each) => each.host === host);
    if (member === undefined) continue;
    for (const { family, address } of member.instance.vips) {
      const told = new Set<number>();
      for (const bind of host.haproxy?.bindsAt(address.value) ?? []) {
        if (told.has(bind.portFrom) || bind.portFrom === 0) continue;
        told.add(bind.portFrom);
        const device = member.instance.interface?.value;
        const packet = {
          family,
          protocol: TCP,
          destination: address.value,
          interface: device,
          port: bind.portFrom,
          state: 'new',
        } as const;
        const what = `connections to ${hostPort(address.value, bind.portFrom)}`;
        const effect = 'The address works until it moves here.';
        const remedy = (command: string): string =>
          `Let TCP port ${bind.portFrom} in on every host of the cluster${command}.`;
        yield* judged(host, serviceVerdict(host, packet), {
          packet,
          what,
          at: bind.address.at ?? bind.at,
          effect,
          remedy,
        });
      }
    }
  }
}

/** Ports of addresses that are the host's own whatever VRRP does: who connects is not known. */
function* ownPorts(host: Host): Generator<Report> {
  const own = (realAddresses(host) ?? []).filter(({ address }) => !isLoopback(address));
  const vips = vipsOf(host);
  const addresses = addressesOf(host, undefined);
  const told = new Set<string>();
  const ports = function* (binds: readonly Bind[], protocol: number): Generator<Report> {
    for (const bind of binds) {
      const found = addressOfBind(bind, addresses);
      if (typeof found !== 'object' || bind.portFrom === 0) continue;
      const ip = inKernel(found);
      const key = `${protocol} ${ip.address} ${bind.portFrom}`;
      if (told.has(key) || isLoopback(ip) || vips.has(ip.address)) continue;
      told.add(key);
      const packets = arrivals(ip, own, bind.interface).map((way) => ({ ...way, protocol, port: bind.portFrom }));
      const verdicts = packets.map((packet) => kept(host, packet));
      // One way in is enough.
      if (verdicts.some((each) => each === undefined || each.verdict === 'accept')) continue;
      const verdict = verdicts.find((each) => each?.verdict === 'unknown') ?? verdicts[0];
      const name = protocol === UDP ? 'UDP' : 'TCP';
      const what = `${protocol === UDP ? 'datagrams' : 'connections'} to ${hostPort(ip.address, bind.portFrom)}`;
      const effect = 'haproxy listens there, and nobody reaches it from outside.';
      const remedy = (command: string): string =>
        `Let ${name} port ${bind.portFrom} in${command}, or bind a loopback address.`;
      yield* judged(host, verdict, { packet: packets[0], what, at: bind.address.at ?? bind.at, effect, remedy });
    }
  };
  yield* ports(listeningBinds(host), TCP);
  yield* ports(datagramBinds(host), UDP);
}

type Arrival = Pick<Packet, 'family' | 'destination' | 'interface' | 'state'>;

/** First packets to a socket: on every address of the host for a wildcard. */
function arrivals(ip: Ip, own: readonly InterfaceAddress[], on: string | undefined): readonly Arrival[] {
  const { family, address } = ip;
  const meant = isWildcard(ip)
    ? own.filter((each) => each.address.family === family)
    : own.filter((each) => each.address.address === address);
  const through = meant.filter((each) => on === undefined || each.interface === on);
  if (through.length === 0) {
    const destination = isWildcard(ip) ? undefined : address;
    return [{ family, destination, interface: on, state: 'new' }];
  }
  return through.map(({ address: to, interface: device }) => ({
    family,
    destination: to.address,
    interface: device === '' ? undefined : device,
    state: 'new',
  }));
}

interface Verdicts {
  /** Its VIPs say where translated packets go. */
  readonly keepalived: Host['keepalived'];
  readonly byPacket: Map<string, HostVerdict | undefined>;
}

/** Verdicts on first packets to a host: its filter and its VIPs stay as they are while haproxy.cfg is edited. */
const verdictsOf = new WeakMap<HostFacts, Verdicts>();

function kept(host: Host, packet: Packet): HostVerdict | undefined {
  const { facts, keepalived } = host;
  let known = verdictsOf.get(facts);
  if (known === undefined || known.keepalived !== keepalived)
    verdictsOf.set(facts, (known = { keepalived, byPacket: new Map() }));
  const { byPacket } = known;
  const key = [packet.protocol, packet.family, packet.destination, packet.interface, packet.port].join(' ');
  if (!byPacket.has(key)) byPacket.set(key, serviceVerdict(host, packet));
  return byPacket.get(key);
}

/** An address of a host with a packet filter. */
interface Owned extends InterfaceAddress {
  readonly owner: Host;
}

/** Ports to which haproxy of another host sends, and which it checks. */
function* servedPorts(fleet: Fleet): Generator<Report> {
  const owned = new Map<string, Owned[]>();
  for (const owner of fleet.hosts.filter(({ facts }) => facts.firewalls.length > 0))
    for (const each of realAddresses(owner) ?? []) {
      const { address } = each.address;
      // What stands on lo may stand there on many hosts.
      if (each.interface === 'lo') continue;
      const owners = owned.get(address);
      if (owners === undefined) owned.set(address, [{ ...each, owner }]);
      else owners.push({ ...each, owner });
    }
  if (owned.size === 0) return;
  for (const host of fleet.hosts) {
    // A host alone has nobody to connect to, and its servers need not be looked through.
    if (host.haproxy === undefined || fleet.hosts.length === 1) continue;
    for (const address of host.haproxy.serverAddresses())
      for (const each of owned.get(address) ?? []) if (each.owner !== host) yield* connectionsTo(each, host);
  }
}

function* connectionsTo({ owner, address, interface: device }: Owned, host: Host): Generator<Report> {
  const own = realAddresses(host)?.filter((each) => each.address.family === address.family) ?? [];
  const source = own.find((each) => contains(address, each.address)) ?? own.find((each) => each.interface === device);
  for (const server of host.haproxy?.serversAt(address.address) ?? []) {
    const port = server.checkPort?.value ?? server.port?.value;
    if (port === undefined) continue;
    const packet = {
      family: address.family,
      protocol: TCP,
      source: source?.address.address,
      destination: address.address,
      interface: device === '' ? undefined : device,
      port,
      ...(server.check.value ? { every: server.inter.value / 1000 } : {}),
      state: 'new',
    } as const;
    const what = `connections of haproxy on ${host.id} to ${hostPort(address.address, port)}`;
    const effect = `${host.id} counts the server ${server.name.value} as down.`;
    const remedy = (command: string): string => `Let TCP port ${port} in${command}.`;
    yield* judged(owner, firewallVerdict(owner, packet), { packet, what, at: server.at, effect, remedy });
  }
}

/** Connections that haproxy of the host itself opens; where it is not known what becomes of one, nothing is claimed. */
function* opened(host: Host): Generator<Report> {
  const isFiltered = host.facts.firewalls.some(({ chains }) =>
    chains.some(({ hook, translates }) => translates !== true && (hook === 'output' || hook === 'postrouting')),
  );
  if (!isFiltered) return;
  for (const connection of serverConnections(host)) {
    const verdicts = connection.packets.map((packet) => firewallVerdict(host, packet));
    const [verdict] = verdicts;
    if (verdict === undefined || verdicts.some((each) => each?.verdict !== 'drop')) continue;
    const { firewall, at, missing } = verdict;
    const does = missing === undefined ? 'drops' : 'would drop';
    const place = at === undefined ? '' : `: ${placeName(at)} decides`;
    const { server, address, port } = connection;
    yield {
      at: server.at,
      ...(missing === undefined ? {} : { severity: 'info', missing }),
      message: `${firewall.service} of ${host.id} ${does} the connections that haproxy opens to ${hostPort(address, port)}${place}`,
      help: `${effectOf(connection, host)} Let TCP port ${port} out${allowed(firewall, connection.packets[0])}.`,
    };
  }
}

function effectOf({ server, isCheck }: ServerConnection, { id }: Host): string {
  return isCheck
    ? `${id} counts the server ${server.name.value} as down.`
    : `Clients that ${id} sends to the server ${server.name.value} get no answer.`;
}

/** A packet that has to come in. */
interface Wanted {
  readonly packet: Packet | undefined;
  /** As a message names it. */
  readonly what: string;
  readonly at: Place;
  /** What it costs that it does not. */
  readonly effect: string;
  /** `command` begins with a colon, or is empty. */
  readonly remedy: (command: string) => string;
}

function* judged(
  host: Host,
  verdict: HostVerdict | undefined,
  { packet, what, at, effect, remedy }: Wanted,
): Generator<Report> {
  if (verdict === undefined || verdict.verdict === 'accept') return;
  const { firewall, missing } = verdict;
  if (verdict.verdict === 'unknown' || missing !== undefined) {
    yield {
      at,
      severity: 'info',
      missing: missing ?? 'a rule that is followed',
      message: `cannot tell whether ${firewall.service} of ${host.id} lets in ${what}`,
      help: `Not known: ${missing ?? 'the rules'}.`,
    };
    return;
  }
  const place = verdict.at === undefined ? '' : `: ${placeName(verdict.at)} decides`;
  if (packet?.every !== undefined && isLimit(firewall, packet)) {
    const from = `from ${packet.source ?? 'it'} to any port ${packet.port ?? 0} proto tcp`;
    yield {
      at,
      message: `${firewall.service} of ${host.id} limits how often one address connects, and drops ${what} once they are checks each ${packet.every} s${place}`,
      help: `${effect} Let them in in front of the limit${firewall.service === 'ufw' ? `: \`ufw insert 1 allow ${from}\`` : ''}.`,
    };
    return;
  }
  yield {
    at,
    message: `${firewall.service} of ${host.id} drops ${what}${translation(verdict)}${place}`,
    help: `${effect} ${verdict.translated === undefined ? remedy(allowed(firewall, packet)) : 'Let that port in: the rules of input see no other.'}`,
  };
}

/** Where the packets come that the filter drops, if that is not where they were sent. */
function translation({ translated }: HostVerdict): string {
  if (translated === undefined) return '';
  const { destination, port = 0 } = translated;
  return `, which it sends on to ${destination === undefined ? `port ${port}` : hostPort(destination, port)}`;
}

/** Would the packet come in if it were the only one? */
function isLimit(firewall: FirewallFacts, { every: _, ...alone }: Packet): boolean {
  return filterVerdict(firewall, alone).verdict === 'accept';
}

function allowed(firewall: FirewallFacts, packet: Packet | undefined): string {
  const command = packet === undefined ? undefined : ufwCommand(firewall, packet);
  return command === undefined ? '' : `: ${command}`;
}
