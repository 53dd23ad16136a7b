import type { CommandLine, LowerContext, Place, Services, SourceFile } from '@halint/core';
import type { SshdFile, SshdStatement } from '../ast.ts';
import { readPort, readTime } from '../check/numbers.ts';
import { rowOf } from '../keywords.ts';
import { parseSshd } from '../read.ts';
import { readCommand, type CommandOption } from './options.ts';

/** A line of sshd_config that an option of the command line stands for: it is in no file, and what points at it means `startedAt`. */
export interface CommandFile extends SourceFile {
  readonly startedAt: Place;
  readonly option: CommandOption;
}

/** What sshd has read when it opens its first file. */
export interface CommandSource {
  readonly lines: readonly CommandFile[];
  /** A `-p` was given: what files say of `Port` is not even looked at (servconf.c sPort: ports_from_cmdline). */
  readonly setsPorts: boolean;
}

const NONE: CommandSource = { lines: [], setsPorts: false };

const kept = new WeakMap<CommandLine, Map<string, CommandSource>>();

/** What a command line comes to for the target, made once: its lines are parsed. It is one host's, and so are the services. */
export function commandSource({ command, targets: { openssh, services } }: LowerContext): CommandSource {
  if (command === undefined || command.words.length === 0) return NONE;
  let byVersion = kept.get(command);
  if (byVersion === undefined) kept.set(command, (byVersion = new Map()));
  let source = byVersion.get(openssh);
  if (source === undefined) byVersion.set(openssh, (source = sourceOf(command, openssh, services)));
  return source;
}

/**
 * The options as lines in an order in which the first value wins: those that override any other, then `-o`, `-p`, `-h` and `-c` as they stand.
 * Arguments that sshd does not take are passed over. As sshd -T of 9.2, 10.0 and 10.6 has it.
 */
function sourceOf(command: CommandLine, openssh: string, services: Services | undefined): CommandSource {
  const { options } = readCommand(command);
  const lines: CommandFile[] = [];
  let setsPorts = false;
  for (const option of options) {
    const text = textOf(option, services);
    if (text === undefined) continue;
    const line = fileOf(option, text);
    // A Port of a later -o is as good as none, whatever its value.
    if (option.letter === 'o' && setsPorts && statementsOf(line).some(isPort)) continue;
    if (option.letter === 'p') setsPorts = true;
    lines.push(line);
  }
  return { lines: [...overridesOf(options, openssh), ...lines], setsPorts };
}

/** The statements of a line; none where it begins a block. */
export function statementsOf({ document }: CommandFile): readonly SshdStatement[] {
  return (document.ast as SshdFile).statements;
}

export function isPort(statement: SshdStatement): boolean {
  return statement.kind === 'option' && rowOf(statement.keyword.value)?.word === 'Port';
}

/** sshd.c main(): these write into the settings whatever stands there; of equal ones the last counts. */
function overridesOf(options: readonly CommandOption[], openssh: string): readonly CommandFile[] {
  const family = options.findLast(({ letter }) => letter === '4' || letter === '6');
  const grace = options.findLast(({ letter, value = '' }) => letter === 'g' && readTime(value, openssh) !== undefined);
  const level = options.findLast(({ letter }) => letter === 'q' || letter === 'd');
  return [
    ...(family === undefined ? [] : [fileOf(family, `AddressFamily ${family.letter === '4' ? 'inet' : 'inet6'}`)]),
    ...(grace === undefined
      ? []
      : [fileOf(grace, `LoginGraceTime ${Math.floor(readTime(grace.value ?? '', openssh) ?? 0)}`)]),
    ...(level === undefined ? [] : [fileOf(level, `LogLevel ${levelOf(options)}`)]),
  ];
}

const LEVELS = ['QUIET', 'FATAL', 'ERROR', 'INFO', 'VERBOSE', 'DEBUG1', 'DEBUG2', 'DEBUG3'];

/** The first -d sets DEBUG1, each other one goes a level further, as far as DEBUG3; `-d -q -d` ends at FATAL. */
function levelOf(options: readonly CommandOption[]): string {
  let level = 0;
  let debugs = false;
  for (const { letter } of options) {
    if (letter === 'q') level = 0;
    if (letter !== 'd') continue;
    level = debugs ? Math.min(level + 1, LEVELS.length - 1) : LEVELS.indexOf('DEBUG1');
    debugs = true;
  }
  return LEVELS[level] as string;
}

/** The line that an option stands for; undefined for one that stands for none, and where sshd does not take its argument. */
function textOf({ letter, value = '' }: CommandOption, services: Services | undefined): string | undefined {
  switch (letter) {
    case 'o':
      return value;
    case 'p': {
      const port = readPort(value, services);
      return port === undefined || port === 0 ? undefined : `Port ${port}`;
    }
    case 'h':
      return `HostKey ${quoted(value)}`;
    case 'c':
      return `HostCertificate ${quoted(value)}`;
    default:
      return undefined;
  }
}

/** A word that is read back as it is (misc.c argv_split()). */
function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, String.raw`\$&`)}"`;
}

function fileOf(option: CommandOption, text: string): CommandFile {
  const { path, display } = option.at.file;
  return { path, display, language: 'sshd', document: parseSshd(text), startedAt: option.at, option };
}
