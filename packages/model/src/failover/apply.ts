import type { Cluster } from '../cluster.ts';
import { tiedToHaproxy } from './tied-scripts.ts';
import type { FailoverEvent } from './types.ts';
import { copyWorld, machineOf, memberKey, type World } from './world.ts';

/** Applies an event to a world; elections settle afterwards. */
export function apply(world: World, event: FailoverEvent, cluster: Cluster): World {
  const next = copyWorld(world);
  switch (event.kind) {
    case 'host-down':
    case 'host-up': {
      const machine = machineOf(next, event.host);
      machine.up = event.kind === 'host-up';
      machine.keepalived = 'running';
      machine.haproxy = true;
      machine.sshd = true;
      setTied(next, cluster, event.host, false);
      break;
    }
    case 'keepalived-stop':
      machineOf(next, event.host).keepalived = 'stopped';
      break;
    case 'keepalived-start':
      machineOf(next, event.host).keepalived = 'running';
      break;
    case 'keepalived-kill':
      machineOf(next, event.host).keepalived = 'killed';
      break;
    case 'haproxy-down':
    case 'haproxy-up':
      machineOf(next, event.host).haproxy = event.kind === 'haproxy-up';
      setTied(next, cluster, event.host, event.kind === 'haproxy-down');
      break;
    case 'sshd-down':
    case 'sshd-up':
      machineOf(next, event.host).sshd = event.kind === 'sshd-up';
      break;
    case 'interface-down':
      machineOf(next, event.host).interfacesDown.add(event.name);
      break;
    case 'interface-up':
      machineOf(next, event.host).interfacesDown.delete(event.name);
      break;
    case 'script-fail':
      machineOf(next, event.host).failing.add(event.name);
      break;
    case 'script-ok':
      machineOf(next, event.host).failing.delete(event.name);
      break;
    case 'partition':
      partition(next, event.sides, event.oneWay, cluster);
      break;
    case 'heal':
      next.cut.clear();
      break;
    case 'wait':
      for (const router of cluster.routers) {
        for (const { host } of router.members) {
          const key = memberKey(router, host.id);
          if (next.delayed.delete(key)) next.delayed.add(`over ${key}`);
        }
      }
      break;
  }
  return next;
}

function setTied(world: World, cluster: Cluster, id: string, fails: boolean): void {
  const host = cluster.hosts.find((each) => each.id === id);
  const { failing } = machineOf(world, id);
  for (const name of host === undefined ? [] : tiedToHaproxy(host).fails) {
    if (fails) failing.add(name);
    else failing.delete(name);
  }
}

function partition(world: World, sides: readonly (readonly string[])[], oneWay: boolean, cluster: Cluster): void {
  const all = cluster.hosts.map((host) => host.id);
  const named = new Set(sides.flat());
  const given = sides.length === 0 ? [all.slice(0, 1), all.slice(1)] : [...sides];
  // Hosts on no side stand together on one of their own, so that every host has a place.
  const others = sides.length === 0 ? [] : all.filter((id) => !named.has(id));
  const groups = others.length > 0 && !oneWay ? [...given, others] : given;
  for (const [i, from] of groups.entries()) {
    for (const [j, to] of groups.entries()) {
      if (i === j || (oneWay && i !== 0)) continue;
      for (const a of from) for (const b of to) world.cut.add(`${a}>${b}`);
    }
  }
}
