import type { SelinuxFacts } from '@halint/model';
import { linesOf, type FactNote } from './source.ts';

const CONFIG = '/etc/selinux/config';
const BOOLEANS = 'selinux-booleans.txt';
const PORTS = 'selinux-ports.txt';

/** Reads /etc/selinux/config, and of the facts the outputs of `getsebool -a` and `semanage port -l`. */
export function readSelinux(
  files: ReadonlyMap<string, string>,
  facts: ReadonlyMap<string, string>,
): { readonly selinux: SelinuxFacts | undefined; readonly notes: readonly FactNote[] } {
  const notes: FactNote[] = [];
  const text = files.get(CONFIG);
  const mode = text === undefined ? undefined : modeOf(text, notes);
  if (mode === undefined) return { selinux: undefined, notes };
  const booleans = facts.get(BOOLEANS);
  const ports = facts.get(PORTS);
  return {
    selinux: {
      ...mode,
      booleans: booleans === undefined ? undefined : readBooleans(booleans, notes),
      ports: ports === undefined ? undefined : readPorts(ports, notes),
    },
    notes,
  };
}

function modeOf(text: string, notes: FactNote[]): Pick<SelinuxFacts, 'mode' | 'line'> | undefined {
  let found: Pick<SelinuxFacts, 'mode' | 'line'> | undefined;
  for (const { text: raw, line } of linesOf(text)) {
    const value = /^\s*SELINUX\s*=\s*(\S*)/.exec(raw)?.[1]?.toLowerCase();
    if (value === undefined) continue;
    if (value === 'enforcing' || value === 'permissive' || value === 'disabled') found = { mode: value, line };
    else notes.push({ path: CONFIG, line, message: `\`${value}\` is neither enforcing, permissive nor disabled` });
  }
  if (found === undefined && notes.length === 0) notes.push({ path: CONFIG, line: 1, message: 'no line SELINUX=' });
  return found;
}

/** `haproxy_connect_any --> off`. */
function readBooleans(text: string, notes: FactNote[]): ReadonlyMap<string, boolean> {
  const booleans = new Map<string, boolean>();
  for (const { text: raw, line } of linesOf(text)) {
    const [, name, value] = /^(\S+)\s+-->\s+(on|off)\s*$/.exec(raw) ?? [];
    if (name !== undefined) booleans.set(name, value === 'on');
    else if (raw.trim() !== '') notes.push({ path: `facts/${BOOLEANS}`, line, message: 'no `name --> on|off`' });
  }
  return booleans;
}

/** `http_port_t  tcp  80, 81, 443, 9000-9010`; the head line has no number and falls out by that. */
function readPorts(text: string, notes: FactNote[]): ReadonlyMap<string, readonly (readonly [number, number])[]> {
  const types = new Map<string, readonly (readonly [number, number])[]>();
  for (const { text: raw, line } of linesOf(text)) {
    const isKnown =
      raw.trim() === '' ||
      /^SELinux Port Type\b/.test(raw) ||
      /^\w+\s+(?:tcp|udp|sctp|dccp)\s+\d[\d,\s-]*$/.test(raw.trim());
    if (!isKnown) notes.push({ path: `facts/${PORTS}`, line, message: 'no `type  protocol  ports`' });
    const [, type, list] = /^(\w+)\s+tcp\s+(\d[\d,\s-]*)$/.exec(raw.trim()) ?? [];
    if (type === undefined || list === undefined) continue;
    const ranges = list.split(',').flatMap((each): [number, number][] => {
      const [from, to] = each.trim().split('-').map(Number);
      return from === undefined || Number.isNaN(from) ? [] : [[from, to ?? from]];
    });
    types.set(type, [...(types.get(type) ?? []), ...ranges]);
  }
  return types;
}
