import * as path from 'node:path';
import type { ExtensionContext } from 'vscode';
import {
  LanguageClient,
  TransportKind,
  type LanguageClientOptions,
  type ServerOptions,
} from 'vscode-languageclient/node';

let client: LanguageClient | undefined;

/** Starts the language server as a process of its own; the editor tells it which folders are open. */
export async function activate(context: ExtensionContext): Promise<void> {
  const module = context.asAbsolutePath(path.join('dist', 'server.js'));
  const server: ServerOptions = { module, transport: TransportKind.ipc };
  const options: LanguageClientOptions = {
    documentSelector: ['haproxy', 'keepalived', 'sshd_config', 'sysctl'].map((language) => ({
      scheme: 'file',
      language,
    })),
    diagnosticPullOptions: { onChange: true, onTabs: true },
  };
  client = new LanguageClient('halint', 'halint', server, options);
  await client.start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
