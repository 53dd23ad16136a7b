import { cited, type Cited, type LowerContext, type Place, type SourceFile } from '@halint/core';
import type { SysctlAssignment, SysctlFacts } from '@halint/model';
import { hasBlankKey, type Setting, type SysctlFile } from './ast.ts';
import { apply, procpsOf, SYSTEMD, type Applied, type Outcome, type Tool } from './apply.ts';
import { endsInSeparator, goesUp, isGlob, normalizeKey, resolveUp } from './key.ts';
import { meantKey } from './meant.ts';
import { kernelDefault, knownKeys, taken } from './value.ts';

/** Directories of sysctl.d by precedence: of two files with one name the first counts (sysctl.d(5)). */
const DIRECTORIES = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'].map((root) => `${root}/sysctl.d`);
const MAIN_FILE = '/etc/sysctl.conf';
/** Name under which the distributions link the main file into sysctl.d. */
const MAIN_FILE_LINK = '99-sysctl.conf';
/** Releases that ship neither the main file nor the link: systemd-sysctl never reads it there. */
const WITHOUT_LINK = new Set(['debian13', 'debian14']);

/** What systemd-sysctl applies at boot and what `sysctl --system` leaves, from the files of one host. */
export function lower(files: readonly SourceFile[], context: LowerContext): SysctlFacts {
  const { os } = context.targets;
  const of = (each: readonly SourceFile[], tool: Tool): SysctlAssignment[] =>
    each.flatMap((file) => assignmentsOf(file, context, tool));
  const assignments = of(bootFiles(files, os), SYSTEMD);
  let boot: Applied | undefined;
  let later: readonly SysctlAssignment[] | undefined;
  let system: Applied | undefined;
  const atBoot: Applied = (key) => (boot ??= apply(assignments, SYSTEMD, os))(normalizeKey(key));
  const laterOnes = (): readonly SysctlAssignment[] => (later ??= of(systemFiles(files, os), procpsOf(os)));
  return {
    assignments,
    get systemKeys() {
      const keys = laterOnes().flatMap(({ key, exclusion }) =>
        exclusion ? [] : isGlob(key) ? knownKeys(key) : meantKey(key) === undefined ? [key] : [],
      );
      return [...new Set(keys)];
    },
    value: (key) => cite(atBoot(key)),
    leftAtBoot: (key) => atBoot(key).left,
    ...(isLinkMissing(files, os) ? { withoutLink: withoutLink(files, context) } : {}),
    kernelDefault: (key) => kernelDefault(normalizeKey(key)),
    afterSystem: (key) => cite((system ??= apply(laterOnes(), procpsOf(os), os))(normalizeKey(key))),
  };
}

/**
 * Should the link to the main file be among the files? Its package brings it wherever the main file is read at boot, so it is assumed, and
 * rightly where a tree has only what somebody wrote: few keep a package's link beside it. But a tree with the files that packages put
 * into sysctl.d is the copy of a whole host: the link was removed there, or whatever made the copy passed over links, and which of the
 * two is not known.
 */
function isLinkMissing(files: readonly SourceFile[], os: string | undefined): boolean {
  if (os === undefined || WITHOUT_LINK.has(os)) return false;
  const isLink = ({ path }: SourceFile): boolean => path.endsWith(`/${MAIN_FILE_LINK}`);
  const isOfPackage = ({ path }: SourceFile): boolean => /^(?:\/usr)?\/lib\/sysctl\.d\//.test(path);
  return files.some(({ path }) => path === MAIN_FILE) && files.some(isOfPackage) && !files.some(isLink);
}

function withoutLink(files: readonly SourceFile[], context: LowerContext): (key: string) => Cited<string> | undefined {
  const { os } = context.targets;
  let applied: Applied | undefined;
  const others = (): SysctlAssignment[] =>
    bootFiles(
      files.filter(({ path }) => path !== MAIN_FILE),
      os,
    ).flatMap((file) => assignmentsOf(file, context, SYSTEMD));
  return (key) => cite((applied ??= apply(others(), SYSTEMD, os))(normalizeKey(key)));
}

function cite({ set }: Outcome): Cited<string> | undefined {
  return set === undefined ? undefined : cited(set.value, set.by.at);
}

/** `sysctl --system` reads the same files, then the main file itself, link or not (procps sysctl.c PreloadSystem). */
export function systemFiles(files: readonly SourceFile[], os: string | undefined): readonly SourceFile[] {
  const main = files.find(({ path }) => path === MAIN_FILE);
  const others = named(files, os);
  return main === undefined ? others : [...others, main];
}

/**
 * The files that count at boot, in the order of their names: `50-a.conf` in /run stands before `60-b.conf` in /etc. Hidden ones do not
 * (systemd 252 leaves the default with etc/sysctl.d/.a.conf, and procps 4.0.2 sets it).
 */
export function bootFiles(files: readonly SourceFile[], os: string | undefined): readonly SourceFile[] {
  return named(
    files.filter(({ path }) => !path.includes('/.')),
    os,
  );
}

function named(files: readonly SourceFile[], os: string | undefined): readonly SourceFile[] {
  const byName = new Map<string, { readonly rank: number; readonly file: SourceFile }>();
  for (const file of files) {
    const name = bootName(file.path, os);
    if (name === undefined) continue;
    const rank = rankOf(file.path);
    const known = byName.get(name);
    if (known === undefined || rank < known.rank) byName.set(name, { rank, file });
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, entry]) => entry.file);
}

function bootName(path: string, os: string | undefined): string | undefined {
  if (path === MAIN_FILE) return os !== undefined && WITHOUT_LINK.has(os) ? undefined : MAIN_FILE_LINK;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.endsWith('.conf') ? name : undefined;
}

/** The main file itself ranks last: a real 99-sysctl.conf in its place is what the boot reads. */
function rankOf(path: string): number {
  if (path === MAIN_FILE) return DIRECTORIES.length;
  const rank = DIRECTORIES.indexOf(path.slice(0, path.lastIndexOf('/')));
  return rank < 0 ? 0 : rank;
}

function assignmentsOf(file: SourceFile, context: LowerContext, tool: Tool): SysctlAssignment[] {
  const { statements } = file.document.ast as SysctlFile;
  return statements.flatMap((statement) => {
    if (statement.kind === 'unreadable' || (tool.blankIsKey && hasBlankKey(statement))) return [];
    const { value: written } = statement.key;
    const key = normalizeKey(written);
    const isRefused = tool === SYSTEMD ? goesUp(key) : endsInSeparator(written);
    return isRefused ? [] : [assignmentOf(statement, resolveUp(key), file, context)];
  });
}

function assignmentOf(
  statement: Setting,
  key: string,
  file: SourceFile,
  { host, targets: { os } }: LowerContext,
): SysctlAssignment {
  const exclusion = statement.kind === 'exclusion';
  const value = exclusion ? '' : (statement.value?.value ?? '');
  const section = file.document.sectionAt(statement.span.start);
  const { start, end } = statement.span;
  const at: Place = { host, file, section, start: start - section.start, end: end - section.start };
  return {
    key,
    value,
    taken: exclusion ? undefined : taken(key, value, os),
    optional: exclusion || statement.optional,
    exclusion,
    bootOnly: procpsOf(os).blankIsKey && hasBlankKey(statement),
    at,
  };
}
