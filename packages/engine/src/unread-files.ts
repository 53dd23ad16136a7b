import type { IncludeUse, LanguageId } from '@halint/core';
import type { UnreadFile, UnreadFiles } from '@halint/model';
import { isUsualPath, languageOf, usualPath } from './classify.ts';
import { absentInclude, resolveInclude, type Paths } from './includes.ts';
import type { UnreadPath } from './snapshot.ts';

/** Languages whose files are absent or not by what the daemon starts from and what that includes. */
const STARTED: readonly LanguageId[] = ['keepalived', 'haproxy', 'sshd', 'rsyslog'];

/** A host as it was read. */
interface ReadHost {
  readonly files: Paths;
  /** It has an etc/, all of which was read; of a loose file the others of its folder are not known. */
  readonly isWhole: boolean;
}

interface Included {
  readonly language: LanguageId;
  readonly include: IncludeUse;
}

/**
 * What could not be read of the files that the daemons of a host start from, and of those that these include; of kernel settings all files of
 * the folders.
 * @param mainsOf what a unit names; undefined: the daemon's usual files.
 */
export function unreadFilesOf(
  unread: ReadonlyMap<string, UnreadPath>,
  mainsOf: (id: LanguageId) => readonly string[] | undefined,
  includes: readonly Included[],
  host: ReadHost,
): UnreadFiles {
  const found = new Map<LanguageId, UnreadFile[]>();
  const add = (id: LanguageId, file: UnreadFile): void => {
    const known = found.get(id) ?? [];
    if (!known.some(({ path }) => path === file.path)) found.set(id, [...known, file]);
  };
  for (const [path, { why, forNobody }] of unread) {
    if (forNobody) continue;
    for (const id of STARTED) {
      const mains = mainsOf(id);
      const isMain = mains === undefined ? isUnreadMain(id, path) : mains.some((main) => isAtOrBelow(main, path));
      if (isMain) add(id, { path, why });
    }
    // Another file of its name may hide it, which is no more than one of the doubts.
    if (languageOf(path) === 'sysctl' || languageOf(`${path}/x.conf`) === 'sysctl') add('sysctl', { path, why });
  }
  for (const { language, include } of includes) {
    const file = unreadInclude(include, unread, host);
    if (file !== undefined) add(language, file);
  }
  return found;
}

/** Is it a usual main file of a daemon, or a folder that it may stand in? */
export function isUnreadMain(id: LanguageId, path: string): boolean {
  return isUsualPath(id, path) || usualPath(id)?.startsWith(`${path}/`) === true;
}

function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** What an include brings and could not be read. A glob of a folder that was read, and a name that the daemon can do without, bring nothing for sure. */
function unreadInclude(
  include: IncludeUse,
  unread: ReadonlyMap<string, UnreadPath>,
  { files, isWhole }: ReadHost,
): UnreadFile | undefined {
  const leads = resolveInclude(include, unread.keys());
  if ('leaves' in leads) return { path: include.pattern, why: 'it leads out of the root' };
  const { wanted, paths } = leads;
  const path = paths.find((each) => unread.get(each)?.forNobody === false);
  const behind = path ?? [...unread.keys()].find((each) => wanted.startsWith(`${each}/`));
  if (behind !== undefined) return { path: behind, why: unread.get(behind)?.why ?? '' };
  const absent = paths.length > 0 ? undefined : absentInclude(include, files);
  if (absent === undefined) return undefined;
  const { isGlob, folderIsKnown } = absent;
  const mayBeNothing = (isGlob && !include.required) || (isWhole && folderIsKnown && (isGlob || !include.required));
  return mayBeNothing ? undefined : { path: wanted, why: 'no such file' };
}
