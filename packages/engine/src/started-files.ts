import {
  append,
  DEFAULT_TARGETS,
  definedOnly,
  type Language,
  type LanguageId,
  type SourceFile,
  type Targets,
} from '@halint/core';
import {
  launchOf,
  startOf,
  STOCK_VARIABLE_FILES,
  type FileDaemon,
  type HostFacts,
  type HostUnits,
  type Launch,
  type Start,
  type StartedFiles,
  type SystemdFacts,
} from '@halint/model';
import { languageOf, plainPath } from './classify.ts';
import type { SnapshotHost } from './snapshot.ts';

const DAEMONS: readonly FileDaemon[] = ['haproxy', 'keepalived', 'sshd'];

/** The files of a host that a unit starts its daemon with. */
export interface StartedPaths {
  readonly start: Start;
  /** In the order in which the daemon reads them. */
  readonly entries: readonly string[];
  readonly missing: StartedFiles<SourceFile>['missing'];
}

export type Starts = ReadonlyMap<LanguageId, StartedPaths>;

/** What the units of a host run, by daemon. */
export function launchesOf(host: HostUnits): ReadonlyMap<FileDaemon, Launch> {
  const mayBeStock = host.targets.os !== undefined && host.facts.environmentFiles.size > 0;
  if (host.systemd === undefined && !mayBeStock) return new Map();
  return new Map(
    DAEMONS.flatMap((daemon) => {
      const launch = launchOf(host, daemon);
      return launch === undefined ? [] : [[daemon, launch] as const];
    }),
  );
}

/** What daemons are started with, among the paths of their host. */
export function startsOf(launches: ReadonlyMap<FileDaemon, Launch>, paths: Iterable<string>): Starts {
  const starts = new Map<LanguageId, StartedPaths>();
  if (launches.size === 0) return starts;
  const all = [...paths];
  for (const [daemon, launch] of launches) {
    const start = startOf(launch);
    if (start !== undefined) starts.set(daemon, started(start, all));
  }
  return starts;
}

/** Two of these are equal when the same files are read in the same order and the same ones are missed. */
export function stampOfStarts(starts: Starts): string {
  return [...starts]
    .map(([id, { start, entries, missing }]) =>
      [id, ...entries, '', ...missing.map(({ path }) => path), '', ...start.unread].join('\0'),
    )
    .join('\n');
}

interface Read {
  readonly facts: HostFacts;
  readonly targets: Partial<Targets>;
}

/** What the units of a host start, while it is being read and none of its files is opened. */
export function startsOfSnapshot(host: SnapshotHost, systemd: Language, read: () => Read): Starts {
  const units: SourceFile[] = [];
  for (const { path, display, text } of host.files.values()) {
    if (languageOf(path) === 'systemd')
      units.push({ path, display, language: 'systemd', document: systemd.parse(text) });
  }
  if (units.length === 0 && ![...STOCK_VARIABLE_FILES].some((path) => host.files.has(path))) return new Map();
  const { facts, targets: told } = read();
  const targets = { ...DEFAULT_TARGETS, ...definedOnly(told), ...definedOnly(host.targets) };
  const context = { host: host.id, hostName: host.id, targets, included: () => [] };
  const lowered = units.length === 0 ? undefined : (systemd.lower(units, context) as SystemdFacts);
  return startsOf(launchesOf({ id: host.id, facts, targets, systemd: lowered }), host.files.keys());
}

/** The language of each path that a unit names. */
export function languagesOf(starts: Starts): ReadonlyMap<string, LanguageId> {
  return new Map([...starts].flatMap(([id, { entries }]) => entries.map((path) => [path, id] as const)));
}

function started(start: Start, paths: readonly string[]): StartedPaths {
  const entries: string[] = [];
  const missing: { readonly path: string; readonly folderIsKnown: boolean }[] = [];
  for (const path of start.paths) {
    // The template of a file stands for it.
    const file = paths.find((each) => each === path) ?? paths.find((each) => plainPath(each) === path);
    if (file !== undefined) {
      entries.push(file);
      continue;
    }
    const below = paths.filter((each) => each.startsWith(`${path}/`));
    if (below.length > 0) {
      if (start.daemon === 'haproxy') append(entries, configurationsOf(path, below));
    } else if (!mayBeFolder(path, start.daemon)) {
      const folder = path.slice(0, path.lastIndexOf('/') + 1);
      missing.push({ path, folderIsKnown: folder !== '/' && paths.some((each) => each.startsWith(folder)) });
    }
  }
  return { start, entries: [...new Set(entries)], missing };
}

/**
 * The files of a directory that haproxy reads (haproxy.c cfgfiles_expand_directories): not those below its directories, no hidden ones, and the
 * first `.cfg` of the name is its end. 2.6: 10-b.cfg, Z.cfg, a.cfg in this order, x.cfg.cfg and .h.cfg not.
 */
function configurationsOf(folder: string, below: readonly string[]): readonly string[] {
  return below
    .filter((path) => {
      const name = plainPath(path).slice(folder.length + 1);
      return !name.includes('/') && !name.startsWith('.') && /^[^]*?\.cfg/.exec(name)?.[0] === name;
    })
    .sort();
}

/** A directory without files is no part of a snapshot: RHEL's unit names an empty conf.d. */
function mayBeFolder(path: string, daemon: FileDaemon): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return daemon === 'haproxy' && (!name.includes('.') || name.endsWith('.d'));
}
