import { append, type Document, type Finding, type LanguageId, type SourceFile, type Span } from '@halint/core';
import { discoverHosts, selectionOfConfig, Workspace, type Config, type Snapshot } from '@halint/engine';
import type { OpenFile, TextChange, Workbench } from '@halint/server';
import { parts } from '../knowledge.ts';

/** Where the language server gets the files from that are not open in the editor. */
export interface FileSource {
  /** Reads the hosts below a folder; display names are paths below the folder's parent that `uriOf` understands. */
  load(roots: readonly string[]): { readonly snapshot: Snapshot; readonly config: Config | undefined };
  uriOf(display: string): string;
  displayOf(uri: string): string;
}

interface OpenText {
  readonly languageId: string;
  text: string;
}

/** The engine behind the language server: one workspace over all folders, edited in place as the user types. */
export class EngineWorkbench implements Workbench {
  revision = 0;
  readonly #source: FileSource;
  readonly #open = new Map<string, OpenText>();
  #roots: readonly string[] = [];
  #workspace: Workspace | undefined;
  #byFile: { readonly revision: number; readonly model: ReadonlyMap<string, readonly Finding[]> } | undefined;

  constructor(source: FileSource) {
    this.#source = source;
  }

  setRoots(roots: readonly string[]): void {
    this.#roots = roots;
    this.#forget();
    this.revision++;
  }

  open(uri: string, languageId: string, text: string): void {
    const display = this.#source.displayOf(uri);
    this.#open.set(uri, { languageId, text });
    const known = this.#current.file(display);
    if (known === undefined) {
      // A file that discovery did not find (a new one, or none of ours by name): the editor says what it is.
      this.#forget();
    } else if (known.document.print() !== text) {
      this.#current.edit(display, { start: 0, end: known.document.length }, text);
    }
    this.revision++;
  }

  change(uri: string, changes: readonly TextChange[]): void {
    const display = this.#source.displayOf(uri);
    for (const change of changes) {
      const document = this.#current.file(display)?.document;
      if (document === undefined) continue;
      const span: Span =
        'span' in change && change.span !== undefined ? change.span : { start: 0, end: document.length };
      this.#current.edit(display, span, change.text);
    }
    this.revision++;
  }

  close(uri: string): void {
    const open = this.#open.get(uri);
    this.#open.delete(uri);
    // What was typed and not saved is gone: the file counts as it is on disk.
    if (open !== undefined) this.#forget();
    this.revision++;
  }

  watched(): void {
    this.#forget();
    this.revision++;
  }

  documentOf(uri: string): OpenFile | undefined {
    const display = this.#source.displayOf(uri);
    const file = this.#current.file(display);
    const state = this.#current.hostsOf(display)[0];
    if (file === undefined || state === undefined) return undefined;
    return { document: file.document, language: this.#current.language(file.language), targets: state.targets };
  }

  findings(uri: string): readonly Finding[] {
    const display = this.#source.displayOf(uri);
    return [...this.#current.fileFindings(display), ...(this.#model().get(display) ?? [])];
  }

  *allFindings(): Generator<[string, readonly Finding[]]> {
    for (const display of new Set([...this.#current.files.map((file) => file.display), ...this.#variableFiles()]))
      yield [this.#source.uriOf(display), this.findings(this.#source.uriOf(display))];
  }

  /** Files of no language that findings point into all the same: their variables are words of a daemon's command line. */
  *#variableFiles(): Generator<string> {
    for (const { snapshot, reading } of this.#current.hosts) {
      for (const path of reading.facts.environmentFiles.keys()) {
        const file = snapshot.files.get(path);
        if (file !== undefined) yield file.display;
      }
    }
  }

  uriOf(file: SourceFile): string {
    return this.#source.uriOf(file.display);
  }

  /** Everything is read again at the next question; what is open keeps the text that the editor shows. */
  #forget(): void {
    for (const [uri, open] of this.#open) {
      const file = this.#workspace?.file(this.#source.displayOf(uri));
      if (file !== undefined) open.text = file.document.print();
    }
    this.#workspace = undefined;
  }

  get #current(): Workspace {
    return (this.#workspace ??= this.#load());
  }

  /** Findings of hosts and clusters by file, made once for each state of the files. */
  #model(): ReadonlyMap<string, readonly Finding[]> {
    if (this.#byFile?.revision === this.revision) return this.#byFile.model;
    const model = new Map<string, Finding[]>();
    for (const finding of this.#current.modelFindings()) {
      const display = finding.at.file.display;
      const known = model.get(display);
      if (known === undefined) model.set(display, [finding]);
      else known.push(finding);
    }
    this.#byFile = { revision: this.revision, model };
    return model;
  }

  #load(): Workspace {
    const { snapshot, config } = this.#source.load(this.#roots);
    const hosts = [...snapshot.hosts];
    const known = new Set(hosts.flatMap((host) => [...host.files.values()].map((file) => file.display)));
    for (const [uri, { languageId, text }] of this.#open) {
      const display = this.#source.displayOf(uri);
      if (known.has(display)) continue;
      append(hosts, loneHost(display, languageId, text));
    }
    const workspace = new Workspace({ hosts, notes: snapshot.notes }, parts, { selection: selectionOfConfig(config) });
    for (const [uri, { text }] of this.#open) {
      const display = this.#source.displayOf(uri);
      const document: Document | undefined = workspace.file(display)?.document;
      if (document !== undefined && document.print() !== text)
        workspace.edit(display, { start: 0, end: document.length }, text);
    }
    return workspace;
  }
}

const LANGUAGE_IDS: Record<string, LanguageId> = {
  haproxy: 'haproxy',
  keepalived: 'keepalived',
  sshd_config: 'sshd',
  sysctl: 'sysctl',
  systemd: 'systemd',
  rsyslog: 'rsyslog',
};

function loneHost(display: string, languageId: string, text: string): Snapshot['hosts'] {
  const language = LANGUAGE_IDS[languageId];
  if (language === undefined) return discoverHosts([{ relative: display, display, text }], display).hosts;
  const path = '/' + display.slice(display.lastIndexOf('/') + 1);
  return [
    { id: path.slice(1), files: new Map([[path, { path, display, text, language }]]), facts: new Map(), lone: true },
  ];
}
