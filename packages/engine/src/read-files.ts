import type { CommandLine, LanguageId, SourceFile, Targets } from '@halint/core';
import { commandLineOf, wholeEnvironmentOf, type Host, type HostFacts, type SystemdFacts } from '@halint/model';
import { entryPaths, isUsualPath, languageOf, plainPath } from './classify.ts';
import type { SnapshotHost, UnreadPath } from './snapshot.ts';
import { isUnreadMain } from './unread-files.ts';
import { languagesOf, launchesOf, startsOf, stampOfStarts, type StartedPaths, type Starts } from './started-files.ts';

/** What must be known of a host to tell which files its daemons read. */
interface Source {
  readonly snapshot: SnapshotHost;
  readonly facts: HostFacts;
  readonly targets: Targets;
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Files that could not be read, by their names for people. */
  readonly noted: ReadonlySet<string>;
  /** Paths on this host of which nothing is known. */
  readonly unread: ReadonlyMap<string, UnreadPath>;
  systemd(): SystemdFacts | undefined;
  includesOf(file: SourceFile): readonly SourceFile[];
}

/** What follows from the units of a host. */
interface Known {
  readonly systemd: SystemdFacts | undefined;
  readonly starts: Starts;
  readonly sshd: CommandLine | undefined;
  readonly haproxy: ReadonlyMap<string, string> | undefined;
}

const NOTHING: readonly string[] = [];
/** A placeholder of a template: it may stand for an Include. */
const TEMPLATE_MARK = /\{\{|\{%|<%/;

/** Which files of a host its daemons read: those that the command lines of its units name, else those that a package's unit would. */
export class ReadFiles {
  readonly #source: Source;
  #known: Known | undefined;
  /** The starts by which the files were opened. */
  #opened: string | undefined;
  /** Files that are read from some entries, and the state of all files in which that was so. */
  readonly #reach = new Map<
    string,
    { readonly files: readonly SourceFile[]; readonly versions: readonly number[]; readonly read: ReadonlySet<string> }
  >();

  constructor(source: Source) {
    this.#source = source;
  }

  /** The files that the daemon of a language starts from, in its order. */
  entries(id: LanguageId, paths: readonly string[]): readonly string[] {
    const named = this.#startOf(id)?.entries;
    if (named !== undefined) return named;
    // Others of its folder are not what the daemon starts from where the main file is there and cannot be read.
    const isUnread = [...this.#source.unread.keys()].some((path) => isUnreadMain(id, path));
    return isUnread && !paths.some((path) => isUsualPath(id, path)) ? [] : entryPaths(id, paths);
  }

  /** What its unit tells a daemon to start from; undefined where none says. */
  mains(id: LanguageId): readonly string[] | undefined {
    return this.#startOf(id)?.start.paths;
  }

  /** The same where a unit names them; empty otherwise. */
  namedEntries(id: LanguageId): readonly string[] {
    return this.#startOf(id)?.entries ?? NOTHING;
  }

  /** The command line of a language's daemon; of sshd alone does it say more than which files are read. */
  commandLine(id: LanguageId): CommandLine | undefined {
    return id === 'sshd' ? this.#units.sshd : undefined;
  }

  /** The variables that a language's daemon is started with, where all are known; addresses of haproxy alone may be such. */
  environment(id: LanguageId): ReadonlyMap<string, string> | undefined {
    return id === 'haproxy' ? this.#units.haproxy : undefined;
  }

  /** Paths that a unit names, whatever their folder, and the language of the daemon that it starts. */
  languages(): ReadonlyMap<string, LanguageId> {
    this.#opened = stampOfStarts(this.#starts);
    return languagesOf(this.#starts);
  }

  /** Did an edit of a unit change which files a daemon reads? Then the host is to be opened anew. */
  get isStale(): boolean {
    return this.#opened !== undefined && stampOfStarts(this.#starts) !== this.#opened;
  }

  /** The part of the host model that tells of it. */
  get started(): Pick<Host, 'started'> {
    const starts = this.#starts;
    if (starts.size === 0) return {};
    return {
      started: new Map(
        [...starts].map(([id, named]) => [
          named.start.daemon,
          {
            start: named.start,
            unread: this.#unreadOf(id, named),
            missing: named.missing.filter(({ path }) => this.#isMissed(path)),
          },
        ]),
      ),
    };
  }

  /**
   * Does the daemon of a file certainly not read it, where its package's unit would? What is wrong in it concerns nobody then. A file
   * that no unit of a package names (site.cfg of another instance) is judged all the same.
   */
  leavesOut(file: SourceFile): boolean {
    const { language, path } = file;
    if (this.#isLeftOver(file)) return true;
    const named = this.#startOf(language);
    if (named === undefined || named.start.unread.length > 0) return false;
    return this.#unreadOf(language, named).some((file) => file.path === path);
  }

  /** The part of the host model that tells of drop-ins which no Include of their main file reads. */
  get leftOver(): Pick<Host, 'leftOver'> {
    const files = [...this.#source.files.values()].flatMap((file) => {
      const main = this.#isLeftOver(file) ? this.#mainOf(file) : undefined;
      return main === undefined ? [] : [{ file, main }];
    });
    return files.length === 0 ? {} : { leftOver: files };
  }

  /** Is it certain that sshd reads the main file of this drop-in and no Include on its way reads the drop-in? */
  #isLeftOver(file: SourceFile): boolean {
    const main = this.#mainOf(file);
    const named = this.#startOf('sshd');
    if (main === undefined || this.#source.snapshot.lone === true || (named?.start.unread.length ?? 0) > 0)
      return false;
    const sshd = [...this.#source.files.values()].flatMap(({ language, path }) => (language === 'sshd' ? [path] : []));
    const read = this.#reached(this.entries('sshd', sshd));
    if (!read.has(main.path) || read.has(file.path)) return false;
    return [...read].every((path) => !TEMPLATE_MARK.test(this.#source.files.get(path)?.document.print() ?? ''));
  }

  /**
   * The main file of the folder that a drop-in, or a file that only such ones include, stands in. Where a file was given without its etc/, its place is a guess, and one with the suffix of a
   * template will have another name.
   */
  #mainOf({ language, path, display }: SourceFile): SourceFile | undefined {
    const folder = /^.*?\/etc\/ssh\//.exec(path)?.[0];
    if (language !== 'sshd' || folder === undefined || plainPath(path) !== path) return undefined;
    const main = this.#source.files.get(`${folder}sshd_config`);
    return main?.display.endsWith(main.path) === true && display.endsWith(path) ? main : undefined;
  }

  /** May a name of one file be defined in the others that are asked for? Not where it is known that the daemon reads the one without them. */
  together(file: SourceFile): (other: SourceFile) => boolean {
    const named = this.#startOf(file.language);
    if (named === undefined || named.start.unread.length > 0) return () => true;
    const read = this.#reached(named.entries);
    return read.has(file.path) ? (other) => read.has(other.path) : () => true;
  }

  get #starts(): Starts {
    return this.#units.starts;
  }

  /** What follows from the units of the host, as of their present text. */
  get #units(): Known {
    const systemd = this.#source.systemd();
    if (this.#known === undefined || this.#known.systemd !== systemd) {
      const { snapshot, facts, targets } = this.#source;
      const host = { id: snapshot.id, facts, targets, systemd };
      const launches = launchesOf(host);
      const sshd = launches.get('sshd');
      this.#known = {
        systemd,
        starts: startsOf(launches, snapshot.files.keys()),
        sshd: sshd && commandLineOf(sshd),
        haproxy: wholeEnvironmentOf(host, 'haproxy'),
      };
    }
    return this.#known;
  }

  /** Units themselves are named by nobody, and are read before it is known what they start. */
  #startOf(id: LanguageId): StartedPaths | undefined {
    return id === 'systemd' ? undefined : this.#starts.get(id);
  }

  #unreadOf(id: LanguageId, { entries }: StartedPaths): readonly SourceFile[] {
    const usual = [...this.#source.files.values()].filter(
      ({ language, path }) => language === id && isUsualPath(id, path) && !entries.includes(path),
    );
    if (usual.length === 0) return [];
    const read = this.#reached(entries);
    return usual.filter(({ path }) => !read.has(path));
  }

  /** Files that are read when a daemon starts from these. Kept until a file changes: it is asked for each of them. */
  #reached(entries: readonly string[]): ReadonlySet<string> {
    const from = entries.join('\0');
    const known = this.#reach.get(from);
    const files = [...this.#source.files.values()];
    const isSame = (file: SourceFile, i: number): boolean =>
      known?.files[i] === file && known.versions[i] === file.document.version;
    if (known?.files.length === files.length && files.every(isSame)) return known.read;
    const read = this.#reachAnew(entries);
    this.#reach.set(from, { files, versions: files.map(({ document }) => document.version), read });
    return read;
  }

  #reachAnew(entries: readonly string[]): ReadonlySet<string> {
    const read = new Set(entries);
    for (const path of read) {
      const file = this.#source.files.get(path);
      if (file === undefined) continue;
      for (const each of this.#source.includesOf(file)) read.add(each.path);
    }
    return read;
  }

  /** A unit that came without its host misses nothing, and a file that may not be read is told already. */
  #isMissed(path: string): boolean {
    const { files, lone } = this.#source.snapshot;
    if (lone === true || [...files.keys()].every((each) => languageOf(each) === 'systemd')) return false;
    for (const { path: inside, display } of files.values()) {
      if (display.endsWith(inside)) {
        return !this.#source.noted.has(display.slice(0, display.length - inside.length) + path);
      }
    }
    return true;
  }
}
