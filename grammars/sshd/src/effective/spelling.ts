import { compareVersions } from '@halint/core';
import { readInt, readPort, readTime } from '../check/numbers.ts';
import { rowOf, type ArgumentKind } from '../keywords.ts';
import type { Line } from '../line.ts';

const from = (openssh: string, version: string): boolean => compareVersions(openssh, version) >= 0;

/** A path as sshd completes it (derelativise_path()): it is started in `/`, by root. */
export function pathOf(written: string): string {
  if (written.toLowerCase() === 'none') return 'none';
  const path = withHome(written);
  return path.startsWith('/') || path.startsWith('~') ? path : `//${path}`;
}

/** tilde_expand_filename(); where the home of another user is only the host knows, so that `~name` stays as it is. */
export function withHome(written: string): string {
  const [home, rest] = /^~(?:root)?(?:\/+(.*))?$/s.exec(written) ?? [];
  return home === undefined ? written : `/root/${rest ?? ''}`;
}

/** DSCP names by value (misc.c ipqos[]): the first name of a value is the one that is printed. */
const CLASSES: readonly (readonly [string, number])[] = [
  ...([1, 2, 3, 4] as const).flatMap((i) => [1, 2, 3].map((j) => [`af${i}${j}`, i * 32 + j * 8] as const)),
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((i) => [`cs${i}`, i * 32] as const),
  ['ef', 0xb8],
  ['le', 0x04],
  ['va', 0xb0],
  ['lowdelay', 0x10],
  ['throughput', 0x08],
  ['reliability', 0x04],
];
const OLD_CLASSES = new Set(['lowdelay', 'throughput', 'reliability']);

/** Since 10.0 (in Debian's build; 10.1 upstream) the names of RFC 791 mean the system's default. */
export function classOf(word: string, openssh: string): string {
  const name = word.toLowerCase();
  const gone = from(openssh, '10.0');
  if (name === 'none' || (gone && OLD_CLASSES.has(name))) return 'none';
  const known = CLASSES.filter(
    ([each]) => !(gone && OLD_CLASSES.has(each)) && (each !== 'va' || from(openssh, '10.3')),
  );
  const value = CLASSES.find(([each]) => each === name)?.[1] ?? numberOf(word, openssh);
  return known.find(([, each]) => each === value)?.[0] ?? `0x${value.toString(16).padStart(2, '0')}`;
}

function numberOf(word: string, openssh: string): number {
  if (from(openssh, '9.8')) return readInt(word, 255) ?? 0;
  const digits = word.trim().replace(/^\+/, '');
  return /^0[0-7]*$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
}

/** Values that are printed by another of their names. */
const SAME: Record<string, Record<string, string>> = {
  allowstreamlocalforwarding: { all: 'yes' },
  allowtcpforwarding: { all: 'yes' },
  compression: { delayed: 'yes' },
  loglevel: { debug1: 'DEBUG', quiet: 'SILENT' },
};

/** Options whose values are printed in capitals. */
const CAPITALS = new Set(['fingerprinthash', 'loglevel', 'syslogfacility']);

function wordOf({ key, args: [arg = ''], openssh }: Line): string {
  const value = arg.toLowerCase();
  if (key === 'permitrootlogin' && /^(?:without|prohibit)-password$/.test(value)) return rootWithoutPassword(openssh);
  return SAME[key]?.[value] ?? (CAPITALS.has(key) ? value.toUpperCase() : value);
}

/** prohibit-password came first in the table of names with 10.1. */
export function rootWithoutPassword(openssh: string): string {
  return from(openssh, '10.1') ? 'prohibit-password' : 'without-password';
}

/** Options of one word that is taken as it is written, where others of their kind are paths. */
const PLAIN = new Set([
  ...['agentsocketpath', 'authorizedkeyscommanduser', 'authorizedprincipalscommanduser', 'chrootdirectory'],
  'pamservicename',
]);

const WITH_HOME: ReadonlySet<string> = new Set<ArgumentKind['kind']>(['files', 'revoked', 'text']);

/** Does sshd put the home of a user in the place of a `~` in front? */
export function hasHome(name: string): boolean {
  return !PLAIN.has(name.toLowerCase()) && WITH_HOME.has(rowOf(name)?.argument.kind ?? '');
}

function textOf({ key, args: [arg = ''] }: Line): string {
  if (PLAIN.has(key)) return arg;
  if (key === 'authorizedprincipalsfile') return withHome(arg);
  if (key === 'hostkeyagent' && arg === 'SSH_AUTH_SOCK') return arg;
  if (key === 'securitykeyprovider' && arg.toLowerCase() === 'internal') return arg;
  return pathOf(arg);
}

const SPELLED: Partial<Record<ArgumentKind['kind'], (line: Line) => readonly string[]>> = {
  enum: (line) => [wordOf(line)],
  'yes-no': (line) => [wordOf(line)],
  switch: ({ args: [arg = ''], openssh }) => [switched(arg.toLowerCase(), openssh)],
  int: ({ args: [arg = ''] }) => [String(readInt(arg) ?? 0)],
  'int-or-none': ({ args: [arg = ''] }) => [arg === 'none' ? arg : String(readInt(arg) ?? 0)],
  time: (line) => [String(secondsOf(line))],
  'time-or-none': (line) => [secondsOf(line) === 0 ? 'none' : String(secondsOf(line))],
  octal: ({ args: [arg = ''] }) => [`0${Number.parseInt(arg.trim(), 8).toString(8)}`],
  port: ({ args: [arg = ''], services }) => [String(readPort(arg, services) ?? 0)],
  command: ({ text }) => [text.replace(/^[ \t\r]+/, '')],
  rest: ({ key, text }) => [key === 'versionaddendum' && /^none$/i.test(text) ? 'none' : text],
  files: ({ args }) => args.map(withHome),
  revoked: ({ args, openssh }) => (from(openssh, '10.3') ? args.map(withHome) : [pathOf(args[0] ?? '')]),
  'permit-listen': ({ args }) => filled(args).map((arg) => (/:|^(?:any|none)$/.test(arg) ? arg : `*:${arg}`)),
  'permit-open': ({ args }) => filled(args),
  text: (line) => [textOf(line)],
};

/** Until 9.7 an empty word ends a list of what may be forwarded; later ones refuse it. */
const filled = (args: readonly string[]): readonly string[] => args.filter((arg) => arg !== '');

/** The values of a line as `sshd -T` prints them; algorithm lists stay as written. */
export function valuesOf(line: Line): readonly string[] {
  return SPELLED[line.row.argument.kind]?.(line) ?? line.args;
}

function secondsOf({ args: [arg = ''], openssh }: Line): number {
  return Math.floor(readTime(arg, openssh) ?? 0);
}

/** 10.6 prints the options that warn or keep alive as true and false. */
function switched(value: string, openssh: string): string {
  const on = value === 'yes' || value === 'true';
  return from(openssh, '10.6') ? String(on) : on ? 'yes' : 'no';
}

/** Words joined so that sshd splits them again alike (argv_assemble(), since 9.5). */
export function quoted(word: string): string {
  const escaped = word.replace(/[\\'"]/g, (sign) => `\\${sign}`);
  return /[ \t]/.test(word) ? `"${escaped}"` : escaped;
}
