import type { Section } from '@halint/core';
import type { SectionUnit } from '../../unit.ts';
import { isOpaque } from '../../values.ts';
import type { Format, Summary } from './summary.ts';

/** A proxy or defaults section with what it takes over from the defaults that it starts from (proxy_defproxy_cpy). */
export interface Effective {
  readonly section: Section<SectionUnit>;
  readonly summary: Summary;
  /** Nothing certain can be said: it, or what it starts from, holds directives or placeholders, or is missing. */
  readonly opaque: boolean;
  /** Its name is what is written, and it is read for sure. */
  readonly named: boolean;
  readonly mode: string;
  readonly disabled: boolean;
  readonly format: Format | undefined;
  /** It has a log target. */
  readonly logs: boolean;
  /** Name of the default backend and where it is written. */
  readonly defaultBackend:
    { readonly name: string; readonly section: Section<SectionUnit>; readonly line: number } | undefined;
  /** The defaults section that it starts from. */
  readonly parent: Effective | undefined;
}

/** What a section is, given what it starts from. */
export function effectiveOf(
  section: Section<SectionUnit>,
  summary: Summary,
  parent: Effective | undefined,
  around: { readonly unknown: boolean; readonly globalLogs: boolean },
): Effective {
  const own = summary.defaultBackend;
  return {
    section,
    summary,
    opaque: around.unknown || summary.opaque || parent?.opaque === true,
    named: !around.unknown && !section.unit.lines.templated && !isOpaque(summary.name),
    mode: summary.mode ?? parent?.mode ?? 'tcp',
    disabled: summary.disabled ?? parent?.disabled ?? false,
    format: summary.format ?? parent?.format,
    logs: logs(summary, parent, around.globalLogs),
    // A backend takes over nothing that only frontends have.
    defaultBackend:
      own === undefined
        ? summary.kind === 'backend'
          ? undefined
          : parent?.defaultBackend
        : { name: own.name, section, line: own.line },
    parent,
  };
}

/** Milliseconds of `timeout EVENT`, its own or what it starts from; 0 when nobody sets it. */
export function timeoutOf(self: Effective, event: string): number {
  for (let at: Effective | undefined = self; at !== undefined; at = at.parent) {
    const own = at.summary.timeouts.get(event);
    if (own !== undefined) return own;
  }
  return 0;
}

/** Log targets add up; `log global` copies those that global has by then, `no log` drops them all. */
function logs({ log }: Summary, parent: Effective | undefined, globalLogs: boolean): boolean {
  if (log === 'none') return false;
  return parent?.logs === true || log === 'own' || (log === 'global' && globalLogs);
}
