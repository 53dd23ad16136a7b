import type { Document, Language, LanguageId, SourceFile } from '@halint/core';
import type { HostState } from './host-state.ts';

/** A file for people: every host that it serves, and its findings so far. */
interface DisplayFile {
  readonly file: SourceFile;
  readonly hosts: HostState[];
}

/** The files of all hosts by their names for people. A file may serve several hosts, and a document several files of equal text. */
export class DisplayFiles {
  readonly #byName = new Map<string, DisplayFile>();
  /** How many files one document stands for: asked at every keystroke, so counted and not searched. */
  readonly #sharers = new Map<Document, number>();

  constructor(hosts: readonly HostState[]) {
    for (const host of hosts) for (const file of host.files.values()) this.#register(file, host);
  }

  get(display: string): DisplayFile | undefined {
    return this.#byName.get(display);
  }

  keys(): Iterable<string> {
    return this.#byName.keys();
  }

  values(): Iterable<DisplayFile> {
    return this.#byName.values();
  }

  /** The document of a file, no longer shared with equal files of other hosts: it is about to change. */
  own(display: string, languageOf: (id: LanguageId) => Language): Document | undefined {
    const entry = this.#byName.get(display);
    if (entry === undefined) return undefined;
    const { document } = entry.file;
    const sharers = this.#sharers.get(document) ?? 1;
    if (sharers <= 1) return document;
    const language = languageOf(entry.file.language);
    // What is read together is shared together: the files beside this one part from their equals with it.
    const copies = new Map(document.group.map((each) => [each, language.parse(each.print())]));
    for (const state of entry.hosts) {
      for (const [path, file] of state.files) {
        const fresh = copies.get(file.document);
        if (fresh !== undefined) state.replace(path, { ...file, document: fresh });
      }
    }
    for (const [name, { file, hosts }] of this.#byName) {
      const fresh = copies.get(file.document);
      if (fresh === undefined || !hosts.some((state) => entry.hosts.includes(state))) continue;
      this.#byName.set(name, { file: { ...file, document: fresh }, hosts });
      this.#sharers.set(file.document, (this.#sharers.get(file.document) ?? 1) - 1);
      this.#sharers.set(fresh, (this.#sharers.get(fresh) ?? 0) + 1);
    }
    return copies.get(document);
  }

  #register(file: SourceFile, host: HostState): void {
    const entry = this.#byName.get(file.display);
    if (entry !== undefined) {
      entry.hosts.push(host);
      return;
    }
    this.#byName.set(file.display, { file, hosts: [host] });
    this.#sharers.set(file.document, (this.#sharers.get(file.document) ?? 0) + 1);
  }
}
