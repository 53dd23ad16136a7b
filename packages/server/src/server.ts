import {
  CodeActionKind,
  DidChangeWatchedFilesNotification,
  TextDocumentSyncKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
} from 'vscode-languageserver';
import { codeActions } from './features/code-action.ts';
import { completion } from './features/completion.ts';
import { definition } from './features/definition.ts';
import { Diagnostics } from './features/diagnostics.ts';
import { documentSymbols } from './features/document-symbol.ts';
import { hover } from './features/hover.ts';
import { references } from './features/references.ts';
import { applyChanges } from './features/text-sync.ts';
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
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
};

/** The language server: listens on the connection until it closes. */
export function startServer(connection: Connection, workbench: Workbench): void {
  const diagnostics = new Diagnostics(connection, workbench);
  let roots: string[] = [];
  let watches = false;
  let folders = false;

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    const { textDocument, workspace } = params.capabilities;
    diagnostics.configure(textDocument?.diagnostic !== undefined, workspace?.diagnostics?.refreshSupport === true);
    watches = workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    folders = workspace?.workspaceFolders === true;
    roots = params.workspaceFolders?.map((folder) => folder.uri) ?? [];
    workbench.setRoots(roots);
    return { capabilities: CAPABILITIES, serverInfo: { name: 'halint' } };
  });
  connection.onInitialized(() => {
    if (watches) {
      // Directories rather than names: a new sysctl.d file or drop-in changes what is found elsewhere.
      void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*' }] });
    }
    if (!folders) return;
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      const gone = new Set(removed.map((folder) => folder.uri));
      roots = [...roots.filter((uri) => !gone.has(uri)), ...added.map((folder) => folder.uri)];
      workbench.setRoots(roots);
      diagnostics.changed(undefined);
    });
  });
  textSync(connection, workbench, diagnostics);
  requests(connection, workbench);
  connection.listen();
}

function textSync(connection: Connection, workbench: Workbench, diagnostics: Diagnostics): void {
  connection.onDidOpenTextDocument(({ textDocument }) => {
    workbench.open(textDocument.uri, textDocument.languageId, textDocument.text);
    diagnostics.opened(textDocument.uri);
  });
  connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
    applyChanges(workbench, textDocument.uri, contentChanges);
    diagnostics.changed(textDocument.uri);
  });
  connection.onDidCloseTextDocument(({ textDocument }) => {
    workbench.close(textDocument.uri);
    diagnostics.closed(textDocument.uri);
  });
  connection.onDidChangeWatchedFiles(() => {
    workbench.watched();
    diagnostics.changed(undefined);
  });
}

function requests(connection: Connection, workbench: Workbench): void {
  const offset = (uri: string, position: Parameters<typeof toOffset>[1]): number | undefined => {
    const open = workbench.documentOf(uri);
    return open === undefined ? undefined : toOffset(open.document, position);
  };
  connection.onHover(({ textDocument, position }) => {
    const at = offset(textDocument.uri, position);
    return at === undefined ? undefined : hover(workbench, textDocument.uri, at);
  });
  connection.onCompletion(({ textDocument, position }) => {
    const at = offset(textDocument.uri, position);
    return at === undefined ? [] : completion(workbench, textDocument.uri, at);
  });
  connection.onDefinition(({ textDocument, position }) => {
    const at = offset(textDocument.uri, position);
    return at === undefined ? [] : definition(workbench, textDocument.uri, at);
  });
  connection.onReferences(({ textDocument, position, context }) => {
    const at = offset(textDocument.uri, position);
    return at === undefined ? [] : references(workbench, textDocument.uri, at, context.includeDeclaration);
  });
  connection.onDocumentSymbol(({ textDocument }) => documentSymbols(workbench, textDocument.uri));
  connection.onCodeAction(({ textDocument, range }) => codeActions(workbench, textDocument.uri, range));
}
