import {
  CodeActionKind,
  DidChangeWatchedFilesNotification,
  TextDocumentSyncKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type Position,
} from 'vscode-languageserver';
import { codeActions } from './features/code-action.ts';
import { completion } from './features/completion.ts';
import { definition } from './features/definition.ts';
import { Diagnostics } from './features/diagnostics.ts';
import { documentHighlights } from './features/document-highlight.ts';
import { documentSymbols } from './features/document-symbol.ts';
import { foldingRanges } from './features/folding-range.ts';
import { hover } from './features/hover.ts';
import { references } from './features/references.ts';
import { applyChanges } from './features/text-sync.ts';
import { isNews } from './features/watched-files.ts';
import { answering, complainTo, noticing, type Complain } from './guard.ts';
import { toOffset } from './positions.ts';
import type { Workbench } from './workbench.ts';

const CAPABILITIES: InitializeResult['capabilities'] = {
  positionEncoding: 'utf-16',
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  diagnosticProvider: { identifier: 'halint', interFileDependencies: true, workspaceDiagnostics: true },
  hoverProvider: true,
  completionProvider: {},
  documentSymbolProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  foldingRangeProvider: true,
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
};

/** Folders of a client; one that knows no workspace folders gives its root, if it has one. */
function rootsOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  if (workspaceFolders !== undefined && workspaceFolders !== null) return workspaceFolders.map(({ uri }) => uri);
  return rootUri === null ? [] : [rootUri];
}

/** `initializationOptions.rulePages`: URI of a folder with the rule pages, for links on rule ids. */
function pagesOf(options: unknown): string | undefined {
  if (typeof options !== 'object' || options === null || !('rulePages' in options)) return undefined;
  return typeof options.rulePages === 'string' ? options.rulePages : undefined;
}

/** The language server: listens on the connection until it closes. */
export function startServer(connection: Connection, workbench: Workbench): void {
  const complain = complainTo(connection);
  const diagnostics = new Diagnostics(connection, workbench, complain);
  let roots: string[] = [];
  let watches = false;
  let folders = false;

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    const { textDocument, workspace } = params.capabilities;
    diagnostics.configure({
      pulls: textDocument?.diagnostic !== undefined,
      refreshes: workspace?.diagnostics?.refreshSupport === true,
      pages: pagesOf(params.initializationOptions),
    });
    watches = workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    folders = workspace?.workspaceFolders === true;
    roots = rootsOf(params);
    workbench.setRoots(roots);
    return { capabilities: CAPABILITIES, serverInfo: { name: 'halint' } };
  });
  connection.onInitialized(() => {
    if (watches) {
      // Directories rather than names: a new sysctl.d file or drop-in changes what is found elsewhere.
      connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*' }] })
        .catch((error: unknown) => complain('watching files', error));
    }
    if (!folders) return;
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      const gone = new Set(removed.map((folder) => folder.uri));
      roots = [...roots.filter((uri) => !gone.has(uri)), ...added.map((folder) => folder.uri)];
      workbench.setRoots(roots);
      diagnostics.changed(undefined);
    });
  });
  connection.onShutdown(() => diagnostics.stop());
  textSync(connection, workbench, diagnostics, complain);
  requests(connection, workbench, complain);
  connection.listen();
}

function textSync(connection: Connection, workbench: Workbench, diagnostics: Diagnostics, complain: Complain): void {
  connection.onDidOpenTextDocument(
    noticing(complain, 'didOpen', ({ textDocument }) => {
      workbench.open(textDocument.uri, textDocument.languageId, textDocument.text);
      diagnostics.open(textDocument.uri);
    }),
  );
  connection.onDidChangeTextDocument(
    noticing(complain, 'didChange', ({ textDocument, contentChanges }) => {
      applyChanges(workbench, textDocument.uri, contentChanges);
      diagnostics.changed(textDocument.uri);
    }),
  );
  connection.onDidCloseTextDocument(
    noticing(complain, 'didClose', ({ textDocument }) => {
      workbench.close(textDocument.uri);
      diagnostics.close(textDocument.uri);
    }),
  );
  connection.onDidChangeWatchedFiles(
    noticing(complain, 'didChangeWatchedFiles', ({ changes }) => {
      if (!isNews(changes, diagnostics.opened)) return;
      workbench.watched();
      diagnostics.changed(undefined);
    }),
  );
}

interface AtPosition {
  readonly textDocument: { readonly uri: string };
  readonly position: Position;
}

function requests(connection: Connection, workbench: Workbench, complain: Complain): void {
  /** Answers about an offset of a known file; nothing is known of others. */
  const at =
    <P extends AtPosition, R>(nothing: R, work: (uri: string, offset: number, params: P) => R) =>
    (params: P): R => {
      const open = workbench.documentOf(params.textDocument.uri);
      if (open === undefined) return nothing;
      return work(params.textDocument.uri, toOffset(open.document, params.position), params);
    };
  connection.onHover(
    answering(
      complain,
      'hover',
      null,
      at(null, (uri, offset) => hover(workbench, uri, offset) ?? null),
    ),
  );
  connection.onCompletion(
    answering(
      complain,
      'completion',
      [],
      at([], (uri, offset) => completion(workbench, uri, offset)),
    ),
  );
  connection.onDefinition(
    answering(
      complain,
      'definition',
      [],
      at([], (uri, offset) => definition(workbench, uri, offset)),
    ),
  );
  connection.onReferences(
    answering(
      complain,
      'references',
      [],
      at([], (uri, offset, { context }) => references(workbench, uri, offset, context.includeDeclaration)),
    ),
  );
  connection.onDocumentHighlight(
    answering(
      complain,
      'documentHighlight',
      [],
      at([], (uri, offset) => documentHighlights(workbench, uri, offset)),
    ),
  );
  connection.onDocumentSymbol(
    answering(complain, 'documentSymbol', [], ({ textDocument }) => documentSymbols(workbench, textDocument.uri)),
  );
  connection.onFoldingRanges(
    answering(complain, 'foldingRange', [], ({ textDocument }) => foldingRanges(workbench, textDocument.uri)),
  );
  connection.onCodeAction(
    answering(complain, 'codeAction', [], ({ textDocument, range, context }) =>
      codeActions(workbench, textDocument.uri, range, context.only),
    ),
  );
}
