import type { Finding, Targets } from '@halint/core';
import { Workspace, type InternalError, type Note, type SelectionOptions, type Snapshot } from '@halint/engine';
import { parts } from './knowledge.ts';

export interface LintOptions extends SelectionOptions {
  /** Versions that win over what is known of the hosts. */
  readonly targets?: Partial<Targets>;
  /** Measure each rule and phase. */
  readonly timing?: boolean;
}

export interface Findings {
  /** In the order of hosts, files and lines; infos included. */
  readonly findings: readonly Finding[];
  readonly notes: readonly Note[];
  readonly hosts: number;
  readonly files: number;
  /** Bugs of halint that cost a rule or phase. */
  readonly errors: readonly InternalError[];
  /** Milliseconds per rule and phase, when asked for. */
  readonly timings?: ReadonlyMap<string, number>;
}

/** Judges a snapshot: files in, findings out. Pure; never throws on any content. */
export function lint(snapshot: Snapshot, options: LintOptions = {}): Findings {
  const { targets, timing, ...selection } = options;
  const workspace = new Workspace(snapshot, parts, {
    selection,
    ...(targets === undefined ? {} : { targets }),
    ...(timing === undefined ? {} : { timing }),
  });
  return judged(workspace);
}

/** The findings of a workspace with everything that a summary counts. */
export function judged(workspace: Workspace): Findings {
  return {
    findings: workspace.findings(),
    notes: workspace.notes,
    hosts: workspace.hosts.length + unreadHosts(workspace).size,
    files: workspace.files.length + new Set(workspace.notes.filter(isBinary).map(({ file }) => file)).size,
    errors: workspace.guard.errors,
    ...(workspace.guard.timings === undefined ? {} : { timings: workspace.guard.timings }),
  };
}

/** Hosts of which no file could be read. */
function unreadHosts({ hosts, notes }: Workspace): ReadonlySet<string> {
  const known = new Set(hosts.map(({ id }) => id));
  return new Set(notes.filter(isBinary).flatMap(({ host }) => (host === undefined || known.has(host) ? [] : [host])));
}

/** A file that was looked into and is judged by that alone. */
function isBinary({ kind }: Note): boolean {
  return kind === 'binary';
}
