import { hostPort, type Place } from '@halint/core';
import {
  filterVerdict,
  placeName,
  realAddresses,
  type Cluster,
  type FirewallFacts,
  type Host,
  type Packet,
  type Report,
  type Rule,
} from '@halint/model';
import { firewallVerdict, ufwCommand } from '../shared/firewall.ts';
import { serverConnections, type ServerConnection } from '../shared/server-connections.ts';

const TCP = 6;

export default {
  id: 'cross/firewall-blocks-service',
  scope: 'cluster',
  severity: 'warning',
  summary:
    'The packet filter of a host drops connections to a port that haproxy serves or checks there, or those of its own haproxy.',
  since: '0.1.0',
  sources: [
    'nft(8): the first verdict of a chain decides',
    'firewalld.zone(5)',
    'kernel: connections of haproxy through rules of the hook output, test/around/nft-connect.test.ts',
  ],
  check(cluster, report) {
    for (const host of cluster.hosts) {
      if (host.facts.firewalls.length === 0) continue;
      for (const found of [...vipPorts(host, cluster), ...servedPorts(host, cluster), ...opened(host)]) report(found);
    }
  },
} satisfies Rule<'cluster'>;

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
        yield* judged(host, packet, what, bind.address.at ?? bind.at, 'The address works until it moves here.');
      }
    }
  }
}

/** Ports to which haproxy of another host of the cluster sends, and which it checks. */
function* servedPorts(owner: Host, cluster: Cluster): Generator<Report> {
  for (const { address, interface: device } of realAddresses(owner) ?? []) {
    for (const host of cluster.hosts) {
      if (host === owner) continue;
      const source = realAddresses(host)?.find(
        (each) => each.address.family === address.family && each.interface === device,
      )?.address.address;
      for (const server of host.haproxy?.serversAt(address.address) ?? []) {
        const port = server.checkPort?.value ?? server.port?.value;
        if (port === undefined) continue;
        const packet = {
          family: address.family,
          protocol: TCP,
          source,
          destination: address.address,
          interface: device === '' ? undefined : device,
          port,
          ...(server.check.value ? { every: server.inter.value / 1000 } : {}),
          state: 'new',
        } as const;
        const what = `connections of haproxy on ${host.id} to ${hostPort(address.address, port)}`;
        yield* judged(owner, packet, what, server.at, `${host.id} counts the server ${server.name.value} as down.`);
      }
    }
  }
}

/** Connections that haproxy of the host itself opens; where it is not known what becomes of one, nothing is claimed. */
function* opened(host: Host): Generator<Report> {
  const isFiltered = host.facts.firewalls.some(({ chains }) =>
    chains.some(({ hook }) => hook === 'output' || hook === 'postrouting'),
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

function* judged(host: Host, packet: Packet, what: string, at: Place, effect: string): Generator<Report> {
  const verdict = firewallVerdict(host, packet);
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
  const { every, ...alone } = packet;
  if (every !== undefined && filterVerdict(firewall, alone).verdict === 'accept') {
    const from = `from ${packet.source ?? 'it'} to any port ${packet.port ?? 0} proto tcp`;
    const command = firewall.service === 'ufw' ? `: \`ufw insert 1 allow ${from}\`` : '';
    yield {
      at,
      message: `${firewall.service} of ${host.id} limits how often one address connects, and drops ${what} once they are checks each ${every} s${place}`,
      help: `${effect} Let them in in front of the limit${command}.`,
    };
    return;
  }
  yield {
    at,
    message: `${firewall.service} of ${host.id} drops ${what}${place}`,
    help: `${effect} Let TCP port ${packet.port ?? 0} in on every host of the cluster${allowed(firewall, packet)}.`,
  };
}

function allowed(firewall: FirewallFacts, packet: Packet | undefined): string {
  const command = packet === undefined ? undefined : ufwCommand(firewall, packet);
  return command === undefined ? '' : `: ${command}`;
}
