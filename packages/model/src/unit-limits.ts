import type { Cited } from '@halint/core';
import type { UnitFacts } from './facts/systemd.ts';

/** Limit of open files that a unit's process starts with; Infinity for `infinity`. */
export interface FileLimit {
  readonly soft: number;
  readonly hard: number;
}

/**
 * LimitNOFILE= of a unit: the last assignment that systemd can read. `1000` sets both, `1000:2000` soft and hard; it takes no K or M
 * for this one, no blanks around the colon, and no soft limit above the hard one (systemd-analyze verify of 252: "Failed to parse
 * resource value, ignoring"). Undefined: DefaultLimitNOFILE= of the manager counts.
 */
export function fileLimit(unit: UnitFacts): Cited<FileLimit> | undefined {
  return unit
    .values('Service', 'LimitNOFILE')
    .flatMap((written) => {
      const limit = parseFileLimit(written.value);
      return typeof limit === 'string' ? [] : [{ ...written, value: limit }];
    })
    .at(-1);
}

/** A value of LimitNOFILE=. Numbers are decimal, octal behind 0 or hexadecimal behind 0x, below 2^64 - 1 (safe_atou64()). */
export function parseFileLimit(text: string): FileLimit | 'unreadable' | 'soft-above-hard' {
  const [, soft = '', hard = soft] = /^([^:\s]+)(?::([^:\s]+))?$/.exec(text.trim()) ?? [];
  const limit = { soft: numberOf(soft), hard: numberOf(hard) };
  if (Number.isNaN(limit.soft) || Number.isNaN(limit.hard)) return 'unreadable';
  return limit.soft > limit.hard ? 'soft-above-hard' : limit;
}

function numberOf(text: string): number {
  if (text === 'infinity') return Infinity;
  const [, octal, other] = /^\+?(?:0(?:o?)([0-7]+)|(0x[\da-f]+|0b[01]+|0|[1-9]\d*))$/i.exec(text) ?? [];
  const digits = octal === undefined ? other : `0o${octal}`;
  if (digits === undefined || digits.length > 70) return NaN;
  const exact = BigInt(digits);
  return exact < 2n ** 64n - 1n ? Number(exact) : NaN;
}

/**
 * What keeps the process of a unit from a capability: from raising its hard limit (CAP_SYS_RESOURCE, setrlimit(2)), from binding a low
 * port (CAP_NET_BIND_SERVICE, capabilities(7)). Undefined: nothing that is known does. Services of the system run as root with all
 * capabilities unless their unit says otherwise (systemd.exec(5)).
 */
export function keptFrom(unit: UnitFacts, capability: Capability): Cited<string> | undefined {
  if (unit.commands.some(({ value }) => /^[@:-]*[+!]/.test(value[0] ?? ''))) return undefined;
  const bound = unit.values('Service', 'CapabilityBoundingSet');
  if (!holds(capability, bound, unit.isReset('Service', 'CapabilityBoundingSet'), true)) {
    const last = bound.at(-1);
    if (last !== undefined) return { ...last, value: `CapabilityBoundingSet=${last.value}` };
  }
  const user = userOf(unit);
  if (user === undefined || /^(?:root|0)$/.test(user.value) || /[%$]/.test(user.value)) return undefined;
  const ambient = unit.values('Service', 'AmbientCapabilities');
  const written = unit.value('Service', 'User') === undefined ? 'DynamicUser=yes' : `User=${user.value}`;
  return holds(capability, ambient, false, false) ? undefined : { ...user, value: written };
}

/** The user of a unit's process; undefined: root. With DynamicUser= and without User= it is called as the unit (systemd.exec(5)). */
export function userOf(unit: UnitFacts): Cited<string> | undefined {
  const user = unit.value('Service', 'User');
  if (user !== undefined) return user;
  const dynamic = unit.value('Service', 'DynamicUser');
  return dynamic !== undefined && /^(?:yes|y|true|t|on|1)$/i.test(dynamic.value)
    ? { ...dynamic, value: unit.name.replace(/\.\w+$/, '') }
    : undefined;
}

export type Capability = 'CAP_SYS_RESOURCE' | 'CAP_NET_BIND_SERVICE';

/**
 * Is the capability in a set that several assignments make? The first replaces what is there from the start, those behind it add,
 * with `~` take away; an empty one empties the set (systemd load-fragment.c config_parse_capability_set).
 */
function holds(
  capability: Capability,
  assignments: readonly Cited<string>[],
  reset: boolean,
  initially: boolean,
): boolean {
  let held = reset ? false : initially;
  let untouched = !reset;
  for (const { value } of assignments) {
    const inverted = value.startsWith('~');
    const names = value.replace(/^~/, '').trim().toUpperCase().split(/\s+/);
    const named = names.includes(capability);
    if (names[0] === '') held = inverted;
    else if (untouched) held = named !== inverted;
    else if (named) held = !inverted;
    untouched = false;
  }
  return held;
}
