import type {
  Document,
  HostFinding,
  IncludeUse,
  Language,
  LanguageId,
  LowerContext,
  SourceFile,
  HostTargets,
  Targets,
} from '@halint/core';
import { DEFAULT_TARGETS, definedOnly } from '@halint/core';
import { environmentOf, unitOf } from '@halint/model';
import type {
  HaproxyFacts,
  Host,
  HostFacts,
  KeepalivedFacts,
  RsyslogFacts,
  SshdFacts,
  SysctlFacts,
  SystemdFacts,
} from '@halint/model';
import { languageOf } from './classify.ts';
import type { Guard } from './guard.ts';
import { absentInclude, followIncludes, resolveInclude, type AbsentInclude, type Pulled } from './includes.ts';
import { ReadFiles } from './read-files.ts';
import type { Note, SnapshotHost, UnreadPath } from './snapshot.ts';
import { unreadFilesOf } from './unread-files.ts';
import { withPlaces } from './variable-files.ts';

/** What a host's fact files say; read by a function that is handed in. */
export interface HostReading {
  readonly facts: HostFacts;
  /** The host's own name, from etc/hostname. */
  readonly name: string | undefined;
  readonly targets: Partial<Targets>;
  readonly notes: readonly Note[];
}

/** Gives the one document of a path and text read beside equal `company`, so that equal files are parsed once. */
export type OpenDocument = (language: Language, path: string, text: string, company: string) => Document;

/** What could not be read. */
export interface Unread {
  /** Files of all hosts by their names for people. */
  readonly noted: ReadonlySet<string>;
  /** Paths on this host. */
  readonly paths: ReadonlyMap<string, UnreadPath>;
}

/** One host being linted: its files as documents, and its model, made anew when one of them changed. */
export class HostState {
  readonly snapshot: SnapshotHost;
  readonly reading: HostReading;
  readonly targets: HostTargets;
  readonly files = new Map<string, SourceFile>();
  /** Which of the files its daemons read. */
  readonly read: ReadFiles;
  readonly #languages: ReadonlyMap<LanguageId, Language>;
  readonly #guard: Guard;
  readonly #lowered = new Map<LanguageId, { readonly stamp: string; readonly facts: unknown }>();
  #host: Host | undefined;
  #services: string | undefined;
  readonly #unread: Unread['paths'];
  #stamp = '';

  constructor(
    snapshot: SnapshotHost,
    reading: HostReading,
    languages: ReadonlyMap<LanguageId, Language>,
    forced: Partial<Targets>,
    open: OpenDocument,
    guard: Guard,
    { noted, paths }: Unread,
  ) {
    this.snapshot = snapshot;
    this.#unread = paths;
    const facts = withPlaces(reading.facts, snapshot, languages.get('systemd'));
    this.reading = { ...reading, facts };
    this.#languages = languages;
    this.#guard = guard;
    this.targets = {
      ...DEFAULT_TARGETS,
      ...definedOnly(reading.targets),
      ...definedOnly(snapshot.targets),
      ...definedOnly(forced),
      ...definedOnly({ services: facts.services }),
    };
    this.read = new ReadFiles({
      snapshot,
      facts,
      targets: this.targets,
      files: this.files,
      noted,
      unread: paths,
      systemd: () => this.#lower<SystemdFacts>('systemd'),
      includesOf: (file) =>
        (languages.get(file.language)?.includes?.(file.document, file.path) ?? []).flatMap((each) =>
          this.#included(file, each),
        ),
    });
    this.#openFiles(open);
    for (const language of languages.values()) this.#join(language);
  }

  get id(): string {
    return this.snapshot.id;
  }

  /** Equal for hosts that judge a file of the language alike. */
  targetKey(language: Language): string {
    const version = this.targets[language.daemon] ?? '';
    if (language.namesServices !== true || this.targets.services === undefined) return version;
    this.#services ??= JSON.stringify([...this.targets.services]);
    return `${version} ${this.#services}`;
  }

  get name(): string {
    return this.reading.name ?? this.snapshot.id;
  }

  /** The host model as of the documents' present versions; the same object until one of them changes. */
  get host(): Host {
    const stamp = this.#stampOf([...this.files.values()]);
    if (this.#host !== undefined && stamp === this.#stamp) return this.#host;
    this.#stamp = stamp;
    this.#host = {
      id: this.id,
      name: this.name,
      targets: this.targets,
      facts: this.reading.facts,
      keepalived: this.#lower<KeepalivedFacts>('keepalived'),
      haproxy: this.#lower<HaproxyFacts>('haproxy'),
      sshd: this.#lower<SshdFacts>('sshd'),
      sysctl: this.#lower<SysctlFacts>('sysctl'),
      systemd: this.#lower<SystemdFacts>('systemd'),
      rsyslog: this.#lower<RsyslogFacts>('rsyslog'),
      files: [...this.files.values()],
      ...this.read.started,
      ...this.read.leftOver,
      ...this.#unreadFiles(),
    };
    return this.#host;
  }

  /** The part of the host model that tells what could not be read. */
  #unreadFiles(): Pick<Host, 'unread'> {
    if (this.snapshot.lone === true) return {};
    const unread = unreadFilesOf(
      this.#unread,
      (id) => this.read.mains(id),
      [...this.files.values()].flatMap((file) => {
        const language = this.#languages.get(file.language);
        if (language?.includes === undefined || this.read.leavesOut(file)) return [];
        return language.includes(file.document, file.path).map((include) => ({ language: language.id, include }));
      }),
      { files: this.files, isWhole: this.snapshot.root !== undefined },
    );
    return unread.size === 0 ? {} : { unread };
  }

  /** Puts another document in the place of a file. */
  replace(path: string, file: SourceFile): void {
    this.files.set(path, file);
    this.#lowered.delete(file.language);
    this.#host = undefined;
    const language = this.#languages.get(file.language);
    if (language !== undefined) this.#join(language);
  }

  /** Tells the documents of a joined language which others the daemon reads with them. */
  #join(language: Language): void {
    if (language.joined !== true) return;
    const files = [...this.files.values()].filter((file) => file.language === language.id);
    const paths = this.read.entries(
      language.id,
      files.map((file) => file.path),
    );
    if (paths.length < 2) return;
    const group = paths.flatMap((path) => this.files.get(path)?.document ?? []);
    for (const document of group) document.group = group;
  }

  /** What the files of a joined language are read beside, '' for one alone. */
  #company(language: Language, own: readonly Pulled[]): string {
    if (language.joined !== true) return '';
    const paths = own.filter((each) => each.language === language.id).map(({ path }) => path);
    const entries = this.read.entries(language.id, paths);
    return entries.length < 2
      ? ''
      : entries.map((path) => `${path}\0${this.snapshot.files.get(path)?.text ?? ''}`).join('\0');
  }

  /** What the daemon of a language says of this host's files together. */
  checks(language: Language): readonly HostFinding[] {
    const check = language.checkHost?.bind(language);
    const files = check === undefined ? [] : this.#filesOf(language.id);
    if (check === undefined || files.length === 0) return [];
    const { entries, context } = this.#reading(language.id, files);
    if (entries.length === 0) return [];
    return this.#guard.run(`${language.id} check (${this.id})`, () => check(entries, context)) ?? [];
  }

  /** The files that the daemon of a language starts from and what it sees of its host; undefined without one. */
  readingOf(id: LanguageId): { readonly entries: readonly SourceFile[]; readonly context: LowerContext } | undefined {
    const reading = this.#reading(id, this.#filesOf(id));
    return reading.entries.length === 0 ? undefined : reading;
  }

  /** Does the unit of a language's daemon set this variable for it? */
  sets(language: Language, variable: string): boolean {
    if (language.daemon !== 'haproxy' && language.daemon !== 'keepalived') return false;
    const unit = unitOf(this.host, language.daemon);
    return unit !== undefined && environmentOf(this.host, unit).variables.has(variable);
  }

  #filesOf(id: LanguageId): readonly SourceFile[] {
    return [...this.files.values()].filter((file) => file.language === id);
  }

  /** The files that a daemon starts from, and what it sees of its host. */
  #reading(
    id: LanguageId,
    files: readonly SourceFile[],
  ): { readonly entries: readonly SourceFile[]; readonly context: LowerContext } {
    const paths = files.map((file) => file.path);
    const entries = this.read.entries(id, paths).flatMap((path) => this.files.get(path) ?? []);
    const context: LowerContext = {
      host: this.id,
      hostName: this.name,
      hostNameAssumed: this.reading.name === undefined,
      targets: this.targets,
      command: this.read.commandLine(id),
      environment: this.read.environment(id),
      included: (file, include) => this.#included(file, include),
      missed: (include) => this.#missed(include),
      absent: (include) => this.#absent(include),
    };
    return { entries, context };
  }

  #lower<Facts>(id: LanguageId): Facts | undefined {
    const language = this.#languages.get(id);
    const files = this.#filesOf(id);
    if (language === undefined || files.length === 0) return undefined;
    const stamp = `${this.#stampOf(files)}\n${this.read.namedEntries(id).join('\0')}\n${this.#stampOfCommand(id)}\n${this.#stampOfEnvironment(id)}`;
    const known = this.#lowered.get(id);
    if (known !== undefined && known.stamp === stamp) return known.facts as Facts;
    const { entries, context } = this.#reading(id, files);
    // All that the unit names may be missing.
    const facts =
      entries.length === 0
        ? undefined
        : this.#guard.run(`${id} lower (${this.id})`, () => language.lower(entries, context));
    this.#lowered.set(id, { stamp, facts });
    return facts as Facts | undefined;
  }

  /** The words of a daemon's command, and the units that they point into. */
  #stampOfCommand(id: LanguageId): string {
    const command = this.read.commandLine(id);
    if (command === undefined) return '';
    const words = command.words.map(({ value }) => JSON.stringify(value));
    return [...words, ...command.unread, this.#stampOf(this.#filesOf('systemd'))].join(' ');
  }

  /** The variables that a daemon is started with. */
  #stampOfEnvironment(id: LanguageId): string {
    return JSON.stringify([...(this.read.environment(id) ?? ['unknown'])]);
  }

  #included(file: SourceFile, include: IncludeUse): readonly SourceFile[] {
    const resolution = resolveInclude(include, this.files.keys());
    if ('leaves' in resolution) return [];
    return resolution.paths.flatMap((path) => {
      const found = this.files.get(path);
      return found === undefined || found.language !== file.language ? [] : [found];
    });
  }

  #missed(include: IncludeUse): readonly string[] {
    const resolution = resolveInclude(include, this.#unread.keys());
    if ('leaves' in resolution) return [resolution.leaves];
    const { wanted, paths } = resolution;
    const behind = [...this.#unread.keys()].filter((path) => wanted.startsWith(`${path}/`));
    const unread = [...paths, ...behind].map((path) => this.#unread.get(path)?.missing ?? path);
    // A glob that matches nothing is no fault.
    const isAbsent = unread.length === 0 && !/[*?[{]/.test(wanted) && !this.files.has(wanted);
    return isAbsent || this.snapshot.lone === true ? [wanted] : [...new Set(unread)];
  }

  #absent(include: IncludeUse): AbsentInclude | undefined {
    if (this.snapshot.lone === true) return undefined;
    // What stands there, or behind a folder there, and may not be read is told already.
    const resolution = resolveInclude(include, this.#unread.keys());
    if ('leaves' in resolution || resolution.paths.length > 0) return undefined;
    if ([...this.#unread.keys()].some((path) => resolution.wanted.startsWith(`${path}/`))) return undefined;
    return absentInclude(include, this.snapshot.files);
  }

  #openFiles(open: OpenDocument): void {
    const { files } = this.snapshot;
    const companies = new Map<LanguageId, string>();
    const opened = new Map<string, SourceFile>();
    const openOne = ({ path, language: id }: Pulled): { language: Language; document: Document } | undefined => {
      const found = files.get(path);
      const language = this.#languages.get(id);
      if (found === undefined || language === undefined) return undefined;
      let source = opened.get(path);
      if (source?.language !== id) {
        const document = open(language, path, found.text, companies.get(id) ?? '');
        source = { path, display: found.display, language: id, document };
        opened.set(path, source);
      }
      this.files.set(path, source);
      return { language, document: source.document };
    };
    // Units first: they say which of the others are read, and as what.
    const units = [...files.values()].flatMap(({ path, language }) =>
      (language ?? languageOf(path)) === 'systemd' ? [{ path, language: 'systemd' as const }] : [],
    );
    for (const unit of units) openOne(unit);
    const named = this.read.languages();
    const own = [...files.values()].flatMap((file) => {
      const language = file.language ?? named.get(file.path) ?? languageOf(file.path);
      return language === undefined ? [] : [{ path: file.path, language }];
    });
    // Once for a language: it holds the text of all its files.
    for (const language of this.#languages.values()) companies.set(language.id, this.#company(language, own));
    // The units stand among the others, in the order of the snapshot.
    this.files.clear();
    // The includes of a file without its host are not followed: nothing else of it is there.
    if (this.snapshot.lone === true) for (const each of own) openOne(each);
    else followIncludes(own, [...files.keys()], openOne);
  }

  #stampOf(files: readonly SourceFile[]): string {
    return files.map((file) => `${file.path}@${file.document.version}`).join(' ');
  }
}
