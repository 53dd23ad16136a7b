import type { HaproxyFacts } from '../facts/haproxy.ts';
import type { TrackProcess, VrrpScript } from '../facts/keepalived.ts';
import type { Host } from '../host.ts';

/** What dies with haproxy: the checks that look at it, and those of which nobody can tell. */
export interface Tied {
  readonly fails: readonly string[];
  readonly unsure: readonly string[];
}

/**
 * The checks of a host that fail when haproxy dies: by process name or unit, stats socket, or a bound port. A check that does
 * none of these may or may not fail: it is named.
 */
export function tiedToHaproxy(host: Host): Tied {
  const facts = host.keepalived;
  const fails: string[] = [];
  const unsure: string[] = [];
  if (facts === undefined) return { fails, unsure };
  const tracked = new Set(
    [...facts.instances, ...facts.syncGroups].flatMap((each) =>
      [...each.trackScripts, ...each.trackProcesses].map((use) => use.name.value),
    ),
  );
  for (const script of facts.scripts) {
    if (!tracked.has(script.name.value)) continue;
    (looksAtHaproxy(script, host.haproxy) ? fails : unsure).push(script.name.value);
  }
  for (const process of facts.processes)
    if (tracked.has(process.name.value) && watchesHaproxy(process)) fails.push(process.name.value);
  return { fails, unsure };
}

function looksAtHaproxy(script: VrrpScript, haproxy: HaproxyFacts | undefined): boolean {
  const text = script.command?.value ?? '';
  // A script file is opaque, whatever its name says: only a program that is given haproxy's name, socket or port is sure.
  const [program = '', ...rest] = script.argv;
  const args = rest.join(' ');
  if (/\bhaproxy\b/.test(args)) return true;
  if (haproxy?.globals.statsSockets.some((socket) => text.includes(socket.value)) === true) return true;
  if (/(^|\/)haproxy$/.test(program)) return false;
  for (const bind of haproxy?.binds() ?? []) {
    if (bind.portFrom > 0 && new RegExp(`(^|[^\\d.])${bind.portFrom}($|[^\\d.])`).test(args)) return true;
  }
  return false;
}

function watchesHaproxy(process: TrackProcess): boolean {
  return /(^|\/|\s)haproxy(\s|$)/.test(process.process?.value ?? '');
}
