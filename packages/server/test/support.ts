import { PassThrough } from 'node:stream';
import {
  DEFAULT_TARGETS,
  Document,
  type Finding,
  type Language,
  type NameUse,
  type Place,
  type Section,
  type SourceFile,
  type SymbolNode,
  type Syntax,
} from '@halint/core';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { createConnection } from 'vscode-languageserver/node';
import { startServer, type OpenFile, type TextChange, type Workbench } from '../src/index.ts';

const syntax: Syntax<string> = {
  cut(text) {
    const starts = [...text.matchAll(/(?<=\n)(?=\S)/g)].map((match) => match.index);
    return { starts: [0, ...starts.filter((start) => start > 0)], open: false };
  },
  read: (section) => section.text,
};

/** `def NAME` defines, `use NAME` uses, `key` is a keyword. Sections start at lines without indentation. */
const toy: Language = {
  id: 'haproxy',
  title: 'toy',
  daemon: 'haproxy',
  keywords: [],
  nameSpaces: [],
  parse: (text) => new Document(text, syntax, (document) => document.print()),
  check: () => [],
  checkFile: () => [],
  contextOf: () => undefined,
  names: (_document, section) => ({ definitions: uses(section, 'def'), references: uses(section, 'use') }),
  includes: () => [],
  lower: () => undefined,
  keywordAt(document, offset) {
    const start = document.print().lastIndexOf('key', offset);
    if (start < 0 || offset > start + 3) return undefined;
    const row = {
      word: 'key',
      in: ['toy'],
      usage: '<a|b>',
      use: 'checked',
      since: '2.4',
      summary: 'Opens <doors>.',
      doc: '4.2',
    } as const;
    return { row, span: { start, end: start + 3 }, where: 'toy one' };
  },
  complete: (_document, offset) => [
    { label: `at ${offset}`, kind: 'keyword', detail: '<int>' },
    { label: 'old', kind: 'name', deprecated: true },
  ],
  symbols: (document) => document.sections.map((section) => symbolOf(section)),
  statementPath: () => '',
};

function uses(section: Section, word: string): NameUse[] {
  return [...section.text.matchAll(new RegExp(`\\b${word} (\\w+)`, 'g'))].map((match) => {
    const start = match.index + word.length + 1;
    const name = match[1] as string;
    return { space: 'toy', scope: '', label: name, at: { section, start, end: start + name.length } };
  });
}

function symbolOf(section: Section): SymbolNode {
  const name = section.text.split(/\s/)[0] ?? '';
  const span = { start: section.start, end: section.start + section.text.length };
  return { name, kind: 'section', span, nameSpan: { start: span.start, end: span.start + name.length }, children: [] };
}

/** Files by URI; a line with `bad` is a finding, and `bad` on ha1 is one on the first line of ha0 as well. */
export class ToyWorkbench implements Workbench {
  revision = 0;
  reloads = 0;
  roots: readonly string[] = [];
  broken = false;
  /** Milliseconds that each file costs in a pass over all. */
  slowness = 0;
  readonly files = new Map<string, SourceFile>();

  constructor(texts: Record<string, string>) {
    for (const [uri, text] of Object.entries(texts)) this.#put(uri, text);
  }

  #put(uri: string, text: string): void {
    this.files.set(uri, { path: '/f', display: uri, language: 'haproxy', document: toy.parse(text) });
  }

  setRoots(roots: readonly string[]): void {
    this.roots = roots;
  }

  open(uri: string, _languageId: string, text: string): void {
    this.#put(uri, text);
    this.revision++;
  }

  change(uri: string, changes: readonly TextChange[]): void {
    const document = this.files.get(uri)?.document;
    for (const { span, text } of changes) document?.edit(span ?? { start: 0, end: document.length }, text);
    this.revision++;
  }

  close(): void {
    this.revision++;
  }

  watched(): void {
    this.reloads++;
    this.revision++;
  }

  documentOf(uri: string): OpenFile | undefined {
    if (this.broken) throw new Error('a defect');
    const file = this.files.get(uri);
    return file === undefined ? undefined : { document: file.document, language: toy, targets: DEFAULT_TARGETS };
  }

  findings(uri: string): readonly Finding[] {
    if (this.broken) throw new Error('a defect');
    const own = this.#bad(uri).map((at) => finding(at, {}));
    const first = this.files.get('file:///ha0')?.document.sections[0];
    const file = this.files.get('file:///ha0');
    if (uri !== 'file:///ha0' || first === undefined || file === undefined) return own;
    return [
      ...own,
      ...this.#bad('file:///ha1').map((at) =>
        finding(
          { host: 'ha0', file, section: first, start: 0, end: 3 },
          { rule: 'cross/other', severity: 'warning', related: [{ at, message: 'here' }] },
        ),
      ),
    ];
  }

  *allFindings(): Generator<[string, readonly Finding[]]> {
    for (const uri of this.files.keys()) {
      for (const end = Date.now() + this.slowness; Date.now() < end;);
      yield [uri, this.findings(uri)];
    }
  }

  uriOf(file: SourceFile): string {
    return file.display;
  }

  #bad(uri: string): Place[] {
    const file = this.files.get(uri);
    if (file === undefined) return [];
    return file.document.sections.flatMap((section) =>
      [...section.text.matchAll(/bad/g)].map(({ index }) => ({
        host: uri.slice(-3),
        file,
        section,
        start: index,
        end: index + 3,
      })),
    );
  }
}

function finding(at: Place, more: Partial<Finding>): Finding {
  return {
    rule: 'toy/bad',
    severity: 'error',
    rejects: true,
    daemon: 'error',
    message: 'bad word',
    help: 'Say good.',
    at,
    hosts: [at.host],
    related: [],
    statement: '',
    fix: { title: 'Say good', safety: 'safe', edits: [{ at, text: 'good' }] },
    ...more,
  };
}

export interface Client {
  readonly connection: MessageConnection;
  readonly seen: readonly { readonly method: string; readonly params: unknown }[];
  /** Resolves when a message of that method has come `times` times. */
  arrived(method: string, times?: number): Promise<unknown>;
}

/** A client and a server in one process, joined by streams. */
export async function connect(workbench: Workbench, initialize: object = {}): Promise<Client> {
  const up = new PassThrough();
  const down = new PassThrough();
  startServer(createConnection(new StreamMessageReader(up), new StreamMessageWriter(down)), workbench);
  const connection = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  const seen: { method: string; params: unknown }[] = [];
  connection.onNotification((method: string, params: unknown) => void seen.push({ method, params }));
  connection.onRequest((method: string, params: unknown) => {
    seen.push({ method, params });
    return null;
  });
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: null,
    rootUri: null,
    workspaceFolders: [{ uri: 'file:///srv', name: 'srv' }],
    capabilities: {
      textDocument: { diagnostic: {} },
      workspace: { diagnostics: { refreshSupport: true }, didChangeWatchedFiles: { dynamicRegistration: true } },
    },
    ...initialize,
  });
  await connection.sendNotification('initialized', {});
  const arrived = async (method: string, times = 1): Promise<unknown> => {
    for (let waited = 0; waited < 5000; waited += 5) {
      const found = seen.filter((each) => each.method === method);
      if (found.length >= times) return found[times - 1]?.params;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`no ${method}; came: ${seen.map((each) => each.method).join(', ')}`);
  };
  return { connection, seen, arrived };
}
