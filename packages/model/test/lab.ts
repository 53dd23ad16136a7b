import { DEFAULT_TARGETS, parseCidr, type SourceFile } from '@halint/core';
import { haproxy, parseHaproxy } from '@halint/grammar-haproxy';
import { keepalived, parseKeepalived } from '@halint/grammar-keepalived';
import { joinFleet, NO_FACTS, parseEvents, play, type Cluster, type Host, type Step } from '../src/index.ts';

/** A host as the tests of elections need it. */
export interface Node {
  readonly keepalived: string;
  readonly haproxy?: string;
  /** `eth0 10.0.0.1/24`, as `ip -j address` names them; absent: nothing is known. */
  readonly addresses?: readonly string[];
  /** Are these all interfaces that there are? */
  readonly allInterfaces?: boolean;
  /** Of keepalived; default 2.3.4. */
  readonly version?: string;
}

export function hostOf(id: string, node: Node): Host {
  const targets = { ...DEFAULT_TARGETS, keepalived: node.version ?? '2.3.4' };
  const context = { host: id, hostName: id, targets, included: () => [] };
  const sources = {
    keepalived: sourceOf(id, '/etc/keepalived/keepalived.conf', 'keepalived', parseKeepalived(node.keepalived)),
    haproxy: sourceOf(id, '/etc/haproxy/haproxy.cfg', 'haproxy', parseHaproxy(node.haproxy ?? '')),
  };
  const addresses = node.addresses?.map((line) => {
    const [device = '', address = ''] = line.split(' ');
    const cidr = parseCidr(address);
    if (cidr === undefined) throw new Error(`not an address: ${line}`);
    return { interface: device, address: cidr, source: 'test' };
  });
  return {
    id,
    name: id,
    targets,
    facts: {
      ...NO_FACTS,
      addresses,
      interfaces: node.allInterfaces === true ? (addresses ?? []).map((each) => each.interface) : undefined,
    },
    keepalived: keepalived.lower([sources.keepalived], context),
    haproxy: node.haproxy === undefined ? undefined : haproxy.lower([sources.haproxy], context),
    sshd: undefined,
    sysctl: undefined,
    files: [sources.keepalived, sources.haproxy],
  };
}

function sourceOf(id: string, path: string, language: string, document: unknown): SourceFile {
  return { path, display: `${id}${path}`, language, document } as unknown as SourceFile;
}

/** Plays events on hosts A, B, C … together, whether or not they share an address. */
export function played(nodes: readonly (string | Node)[], events: string): readonly Step[] {
  const hosts = nodes.map((node, i) =>
    hostOf(String.fromCharCode(65 + i), typeof node === 'string' ? { keepalived: node } : node),
  );
  const list = parseEvents(events);
  if ('problem' in list) throw new Error(list.problem);
  const cluster: Cluster = { id: 'x', hosts, routers: joinFleet(hosts).clusters.flatMap((each) => each.routers) };
  return play(cluster, list).scenarios[0]?.steps ?? [];
}

/** Holders of each address after each step: `A/B` = the first address on A, the second on B; `A|B` a race, `-` nobody. */
export function course(nodes: readonly (string | Node)[], events: string): string {
  return played(nodes, events)
    .map((step) =>
      Object.values(step.holders)
        .map((hosts) => hosts.join(step.race ? '|' : '') || '-')
        .join('/'),
    )
    .join(' ');
}

/** A vrrp_instance with VIP 10.0.0.100 and VRID 51 on eth0, BACKUP unless told. */
export function vi(priority: number, ...lines: readonly string[]): string {
  return instance('VI_1', 51, '10.0.0.100/24', priority, ...lines);
}

export function instance(
  name: string,
  vrid: number,
  vip: string,
  priority: number,
  ...lines: readonly string[]
): string {
  const written = lines.some((line) => line.startsWith('state '));
  const state = written ? [] : ['state BACKUP'];
  const all = [...state, 'interface eth0', `virtual_router_id ${vrid}`, `priority ${priority}`, ...lines];
  return block(`vrrp_instance ${name}`, ...all, block('virtual_ipaddress', vip));
}

export function block(head: string, ...lines: readonly string[]): string {
  return `${head} {\n${lines.join('\n')}\n}\n`;
}
