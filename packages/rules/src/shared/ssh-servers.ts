import { type Cluster, type Host, realAddresses, type Server } from '@halint/model';
import type { Cidr } from '@halint/core';
import { sshdListens, type SshdListen } from './sshd-listens.ts';

/** A server line of one host's haproxy that means the sshd of a host of the cluster. */
export interface SshServer {
  readonly host: Host;
  readonly server: Server;
  /** Whose address it is. */
  readonly owner: Host;
  readonly listens: readonly SshdListen[];
}

/**
 * Server lines with the address of a host whose sshd is known, in a backend that is about ssh: a check expects an ssh banner, or
 * some server of it names a port that an sshd has.
 */
export function* sshServers(cluster: Cluster): Generator<SshServer> {
  const owners = cluster.hosts.map((owner) => ({ owner, listens: sshdListens(owner) }));
  for (const host of cluster.hosts) {
    if (host.haproxy === undefined) continue;
    for (const { owner, listens } of owners) {
      if (listens.length === 0) continue;
      for (const { address } of realAddresses(owner) ?? []) {
        for (const server of host.haproxy.serversAt(address.address)) {
          if (aboutSsh(host, server, cluster)) yield { host, server, owner, listens };
        }
      }
    }
  }
}

function aboutSsh(host: Host, server: Server, cluster: Cluster): boolean {
  const proxy = host.haproxy?.proxy('backend', server.proxy);
  if (proxy === undefined || proxy.mode.value === 'http') return false;
  if (proxy.checks.some((check) => /SSH-/.test(check.value))) return true;
  const ports = new Set(cluster.hosts.flatMap((each) => each.sshd?.ports.map((port) => port.value) ?? []));
  return proxy.servers.some(
    (each) => each.port?.value === 22 || (each.port !== undefined && ports.has(each.port.value)),
  );
}

/** Does the socket answer on the address? A wildcard answers on all of its family. */
export function answers(listen: SshdListen, address: Cidr): boolean {
  if (listen.family !== address.family) return false;
  return listen.wildcard || listen.address === address.address;
}
