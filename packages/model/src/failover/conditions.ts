import type { Cluster } from '../cluster.ts';

/** One host's condition, apart from elections. */
export interface Machine {
  up: boolean;
  keepalived: 'running' | 'stopped' | 'killed';
  haproxy: boolean;
  sshd: boolean;
  readonly interfacesDown: Set<string>;
  /** Names of scripts, processes and files that fail. */
  readonly failing: Set<string>;
}

/** What holds at the moment whichever way the elections went: the machines and the network between them. */
export interface Conditions {
  readonly machines: ReadonlyMap<string, Machine>;
  /** Directed, `a>b`: packets from the first do not reach the second. */
  readonly cut: Set<string>;
}

/** All hosts up, keepalived not started yet. */
export function newConditions(cluster: Cluster): Conditions {
  const machines = new Map(
    cluster.hosts.map((host): [string, Machine] => [
      host.id,
      { up: true, keepalived: 'stopped', haproxy: true, sshd: true, interfacesDown: new Set(), failing: new Set() },
    ]),
  );
  return { machines, cut: new Set() };
}

export function copyConditions({ machines, cut }: Conditions): Conditions {
  const copies = new Map<string, Machine>();
  for (const [host, machine] of machines) {
    copies.set(host, {
      ...machine,
      interfacesDown: new Set(machine.interfacesDown),
      failing: new Set(machine.failing),
    });
  }
  return { machines: copies, cut: new Set(cut) };
}

export function machineOf({ machines }: Conditions, host: string): Machine {
  const machine = machines.get(host);
  if (machine === undefined) throw new Error(`no machine ${host} in this cluster`);
  return machine;
}

export function isCut({ cut }: Conditions, from: string, to: string): boolean {
  return cut.size > 0 && cut.has(`${from}>${to}`);
}
