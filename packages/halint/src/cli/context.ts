import { dirname } from 'node:path';
import { nearest, type Targets } from '@halint/core';
import {
  parseConfig,
  selectionOfConfig,
  Workspace,
  type Config,
  type SelectionOptions,
  type Snapshot,
} from '@halint/engine';
import { displayOf, findConfig, loadSnapshot, readConfigText, snapshotOfText } from '@halint/inventory';
import { daemonChecks, parts, rules } from '../knowledge.ts';
import { includesOf, startedBy } from '../includes-of.ts';
import type { CommonFlags } from './flags.ts';
import { UsageError } from './exit.ts';

/** The settings in force and where they come from. */
export interface Settings {
  readonly config: Config | undefined;
  /** Path for people; undefined without a file. */
  readonly file: string | undefined;
  readonly folder: string;
}

export function readSettings(paths: readonly string[], flags: CommonFlags): Settings {
  const cwd = process.cwd();
  if (flags.config === false) return { config: undefined, file: undefined, folder: cwd };
  const named = typeof flags.config === 'string' ? flags.config : undefined;
  const path = named ?? paths.map((each) => findConfig(each)).find((each) => each !== undefined);
  if (path === undefined) return { config: undefined, file: undefined, folder: cwd };
  const file = displayOf(path, cwd);
  const read = parseConfig(readConfigText(path));
  if ('problems' in read) {
    const [first] = read.problems;
    const more = read.problems.length > 1 ? ` (and ${read.problems.length - 1} more: halint config check)` : '';
    throw new UsageError(
      `${file}:${first?.line ?? 1}:${first?.column ?? 1}: ${oneLine(first?.message ?? 'not valid')}${more}`,
    );
  }
  return { config: read.config, file, folder: dirname(path) };
}

/** The first line of a message that a library wrote. */
function oneLine(message: string): string {
  return message.split('\n')[0]?.replace(/:$/, '') ?? message;
}

/** Reads the hosts of the paths, or standard input for `-`. */
export async function readInput(paths: readonly string[], flags: CommonFlags, settings: Settings): Promise<Snapshot> {
  if (paths.includes('-')) {
    if (paths.length > 1) throw new UsageError('- (standard input) cannot be combined with other paths');
    return snapshotOfText(await readStdin(), flags.stdinFilename ?? '-', flags.as);
  }
  return loadSnapshot(paths, {
    cwd: process.cwd(),
    includesOf,
    startedBy,
    ...(flags.as === undefined ? {} : { as: flags.as }),
    ...(settings.config === undefined ? {} : { config: { value: settings.config, folder: settings.folder } }),
  });
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** A rule that does not exist would be switched off without a word. */
function checkRule(id: string, where: string): void {
  if (/[*?{[!]/.test(id)) return;
  const all = [
    ...rules.flatMap((rule) => [rule.id, ...(rule.aliases ?? [])]),
    ...daemonChecks.map((check) => check.id),
  ];
  if (all.includes(id)) return;
  const near = nearest(id, all);
  throw new UsageError(
    `${where}: no rule ${id}${near === undefined ? '' : `; did you mean ${near}?`} (halint rules lists them)`,
  );
}

export function selectionOf(flags: CommonFlags, settings: Settings): SelectionOptions {
  const { config } = settings;
  for (const [id] of Object.entries(config?.rules ?? {})) checkRule(id, `${settings.file ?? 'settings'}: rules`);
  for (const [id] of flags.rule ?? []) checkRule(id, '--rule');
  for (const id of flags.only ?? []) checkRule(id, '--only');
  const own = selectionOfConfig(config);
  return {
    ...own,
    ...(flags.preset === undefined ? {} : { preset: flags.preset }),
    rules: [...(own.rules ?? []), ...(flags.rule ?? [])],
    only: flags.only ?? [],
    today: new Date().toISOString().slice(0, 10),
  };
}

/** Parses and judges the hosts of the paths with the settings in force. */
export async function openWorkspace(paths: readonly string[], flags: CommonFlags): Promise<Workspace> {
  const settings = readSettings(paths, flags);
  const snapshot = await readInput(paths, flags, settings);
  const targets: Partial<Targets> = Object.fromEntries(flags.target ?? []);
  return new Workspace(snapshot, parts, {
    selection: selectionOf(flags, settings),
    targets,
    timing: flags.timing === true,
  });
}
