import type { Document, Finding, Language, LanguageId, SourceFile, Span, Targets } from '@halint/core';
import { joinFleet, type AnyRule, type Fleet, type Host, type Report } from '@halint/model';
import { FileFindings } from './file-findings.ts';
import { Guard } from './guard.ts';
import { HostState, type HostReading } from './host-state.ts';
import { includeFindings } from './include-findings.ts';
import { FindingSet, placed } from './finding-set.ts';
import { noteFinding } from './note-findings.ts';
import { Selection, type SelectionOptions } from './selection.ts';
import type { Note, Snapshot, SnapshotHost } from './snapshot.ts';

/** The knowledge that the engine works with; it has none of its own. */
export interface Parts {
  readonly languages: readonly Language[];
  readonly rules: readonly AnyRule[];
  readonly readFacts: (host: SnapshotHost) => HostReading;
}

export interface WorkspaceOptions {
  readonly selection?: SelectionOptions;
  /** Versions given on the command line: they win over everything known of a host. */
  readonly targets?: Partial<Targets>;
  readonly timing?: boolean;
}

/** A file for people: every host that it serves, and its findings so far. */
interface DisplayFile {
  readonly file: SourceFile;
  readonly hosts: HostState[];
}

/**
 * All hosts of a snapshot, parsed and judged. Files can be edited in place; what does not depend on an edited file is kept.
 */
export class Workspace {
  readonly guard: Guard;
  readonly hosts: readonly HostState[];
  readonly notes: readonly Note[];
  readonly #parts: Parts;
  readonly #selection: Selection;
  readonly #rules: readonly AnyRule[];
  readonly #displays = new Map<string, DisplayFile>();
  /** How many files one document stands for: asked at every keystroke, so counted and not searched. */
  readonly #sharers = new Map<Document, number>();
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
    const languages = new Map<LanguageId, Language>(parts.languages.map((language) => [language.id, language]));
    const documents = new Map<string, Document>();
    /** Companies by number: the texts of a host's files would stand in the key of each of them otherwise. */
    const companies = new Map<string, number>();
    const open = (language: Language, path: string, text: string, company: string): Document => {
      // Equal text at the same path of several hosts is one document, where it is read beside equal files.
      const number = companies.get(company) ?? companies.size;
      companies.set(company, number);
      const key = `${path}\0${number}\0${text}`;
      let document = documents.get(key);
      if (document === undefined) documents.set(key, (document = language.parse(text)));
      return document;
    };
    this.hosts = snapshot.hosts.map(
      (host) => new HostState(host, parts.readFacts(host), languages, options.targets ?? {}, open, this.guard),
    );
    this.notes = [...snapshot.notes, ...this.hosts.flatMap((host) => host.reading.notes)];
    for (const host of this.hosts) for (const file of host.files.values()) this.#register(file, host);
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
    const document = this.#own(display);
    if (document === undefined) return;
    document.edit(span, text);
    this.#forgetNames(display, document);
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
      const finding = language === undefined ? undefined : noteFinding(note, language);
      const kept = finding === undefined ? undefined : this.#selection.apply(finding);
      if (kept !== undefined) yield kept;
    }
  }

  /** What is wrong inside one file. */
  *fileFindings(display: string): Generator<Finding> {
    const entry = this.#displays.get(display);
    if (entry === undefined) return;
    const { file, hosts } = entry;
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

  #register(file: SourceFile, host: HostState): void {
    const entry = this.#displays.get(file.display);
    if (entry !== undefined) {
      entry.hosts.push(host);
      return;
    }
    this.#displays.set(file.display, { file, hosts: [host] });
    this.#sharers.set(file.document, (this.#sharers.get(file.document) ?? 0) + 1);
  }

  /** Name indexes of the other files that the same daemon reads. */
  #elsewhere(state: HostState, file: SourceFile): readonly FileFindings['names'][] {
    const language = this.language(file.language);
    if (language.nameSpaces.length === 0) return [];
    const indexes: FileFindings['names'][] = [];
    for (const other of state.files.values()) {
      if (other === file || other.language !== file.language) continue;
      indexes.push(this.#fileFindings(other.document, language, targetKey(state, language), state.targets).names);
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

  /** The document of a file, no longer shared with equal files of other hosts: it is about to change. */
  #own(display: string): Document | undefined {
    const entry = this.#displays.get(display);
    if (entry === undefined) return undefined;
    const { document } = entry.file;
    const sharers = this.#sharers.get(document) ?? 1;
    if (sharers <= 1) return document;
    const language = this.language(entry.file.language);
    // What is read together is shared together: the files beside this one part from their equals with it.
    const copies = new Map(document.group.map((each) => [each, language.parse(each.print())]));
    for (const state of entry.hosts) {
      for (const [path, file] of state.files) {
        const fresh = copies.get(file.document);
        if (fresh !== undefined) state.replace(path, { ...file, document: fresh });
      }
    }
    for (const [name, { file, hosts }] of this.#displays) {
      const fresh = copies.get(file.document);
      if (fresh === undefined || !hosts.some((state) => entry.hosts.includes(state))) continue;
      this.#displays.set(name, { file: { ...file, document: fresh }, hosts });
      this.#sharers.set(file.document, (this.#sharers.get(file.document) ?? 1) - 1);
      this.#sharers.set(fresh, (this.#sharers.get(fresh) ?? 0) + 1);
    }
    return copies.get(document);
  }
}

function targetKey(state: HostState, language: Language): string {
  return state.targets[language.daemon] ?? '';
}

/** Hosts that judge a file alike: the same version of its daemon. */
function byTargets(hosts: readonly HostState[], language: Language): Map<string, HostState[]> {
  const groups = new Map<string, HostState[]>();
  for (const state of hosts) {
    const key = targetKey(state, language);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [state]);
    else group.push(state);
  }
  return groups;
}

function same<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
