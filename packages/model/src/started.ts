import { append, type Cited, type CommandLine, type Place } from '@halint/core';
import type { UnitFacts } from './facts/systemd.ts';
import { connectionUnitOf, startsPerConnection } from './ssh-connection.ts';
import { commandsOf, UNKNOWN, unitOf, type HostUnits } from './units.ts';

/** Daemons that are told on their command line which files to read. */
export type FileDaemon = 'haproxy' | 'keepalived' | 'sshd';

/** How a unit starts a daemon, where its command line names files. */
export interface Start {
  readonly daemon: FileDaemon;
  /** haproxy.service */
  readonly unit: string;
  /** The command, variables put in. */
  readonly command: Cited<readonly string[]>;
  /** Absolute paths on the host, in the daemon's order. Of haproxy some may be directories. */
  readonly paths: readonly string[];
  /** The word that names each path, where a file has it: the line of a variable, else that of the command. */
  readonly places: ReadonlyMap<string, Place>;
  /** Files of variables that are not at hand and could make it other files. */
  readonly unread: readonly string[];
}

/** What becomes of a start among the files of a host. */
export interface StartedFiles<File> {
  readonly start: Start;
  /** Files that the daemon would read by its package's unit, and does not read by this one. */
  readonly unread: readonly File[];
  /** Paths that it is told to read and that are not among the host's files. */
  readonly missing: readonly { readonly path: string; readonly folderIsKnown: boolean }[];
}

/** The command of a daemon's unit, variables put in. */
export interface Launch {
  readonly daemon: FileDaemon;
  readonly unit: UnitFacts;
  readonly command: Cited<readonly string[]>;
  /** Behind the program. */
  readonly words: readonly Cited<string>[];
  /** Files of variables that are not at hand and may bring more words. */
  readonly unread: readonly string[];
  /** The unit starts sshd for each connection that its socket accepts. */
  readonly isPerConnection: boolean;
}

/** What the unit of a daemon runs. Undefined without a unit, and when its command is a script or something else. */
export function launchOf(host: HostUnits, daemon: FileDaemon): Launch | undefined {
  const isPerConnection = daemon === 'sshd' && startsPerConnection(host);
  const unit = isPerConnection ? connectionUnitOf(host) : unitOf(host, daemon);
  // systemd.service(5): only Type=oneshot may have several commands, and no daemon of these is one.
  const [command, ...others] = unit === undefined ? [] : commandsOf(host, unit);
  if (unit === undefined || command === undefined || others.length > 0) return undefined;
  const [first, ...rest] = command.each;
  const program = first?.value ?? '';
  // systemd.service(5), "Command lines": characters in front of the path; behind @ the next word is the name of the process.
  const prefix = /^[-@:+!|]*/.exec(program)?.[0] ?? '';
  if (program.slice(prefix.length).split('/').pop() !== daemon) return undefined;
  const words = prefix.includes('@') ? rest.slice(1) : rest;
  return { daemon, unit, command: command.words, words, unread: command.unread, isPerConnection };
}

/** The files that a command names. Undefined when it names none, and when a name depends on what is not known: then the daemon's usual files count. */
export function startOf(launch: Launch): Start | undefined {
  const { daemon, unit, command, unread } = launch;
  const words = launch.words.map(({ value }) => value);
  const named = daemon === 'haproxy' ? haproxyFiles(words) : lastFile(words, daemon);
  // A word with - is no name but what stands where a name is missing.
  if (named.files.length === 0 || [named.folder ?? '', ...named.files].some(isUnsure)) return undefined;
  const working = unit.value('Service', 'WorkingDirectory')?.value.replace(/^-/, '') ?? '/';
  const folder = absolute(named.folder ?? '', working);
  return {
    daemon,
    unit: unit.name,
    command,
    paths: named.files.map((path) => absolute(path, folder)),
    places: new Map(
      named.files.flatMap((path) => {
        const at = placeOf(path, launch.words);
        return at === undefined ? [] : [[absolute(path, folder), at] as const];
      }),
    ),
    unread,
  };
}

/**
 * A command line, word by word. Words that stand in no file are left out: those of a package's unit, which for sshd are `-D` or `-i` alone
 * (stock-units.ts, ssh-connection.ts).
 */
export function commandLineOf({ unit, words, unread, isPerConnection }: Launch): CommandLine {
  const written = words.flatMap(({ value, at }) => (at === undefined ? [] : [{ value, at }]));
  return { unit: unit.name, words: written, unread, ...(isPerConnection ? { isPerConnection } : {}) };
}

/** The configuration files that a daemon is really started with; undefined when its unit is not at hand or says none. */
export function startedWith(host: HostUnits, daemon: FileDaemon): readonly string[] | undefined {
  const launch = launchOf(host, daemon);
  return launch && startOf(launch)?.paths;
}

/** A name may stand behind its option in the same word: -f/etc/x, --use-file=/etc/x. The last word that has it counts. */
function placeOf(path: string, words: readonly Cited<string>[]): Place | undefined {
  return (
    words.findLast(({ value }) => value === path) ??
    words.findLast(({ value }) => value.startsWith('-') && value.endsWith(path))
  )?.at;
}

function isUnsure(path: string): boolean {
  return path.includes(UNKNOWN) || path.startsWith('-');
}

/** Options with an argument: haproxy.c init_args(), getopt() of sshd.c main(), getopt_long() of keepalived's main.c parse_cmdline(). */
const WITH_ARGUMENT = { haproxy: 'CnmNLfpSx', sshd: 'CEbcfghkopu', keepalived: 'uSfpirbcAs' };

interface Named {
  readonly files: readonly string[];
  /** What haproxy changes to before it opens them (-C). */
  readonly folder?: string;
}

/**
 * haproxy.c init_args(): the first letter of an option says what it is; -f comes as often as one likes, and all words behind -- are
 * files. haproxy 2.6
 * with `-C DIR -f a.cfg`: the directory is changed to before any file is opened.
 */
function haproxyFiles(words: readonly string[]): Named {
  const files: string[] = [];
  let folder: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') {
      append(files, words.slice(i + 1));
      break;
    }
    const [, option = ''] = /^-(.)/s.exec(word) ?? [];
    if (option === '' || !(WITH_ARGUMENT.haproxy.includes(option) || word === '-cc')) continue;
    const value = words[++i];
    if (value === undefined) break;
    if (option === 'f') files.push(value);
    else if (option === 'C') folder = value;
  }
  return folder === undefined ? { files } : { files, folder };
}

/** Options whose argument can only stand in the same word. */
const ATTACHED = { sshd: '', keepalived: 'gMt' };

/** The file of a daemon that reads one: the last -f counts. Letters may stand together, and -fX is -f X. */
function lastFile(words: readonly string[], daemon: 'keepalived' | 'sshd'): Named {
  let file: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') break;
    const [, long, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (long !== undefined) {
      if (daemon === 'keepalived' && long === 'use-file') file = value ?? words[++i] ?? file;
      continue;
    }
    if (!word.startsWith('-')) continue;
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] as string;
      if (ATTACHED[daemon].includes(letter)) break;
      if (!WITH_ARGUMENT[daemon].includes(letter)) continue;
      const argument = at + 1 < word.length ? word.slice(at + 1) : words[++i];
      if (letter === 'f') file = argument ?? file;
      break;
    }
  }
  return { files: file === undefined ? [] : [file] };
}

/** A path as the daemon opens it: from its working directory, `.` and `..` resolved. */
function absolute(path: string, folder: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
