import { copyConditions, machineOf, type Conditions } from './conditions.ts';
import type { Plan } from './plan.ts';
import type { FailoverEvent } from './types.ts';

/** Conditions after an event; elections settle afterwards. `wait` changes none of them: it ends delays. */
export function apply(conditions: Conditions, event: FailoverEvent, plan: Plan): Conditions {
  const next = copyConditions(conditions);
  switch (event.kind) {
    case 'host-down':
    case 'host-up': {
      const machine = machineOf(next, event.host);
      machine.up = event.kind === 'host-up';
      machine.keepalived = 'running';
      machine.haproxy = true;
      machine.sshd = true;
      setTied(next, plan, event.host, false);
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
      setTied(next, plan, event.host, event.kind === 'haproxy-down');
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
      partition(
        next,
        event.sides,
        event.oneWay,
        plan.cluster.hosts.map((host) => host.id),
      );
      break;
    case 'heal':
      next.cut.clear();
      break;
    case 'wait':
    case 'elsewhere':
      break;
  }
  return next;
}

function setTied(conditions: Conditions, plan: Plan, host: string, fails: boolean): void {
  const { failing } = machineOf(conditions, host);
  for (const name of plan.tied.get(host)?.fails ?? []) {
    if (fails) failing.add(name);
    else failing.delete(name);
  }
}

function partition(
  { cut }: Conditions,
  sides: readonly (readonly string[])[],
  oneWay: boolean,
  all: readonly string[],
): void {
  const known = new Set(all);
  const given =
    sides.length === 0 ? [all.slice(0, 1), all.slice(1)] : sides.map((side) => side.filter((id) => known.has(id)));
  const named = new Set(given.flat());
  // Hosts on no side stand together on one of their own, so that every host has a place.
  const others = all.filter((id) => !named.has(id));
  const groups = others.length > 0 && !oneWay ? [...given, others] : given;
  for (const [i, from] of groups.entries()) {
    for (const [j, to] of groups.entries()) {
      if (i === j || (oneWay && i !== 0)) continue;
      for (const a of from) for (const b of to) cut.add(`${a}>${b}`);
    }
  }
}
