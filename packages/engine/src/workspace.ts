import type { Document, Finding, Language, LanguageId, Place, SourceFile, Span, Targets } from '@halint/core';
import { joinFleet, type AnyRule, type Fleet, type Host, type Report } from '@halint/model';
import { DisplayFiles } from './display-files.ts';
import { FileFindings } from './file-findings.ts';
import { Guard } from './guard.ts';
import { HostState, type HostReading } from './host-state.ts';
import { includeAsking, includeFindings } from './include-findings.ts';
import { FindingSet, placed } from './finding-set.ts';
import { isOfInclude, isOfLink, noteFinding } from './note-findings.ts';
import { Selection, type SelectionOptions } from './selection.ts';
import { sharedDocuments } from './shared-documents.ts';
import type { Note, Snapshot, SnapshotFile, SnapshotHost, UnreadPath } from './snapshot.ts';
import { unreadPathsOf } from './unread-paths.ts';

/** The knowledge that the engine works with; it has none of its own. */
export interface Parts {
  readonly languages: readonly Language[];
  readonly rules: readonly AnyRule[];
  /** `unread`: paths of the host of which nothing is known. */
  readonly readFacts: (host: SnapshotHost, unread: ReadonlyMap<string, UnreadPath>) => HostReading;
}

export interface WorkspaceOptions {
  readonly selection?: SelectionOptions;
  /** Versions given on the command line: they win over everything known of a host. */
  readonly targets?: Partial<Targets>;
  readonly timing?: boolean;
}

/**
 * All hosts of a snapshot, parsed and judged. Files can be edited in place; what does not depend on an edited file is kept.
 */
export class Workspace {
  readonly guard: Guard;
  readonly #parts: Parts;
  readonly #targets: Partial<Targets>;
  #snapshot: Snapshot;
  #hosts: readonly HostState[] = [];
  #notes: readonly Note[] = [];
  readonly #selection: Selection;
  readonly #rules: readonly AnyRule[];
  #displays = new DisplayFiles([]);
  readonly #findings = new Map<Document, Map<string, FileFindings>>();
  readonly #hostResults = new Map<HostState, { readonly host: Host; readonly findings: readonly Finding[] }>();
  readonly #clusterResults = new Map<
    string,
    { readonly hosts: readonly Host[]; readonly findings: readonly Finding[] }
  >();
  #fleet:
    { readonly hosts: readonly Host[]; readonly fleet: Fleet; findings: readonly Finding[] | undefined } | undefined;

  constructor(snapshot: Snapshot, parts: Parts, options: WorkspaceOptions = {}) {
    this.guard = new Guard(options.timing === undefined ? {} : { timing: options.timing });
    this.#parts = parts;
    this.#selection = new Selection(options.selection ?? {}, parts.rules);
    this.#rules = parts.rules.filter((rule) => this.#selection.runs(rule));
    this.#targets = options.targets ?? {};
    this.#snapshot = snapshot;
    this.#open();
  }

  get hosts(): readonly HostState[] {
    return this.#hosts;
  }

  get notes(): readonly Note[] {
    return this.#notes;
  }

  /** Opens every file of the snapshot; nothing is kept of what was open. */
  #open(): void {
    const { hosts, notes } = this.#snapshot;
    const languages = new Map<LanguageId, Language>(this.languages.map((language) => [language.id, language]));
    const noted = new Set(notes.map(({ file }) => file));
    const unread = unreadPathsOf(notes);
    const open = sharedDocuments();
    for (const kept of [this.#findings, this.#hostResults, this.#clusterResults]) kept.clear();
    this.#hosts = hosts.map((host) => {
      const paths = unread.get(host.id) ?? new Map<string, UnreadPath>();
      const reading = this.#parts.readFacts(host, paths);
      return new HostState(host, reading, languages, this.#targets, open, this.guard, { noted, paths });
    });
    this.#notes = [...notes, ...this.#hosts.flatMap((host) => host.reading.notes)];
    this.#displays = new DisplayFiles(this.#hosts);
  }

  /** The file that people know by this path. */
  file(display: string): SourceFile | undefined {
    return this.#displays.get(display)?.file;
  }

  get files(): readonly SourceFile[] {
    return [...this.#displays.values()].map(({ file }) => file);
  }

  hostsOf(display: string): readonly HostState[] {
    return this.#displays.get(display)?.hosts ?? [];
  }

  get languages(): readonly Language[] {
    return this.#parts.languages;
  }

  language(id: LanguageId): Language {
    const found = this.#parts.languages.find((language) => language.id === id);
    if (found === undefined) throw new Error(`no language ${id} was handed in`);
    return found;
  }

  /** Replaces a span of a file. Findings asked for afterwards are those of the new text. */
  edit(display: string, span: Span, text: string): void {
    const document = this.#displays.own(display, (id) => this.language(id));
    if (document === undefined) {
      this.#editFact(display, span, text);
      return;
    }
    document.edit(span, text);
    this.#forgetNames(display, document);
    // What a file is, and what it is read with, may hang on a unit: that is rare, and worth no second way of getting there.
    if (this.file(display)?.language === 'systemd' && this.hostsOf(display).some(({ read }) => read.isStale))
      this.#reopen();
  }

  /** A file that is no language but a fact of its hosts, such as the variables of a service. */
  #editFact(display: string, { start, end }: Span, text: string): void {
    const isMeant = (host: SnapshotHost): boolean => [...host.files.values()].some((file) => file.display === display);
    if (!this.#snapshot.hosts.some(isMeant)) return;
    this.#reopen((file) =>
      file.display === display ? file.text.slice(0, start) + text + file.text.slice(end) : file.text,
    );
  }

  /** Opens all hosts anew, each file with its present text. */
  #reopen(textOf = (file: SnapshotFile): string => file.text): void {
    const hosts = this.#hosts.map(({ snapshot, files }) => ({
      ...snapshot,
      files: new Map(
        [...snapshot.files].map(([path, file]) => [
          path,
          { ...file, text: files.get(path)?.document.print() ?? textOf(file) },
        ]),
      ),
    }));
    this.#snapshot = { hosts, notes: this.#snapshot.notes };
    this.#fleet = undefined;
    this.#open();
  }

  /** Hosts joined into virtual routers and clusters. */
  get fleet(): Fleet {
    const hosts = this.hosts.map((state) => state.host);
    if (this.#fleet === undefined || !same(this.#fleet.hosts, hosts)) {
      const fleet = this.guard.run('join', () => joinFleet(hosts)) ?? { hosts, clusters: [] };
      this.#fleet = { hosts, fleet, findings: undefined };
    }
    return this.#fleet.fleet;
  }

  /** Every finding that the settings let through, in the order of hosts, files and lines. Infos included: levels are the reporter's. */
  findings(): readonly Finding[] {
    const set = new FindingSet();
    for (const display of this.#displays.keys()) for (const finding of this.fileFindings(display)) set.add(finding);
    for (const finding of this.modelFindings()) set.add(finding);
    for (const finding of this.noteFindings()) set.add(finding);
    return set.sorted(this.#displays.keys());
  }

  /** What kept files from being read. */
  *noteFindings(): Generator<Finding> {
    const [language] = this.#parts.languages;
    for (const note of this.notes) {
      const finding =
        language === undefined ? undefined : noteFinding(note, language, this.#asking(note), this.#lineOf(note));
      const kept = finding === undefined ? undefined : this.#selection.apply(finding);
      if (kept !== undefined) yield kept;
    }
  }

  /** The line of a file that is none of a language: an include, which may be shown. */
  #lineOf(note: Note): string | undefined {
    const { path, line } = note;
    if (path === undefined || line === undefined || !isOfInclude(note)) return undefined;
    const file = this.hosts.find(({ id }) => id === note.host)?.snapshot.files.get(path);
    return file === undefined ? undefined : file.text.split('\n')[line - 1];
  }

  /** The include that needs a link which leads nowhere. */
  #asking(note: Note): Place | undefined {
    const { path } = note;
    if (path === undefined || !isOfLink(note)) return undefined;
    const state = this.hosts.find(({ id }) => id === note.host);
    return state === undefined ? undefined : includeAsking(state, path, (id) => this.language(id));
  }

  /** What is wrong inside one file. */
  *fileFindings(display: string): Generator<Finding> {
    const entry = this.#displays.get(display);
    if (entry === undefined) return;
    const { file } = entry;
    const hosts = entry.hosts.filter(({ read }) => !read.leavesOut(file));
    const language = this.language(file.language);
    for (const [key, sharing] of byTargets(hosts, language)) {
      const judged = this.#fileFindings(file.document, language, key, (sharing[0] as HostState).targets);
      const ids = sharing.map((state) => state.id);
      for (const local of judged.findings(this.#elsewhere(sharing[0] as HostState, file))) {
        const names = local.unset ?? [];
        const concerned =
          names.length === 0
            ? ids
            : sharing.filter((state) => !names.some((name) => state.sets(language, name))).map((state) => state.id);
        if (concerned.length === 0) continue;
        const finding = this.guard.run('findings', () => placed(local, file, concerned, language));
        const kept = finding === undefined ? undefined : this.#selection.apply(finding);
        if (kept !== undefined) yield kept;
      }
    }
    for (const state of hosts) {
      yield* this.#daemonFindings(state, display, language);
      for (const finding of includeFindings(state, file, language)) {
        const kept = this.#selection.apply(finding);
        if (kept !== undefined) yield kept;
      }
    }
  }

  /** What only the model of a host, of a cluster or of all hosts shows. */
  *modelFindings(): Generator<Finding> {
    for (const state of this.hosts) yield* this.#hostFindings(state);
    const fleet = this.fleet;
    for (const cluster of fleet.clusters) {
      // A router's addresses do not name a cluster for sure: the hosts' identity decides whether the result still holds.
      const known = this.#clusterResults.get(cluster.id);
      if (known !== undefined && same(known.hosts, cluster.hosts)) {
        yield* known.findings;
        continue;
      }
      const findings = this.#run('cluster', cluster);
      this.#clusterResults.set(cluster.id, { hosts: cluster.hosts, findings });
      yield* findings;
    }
    const cached = this.#fleet;
    if (cached !== undefined) yield* (cached.findings ??= this.#run('fleet', fleet));
  }

  #hostFindings(state: HostState): readonly Finding[] {
    const host = state.host;
    const known = this.#hostResults.get(state);
    if (known?.host === host) return known.findings;
    const findings = this.#run('host', host);
    this.#hostResults.set(state, { host, findings });
    return findings;
  }

  /** What the daemon of a host says of a file as it reads it there. */
  *#daemonFindings(state: HostState, display: string, language: Language): Generator<Finding> {
    for (const check of state.checks(language)) {
      if (check.at.file.display !== display) continue;
      const finding: Finding = {
        ...check,
        rejects: check.rejects ?? false,
        daemon: check.daemon ?? 'none',
        hosts: [state.id],
        related: check.related ?? [],
        get statement() {
          return language.statementPath(check.at.file.document, check.at);
        },
      };
      const kept = this.#selection.apply(finding);
      if (kept !== undefined) yield kept;
    }
  }

  #run(scope: 'host' | 'cluster' | 'fleet', subject: unknown): readonly Finding[] {
    const found: Finding[] = [];
    for (const rule of this.#rules) {
      if (rule.scope !== scope) continue;
      const report = (raw: Report): void => {
        const language = this.language(raw.at.file.language);
        const finding: Finding = {
          ...raw,
          rule: rule.id,
          severity: raw.severity ?? rule.severity,
          rejects: raw.rejects ?? false,
          daemon: raw.daemon ?? 'none',
          hosts: [raw.at.host],
          related: raw.related ?? [],
          statement: language.statementPath(raw.at.file.document, raw.at),
        };
        const kept = this.#selection.apply(finding);
        if (kept !== undefined) found.push(kept);
      };
      const check = rule.check as (subject: unknown, report: (raw: Report) => void) => void;
      this.guard.run(rule.id, () => check(subject, report));
    }
    return found;
  }

  /** Names of the edited file may be what other files of the same daemon refer to. */
  #forgetNames(display: string, edited: Document): void {
    const language = this.#displays.get(display)?.file.language;
    for (const state of this.hostsOf(display)) {
      for (const { document, language: other } of state.files.values()) {
        if (other !== language || document === edited) continue;
        for (const judged of this.#findings.get(document)?.values() ?? []) {
          judged.names.invalidate();
          if (edited.group.includes(document)) judged.recheck();
        }
      }
    }
  }

  /** Name indexes of the other files that the same daemon reads. */
  #elsewhere(state: HostState, file: SourceFile): readonly FileFindings['names'][] {
    const language = this.language(file.language);
    if (language.nameSpaces.length === 0) return [];
    const indexes: FileFindings['names'][] = [];
    // Once for all others: a host may have a thousand.
    const isTogether = state.read.together(file);
    for (const other of state.files.values()) {
      if (other === file || other.language !== file.language || !isTogether(other)) continue;
      indexes.push(this.#fileFindings(other.document, language, state.targetKey(language), state.targets).names);
    }
    return indexes;
  }

  #fileFindings(document: Document, language: Language, key: string, targets: Targets): FileFindings {
    let byKey = this.#findings.get(document);
    if (byKey === undefined) this.#findings.set(document, (byKey = new Map<string, FileFindings>()));
    let judged = byKey.get(key);
    if (judged === undefined)
      byKey.set(key, (judged = new FileFindings(language, document, targets, this.#rules, this.guard)));
    return judged;
  }
}

/** Hosts that judge a file alike. */
function byTargets(hosts: readonly HostState[], language: Language): Map<string, HostState[]> {
  const groups = new Map<string, HostState[]>();
  for (const state of hosts) {
    const key = state.targetKey(language);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [state]);
    else group.push(state);
  }
  return groups;
}

function same<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
