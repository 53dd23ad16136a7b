import { existsSync, readdirSync, readlinkSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { definedOnly } from '@halint/core';
import { discoverHosts, languageOf, type FoundFile, type Note, type Snapshot } from '@halint/engine';
import { HOST_FILES, HOST_FOLDERS, isFlatCandidate, isUninteresting } from './host-paths.ts';
import { factHelp } from './network/index.ts';
import { isCode, resolveInside, type Followed, type Inside } from './inside-root.ts';
import { binaryLine, isTooLarge, readText, TOO_LARGE } from './read-text.ts';
import { isFact, isWanted, isWantedFile } from './wanted.ts';

const DEV_NULL = '/dev/null';

/**
 * A name in a folder of sysctl.d. It hides the files of that name in later folders whatever it is: a link that leads to nothing or to itself, and
 * a directory, leave the default (systemd-sysctl 252; sysctl --system of procps 4.0.2).
 */
function isSetting(path: string): boolean {
  return /(^|\/)sysctl\.d\/[^/]+\.conf$/.test(path);
}

const UNIT = /(?:^|\/)systemd\/system\/([^/]+\.(?:service|socket))$/;

/**
 * Is a link between two names of one unit, as sshd.service -> ssh.service? Only within the folders of units: what stands elsewhere is the
 * content of the unit that is named like the link (systemd 252 reads and quotes it as that).
 */
function isAlias(path: string, target: string): boolean {
  const name = UNIT.exec(path)?.[1];
  const other = target.includes('/') ? UNIT.exec(target)?.[1] : basename(target);
  return name !== undefined && other !== undefined && other !== name;
}

/**
 * lib -> usr/lib leads nowhere in a copy of etc/ alone, and what packages bring is missing there with or without it. A link that stands for
 * kernel settings hides others of its name, and somebody made it.
 */
function isOfPackages({ at }: Followed): boolean {
  return !/\/sysctl\.d(?:\/|$)/.test(at) && /^(?:run|lib|usr)(?:\/(?!local\/)|$)/.test(at);
}

/** A path that an include or a unit names; of a glob the folder above its first wildcard. */
interface Asked {
  readonly path: string;
  /** May a path below the folder be one that is asked for, or lead to one? */
  readonly mayBring: (below: string) => boolean;
}

/** One way through a host's folders, each taken once: a link to a folder above would never end. */
interface Walk {
  /** Real paths. */
  readonly visited: Set<string>;
  readonly mayBring?: Asked['mayBring'];
}

/**
 * What is looked at for a path or a glob, from the root. A folder brings all below it; a glob as many levels as it has, and on the last one the
 * names that end as it does: behind a link to /etc there are hundreds of others.
 */
function askedBy(wanted: string): Asked {
  const wildcard = wanted.search(/[*?[{]/);
  const path = wildcard < 0 ? wanted : wanted.slice(0, Math.max(0, wanted.lastIndexOf('/', wildcard)));
  if (wildcard < 0) return { path, mayBring: (below) => below.startsWith(`${path}/`) };
  const levels = wanted.split('/').length;
  const ending = /[^*?\]})\\/]*$/.exec(wanted)?.[0] ?? '';
  return {
    path,
    mayBring(below) {
      const level = below.split('/').length;
      return below.startsWith(`${path}/`) && (level < levels || (level === levels && below.endsWith(ending)));
    },
  };
}

/**
 * May a path below a root be there? Told by what the folders above it list, each of which is listed once: most of what a host may have it does not
 * have. What a link or a folder that cannot be listed brings is not told.
 */
function mayExist(root: string, path: string, listed: Map<string, ReadonlyMap<string, Dirent> | undefined>): boolean {
  let folder = root;
  for (const name of path.split('/')) {
    if (!listed.has(folder)) listed.set(folder, entriesOf(folder));
    const entries = listed.get(folder);
    const entry = entries?.get(name);
    if (entry === undefined) return entries === undefined;
    if (!entry.isDirectory()) return true;
    folder = join(folder, name);
  }
  return true;
}

/** Undefined: it cannot be listed, which is told where it is read. */
function entriesOf(folder: string): ReadonlyMap<string, Dirent> | undefined {
  try {
    return new Map(readdirSync(folder, { withFileTypes: true }).map((entry) => [entry.name, entry]));
  } catch {
    return undefined;
  }
}

type NoteDetails = Partial<Pick<Note, 'line' | 'help' | 'missing' | 'path'>> & { readonly root?: string };

/** Collects the files of one directory; what stands in the way becomes notes. */
export class TreeReader {
  readonly files: FoundFile[] = [];
  readonly notes: Note[] = [];
  readonly #top: string;
  readonly #cwd: string;
  readonly #visited = new Set<string>();
  /** What includes and units name, whatever their folder. */
  readonly #asked: Asked[] = [];
  readonly #noted = new Set<string>();

  constructor(top: string, cwd: string) {
    this.#top = resolve(top);
    this.#cwd = cwd;
  }

  read(): Snapshot {
    this.#folder(this.#top);
    const name = this.#top === sep ? hostname() : basename(this.#top);
    const found = discoverHosts(this.files, name);
    return { hosts: found.hosts, notes: [...this.notes, ...found.notes] };
  }

  /** Reads one more path of a host root, or what a glob may match: the target of an include. */
  include(root: string, path: string): void {
    const asked = askedBy(path.replace(/^\//, ''));
    this.#asked.push(asked);
    // A name that leads to a folder which is read under its own one, as `ld -> .` does, must not take that one's place.
    this.#hostFile(join(this.#top, root), asked.path, { ...asked, visited: new Set() });
  }

  #folder(folder: string): void {
    const real = realpathSync(folder);
    if (this.#visited.has(real)) return;
    this.#visited.add(real);
    const entries = this.#list(folder);
    if (entries.some((entry) => entry.name === 'etc' && (entry.isDirectory() || entry.isSymbolicLink()))) {
      this.#hostRoot(folder);
      return;
    }
    const isFacts = basename(folder) === 'facts';
    for (const entry of entries) {
      const path = join(folder, entry.name);
      const kind = this.#kind(entry, path);
      if (kind === 'folder' && entry.name !== 'node_modules' && !entry.name.startsWith('.git')) this.#folder(path);
      else if (kind === 'file' && (isFlatCandidate(entry.name) || isFacts)) {
        this.#add(path, path, isFacts ? `facts/${entry.name}` : undefined);
      }
    }
  }

  #hostRoot(root: string): void {
    const entries = new Map<string, ReadonlyMap<string, Dirent> | undefined>();
    const mayBe = (path: string): boolean => mayExist(root, path, entries);
    for (const folder of HOST_FOLDERS) if (mayBe(folder)) this.#hostFolder(root, folder);
    for (const file of HOST_FILES) if (mayBe(file)) this.#hostFile(root, file);
  }

  #hostFolder(root: string, path: string, walk: Walk = { visited: this.#visited }): void {
    const inside = this.#inside(root, path);
    if (inside === undefined || walk.visited.has(inside)) return;
    if (!statSync(inside).isDirectory()) return;
    walk.visited.add(inside);
    for (const entry of this.#list(inside, { root, path: `/${path}` })) {
      const below = `${path}/${entry.name}`;
      if (walk.mayBring?.(below) === false) continue;
      if (entry.isDirectory() && isSetting(below)) this.#add(join(root, below), undefined);
      else if (entry.isDirectory()) {
        this.#hostFolder(root, below, walk);
        this.#noteFolder(root, below);
      } else if (!isUninteresting(entry.name)) this.#hostFile(root, below, walk);
    }
  }

  #hostFile(root: string, path: string, walk?: Walk): void {
    const shown = join(root, path);
    // An enablement link counts by its name: its target need not be part of the snapshot.
    if (/^etc\/systemd\/system\/.*\.(wants|requires)\/[^/]+$/.test(path)) {
      this.#add(shown, undefined);
      return;
    }
    const inside = this.#inside(root, path);
    if (inside === undefined) return;
    // sshd.service -> ssh.service is one unit under a second name; /lib is usr/lib on most hosts, and its files come from there.
    if (isAlias(path, inside)) return;
    if (path.startsWith('lib/') && inside !== shown) return;
    const kind = statSync(inside);
    if (kind.isFile()) this.#add(shown, inside, path);
    // /dev/null of the root `/` is a device.
    else if (isSetting(path) || inside === DEV_NULL) this.#add(shown, undefined);
    else if (kind.isDirectory()) {
      this.#hostFolder(root, path, walk);
      this.#noteFolder(root, path);
    } else if (isWantedFile(path) || this.#isAsked(path)) this.#noteNoFile(root, path, 'a pipe, socket or device');
  }

  /** A directory in the place of a daemon's file. haproxy reads the .cfg files in one (haproxy.c cfgfiles_expand_directories). */
  #noteFolder(root: string, path: string): void {
    const language = languageOf(`/${path}`);
    if (language === undefined && !isFact(path)) return;
    const shown = relative(this.#top, join(root, path)).split(sep).join('/');
    const isRead = this.files.some(({ relative: each }) => each.startsWith(`${shown}/`) && each.endsWith('.cfg'));
    if (language !== 'haproxy' || !isRead) this.#noteNoFile(root, path, 'a directory');
  }

  #noteNoFile(root: string, path: string, what: string): void {
    this.#note('no-file', join(root, path), `${what} where a file should be: not read`, { root, path: `/${path}` });
  }

  /** The real path of something inside a root; undefined (and a note, where it is not simply absent) when it leads nowhere. */
  #inside(root: string, path: string): string | undefined {
    try {
      const inside = resolveInside(root, path);
      if (inside.kind === 'found') return inside.path;
      // sysctl.d(5) and systemd: a link to /dev/null is an empty file that hides others of its name.
      const isMask = inside.kind === 'missing' && inside.link?.target === DEV_NULL;
      const stands = inside.link?.isWhole === true && inside.kind !== 'outside';
      if (stands && (isMask || isSetting(path))) this.#add(join(root, path), undefined);
      if (!isMask) this.#noteLink(root, path, inside);
    } catch (error) {
      this.#note('unreadable', join(root, path), reasonOf(error), { root, path: `/${path}` });
    }
    return undefined;
  }

  /** Says of a link that leads nowhere, once, where it leads; of links that nobody would read through nothing is said. */
  #noteLink(root: string, path: string, { kind, link }: Exclude<Inside, { kind: 'found' }>): void {
    if (!isWanted(path) && !this.#isAsked(path)) return;
    const at = join(root, link?.at ?? path);
    if (kind === 'loop')
      this.#note('link-loop', at, 'too many levels of symbolic links: not read', { root, path: `/${path}` });
    else if (kind === 'outside') {
      if (link !== undefined && isAlias(path, link.target)) return;
      const what = link === undefined ? 'this path leads' : `this link leads to ${link.target},`;
      this.#note('outside-root', at, `${what} out of the root of the host: not read`, { root, path: `/${path}` });
    } else if (link !== undefined && !isAlias(path, link.target) && !isOfPackages(link)) {
      // What is hidden by it is known all the same.
      if (!link.target.startsWith('/') && isSetting(path)) return;
      const away = `this link leads to ${link.target}, which is not among the files of the host: not read`;
      const missing = resolve('/', dirname(link.at), link.target);
      this.#note('link-dangling', at, away, { root, path: `/${path}`, missing });
    }
  }

  /** Is a path named by an include or a unit, or below a folder that is? */
  #isAsked(path: string): boolean {
    return this.#asked.some((asked) => path === asked.path || asked.mayBring?.(path) === true);
  }

  #kind(entry: Dirent, path: string): 'file' | 'folder' | 'other' {
    if (entry.isFile()) return 'file';
    if (entry.isDirectory()) return 'folder';
    if (!entry.isSymbolicLink()) return 'other';
    try {
      const real = realpathSync(path);
      const top = realpathSync(this.#top);
      if (real !== top && !real.startsWith(top === sep ? sep : top + sep)) {
        const isHost = existsSync(join(path, 'etc'));
        if (isHost || isFlatCandidate(entry.name) || basename(dirname(path)) === 'facts')
          this.#note(
            'outside-root',
            path,
            `this link leads to ${readlinkSync(path)}, out of the directory that is linted: ${isHost ? 'this host is ' : ''}not read`,
          );
        return 'other';
      }
      const stat = statSync(real);
      return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other';
    } catch (error) {
      if (isCode(error, 'ELOOP')) this.#note('link-loop', path, 'too many levels of symbolic links: not read');
      else if (isFlatCandidate(entry.name)) this.#note('unreadable', path, reasonOf(error));
      return 'other';
    }
  }

  #list(folder: string, details: NoteDetails = {}): Dirent[] {
    try {
      return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      this.#note('unreadable', folder, reasonOf(error), details);
      return [];
    }
  }

  /**
   * `real` undefined: the entry counts by its name alone.
   * @param inside path from the host's root, where that is known already.
   */
  #add(shown: string, real: string | undefined, inside?: string): void {
    const below = relative(this.#top, shown).split(sep).join('/');
    const display = displayOf(shown, this.#cwd);
    if (real === undefined) {
      this.files.push({ relative: below, display, text: '' });
      return;
    }
    const host = inside === undefined ? {} : { root: shown.slice(0, -inside.length - 1), path: `/${inside}` };
    try {
      if (isTooLarge(real)) {
        this.#note('too-large', shown, TOO_LARGE, host);
        return;
      }
      const read = readText(real);
      const line = binaryLine(read.text);
      if (line === undefined) this.files.push({ relative: below, display, ...read });
      else this.#noteBinary(shown, line, inside, host);
    } catch (error) {
      this.#note('unreadable', shown, reasonOf(error), host);
    }
  }

  /** Only the files of a daemon are refused by one; of those that nothing reads, such as a program in a folder of scripts, nothing is said. */
  #noteBinary(shown: string, line: number, path: string | undefined, host: NoteDetails): void {
    const isDaemons = path === undefined || this.#isAsked(path) || languageOf(`/${path}`) !== undefined;
    if (isDaemons) this.#note('binary', shown, 'this is not a text file: not read', { line, ...host });
    else if (isFact(path))
      this.#note('malformed-fact', shown, 'this is not a text file: not read', {
        line,
        ...definedOnly({ help: factHelp(path) }),
      });
  }

  /** `root`: the host that the file belongs to, where that is known already. */
  #note(kind: Note['kind'], path: string, message: string, { root, ...more }: NoteDetails = {}): void {
    const file = displayOf(path, this.#cwd);
    // A file that an include names and that stands in a folder that is read is come upon twice.
    if (this.#noted.has(`${kind}\0${file}`)) return;
    this.#noted.add(`${kind}\0${file}`);
    const host = root === undefined ? undefined : basename(root) || hostname();
    this.notes.push({
      kind,
      file,
      message,
      ...more,
      ...(host === undefined ? {} : { host }),
    });
  }
}

export function displayOf(path: string, cwd: string): string {
  const shown = relative(cwd, path).split(sep).join('/');
  return shown === '' ? basename(path) : shown;
}

/** What the system says, in words: `permission denied`. */
export function reasonOf(error: unknown): string {
  if (isCode(error, 'EACCES')) return 'permission denied';
  if (isCode(error, 'ENOENT')) return 'no such file or directory';
  if (isCode(error, 'ELOOP')) return 'too many levels of symbolic links';
  if (isCode(error, 'EISDIR')) return 'is a directory';
  return error instanceof Error ? error.message : String(error);
}
