import { type HostTargets, type LowerContext, type Place, type SourceFile, type Span } from '@halint/core';
import { matchesAddress } from './addresses.ts';
import type { Include, MatchBlock, Option, SshdFile, SshdStatement } from './ast.ts';
import { isVersion, readMatch, type Condition } from './check/match.ts';
import { isTemplate } from './check/lexical.ts';
import { readPort } from './check/numbers.ts';
import { commandSource, isPort, statementsOf, type CommandFile } from './command/source.ts';
import { includeUse } from './includes.ts';
import { matchesHost, matchesList } from './patterns.ts';

/** Who connects: what `sshd -T -C` is told. What is not given matches no criterion. */
export interface Connection {
  readonly user?: string;
  /** Groups of the user. */
  readonly groups?: readonly string[];
  /** The user is none of the host's (`invalid-user`). */
  readonly invalidUser?: boolean;
  readonly host?: string;
  readonly addr?: string;
  readonly laddr?: string;
  readonly lport?: number;
  readonly rdomain?: string;
}

/** Nesting at which sshd gives up (SERVCONF_MAX_DEPTH). */
const MAX_DEPTH = 16;
/** Files that are read at most: a tree of includes can have 2^16 leaves, and nobody has one. */
const MAX_FILES = 4096;

/** Told of what sshd meets, in its order. `active`: the line counts for the connection (without one: for every connection). */
export interface Reader {
  option(option: Option, file: SourceFile, active: boolean): void;
  match?(block: MatchBlock, file: SourceFile): void;
  /** A path that an include names and that is not at hand, or that a template names. */
  missed?(path: string, active: boolean): void;
  /** The include that is one too deep: sshd ends there. */
  tooDeep?(include: Include, file: SourceFile): void;
}

/**
 * Reads files as sshd does (servconf.c), its command line before them. It reads all twice: first without a connection, for what holds for everyone,
 * then with one, for what its `Match` blocks change; the command line then has nothing to say. A `Match` in an included file ends with that file; in a file that a block includes which does not hold, none holds.
 */
export function readConfiguration(
  files: readonly SourceFile[],
  context: LowerContext,
  connection: Connection | undefined,
  reader: Reader,
): void {
  const { lines, setsPorts } = commandSource(context);
  const run: Run = { context, connection, reader, ignoresPorts: setsPorts, ended: false, read: 0 };
  if (connection === undefined) readCommandLine(lines, reader);
  for (const file of files) {
    // In the second reading what stands before the first `Match` is passed over.
    readFile(run, file, { active: connection === undefined, onlyMatch: connection !== undefined, never: false }, 0);
  }
}

/** `Match` and `Include` are refused there. */
function readCommandLine(lines: readonly CommandFile[], reader: Reader): void {
  for (const line of lines) {
    for (const statement of statementsOf(line)) if (statement.kind === 'option') reader.option(statement, line, true);
  }
}

interface Run {
  readonly context: LowerContext;
  readonly connection: Connection | undefined;
  readonly reader: Reader;
  /** The command line has a -p. */
  readonly ignoresPorts: boolean;
  ended: boolean;
  read: number;
}

interface Flags {
  readonly active: boolean;
  /** No `Match` has been met in the second reading (SSHCFG_MATCH_ONLY). */
  readonly onlyMatch: boolean;
  /** Included by a block that does not hold (SSHCFG_NEVERMATCH). */
  readonly never: boolean;
}

function readFile(run: Run, file: SourceFile, flags: Flags, depth: number): void {
  if (++run.read > MAX_FILES) run.ended = true;
  const tree = file.document.ast as SshdFile;
  readStatements(run, tree.statements, file, flags, depth);
  for (const block of tree.matches) {
    if (run.ended) return;
    run.reader.match?.(block, file);
    const active = !flags.never && holds(block, run.connection, run.context.targets);
    readStatements(run, block.statements, file, { active, onlyMatch: false, never: flags.never }, depth);
  }
}

function readStatements(
  run: Run,
  statements: readonly SshdStatement[],
  file: SourceFile,
  flags: Flags,
  depth: number,
): void {
  for (const statement of statements) {
    if (run.ended) return;
    if (run.ignoresPorts && isPort(statement)) continue;
    if (statement.kind === 'option') run.reader.option(statement, file, flags.active);
    else if (statement.kind === 'include') readInclude(run, statement, file, flags, depth);
  }
}

function readInclude(run: Run, include: Include, file: SourceFile, flags: Flags, depth: number): void {
  const written = include.args.map(({ value }) => value).join(' ');
  if (isTemplate(written)) {
    run.reader.missed?.(written, flags.active);
    return;
  }
  for (const pattern of include.args) {
    const use = includeUse(pattern, file.document);
    for (const path of run.context.missed?.(use) ?? []) run.reader.missed?.(path, flags.active);
    for (const found of run.context.included(file, use)) {
      if (run.ended) return;
      if (depth === MAX_DEPTH) {
        run.ended = true;
        run.reader.tooDeep?.(include, file);
        return;
      }
      const { active, onlyMatch } = flags;
      readFile(run, found, { active, onlyMatch, never: !onlyMatch && !active }, depth + 1);
    }
  }
}

/** Does a block hold for the connection; without one: for everyone? */
function holds(block: MatchBlock, connection: Connection | undefined, targets: HostTargets): boolean {
  const reading = readMatch(block, targets);
  if ('problem' in reading || reading.conditions.length === 0) return false;
  return reading.conditions.every((condition) => meets(condition, connection, targets));
}

function meets(
  { name, value }: Condition,
  connection: Connection | undefined,
  { openssh, services }: HostTargets,
): boolean {
  if (name === 'all') return true;
  if (name === 'version') return isVersion(value, openssh);
  if (connection === undefined) return false;
  const { user, groups, invalidUser, host, addr, laddr, lport, rdomain } = connection;
  switch (name) {
    case 'user':
      return user !== undefined && matchesList(user, value) === 'yes';
    case 'group':
      return user !== undefined && isInGroup(groups ?? [], value);
    case 'invalid-user':
      return invalidUser === true;
    case 'host':
      return host !== undefined && matchesHost(host, value);
    case 'address':
      return addr !== undefined && matchesAddress(addr, value, openssh);
    case 'localaddress':
      return laddr !== undefined && matchesAddress(laddr, value, openssh);
    case 'localport':
      return lport !== undefined && readPort(value, services) === lport;
    case 'rdomain':
      return rdomain !== undefined && matchesList(rdomain, value) === 'yes';
    default:
      return false;
  }
}

/** ga_match_pattern_list(): one group that a `!` names is enough to be out. */
function isInGroup(groups: readonly string[], list: string): boolean {
  const found = groups.map((group) => matchesList(group, list));
  return !found.includes('no') && found.includes('yes');
}

/** The place of a span; for a line of the command line that of the option. */
export function placeOf(file: SourceFile, span: Span, host: string): Place {
  if ('startedAt' in file) return (file as CommandFile).startedAt;
  const section = file.document.sectionAt(span.start);
  return { host, file, section, start: span.start - section.start, end: span.end - section.start };
}
