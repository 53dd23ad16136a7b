import { Uri, type ExtensionContext } from 'vscode';
import {
  LanguageClient,
  TransportKind,
  type LanguageClientOptions,
  type ServerOptions,
} from 'vscode-languageclient/node';

const LANGUAGES = ['haproxy', 'keepalived', 'sshd_config', 'sysctl', 'systemd', 'rsyslog'];

let client: LanguageClient | undefined;

/** Starts the language server as a process of its own; the editor tells it which folders are open. */
export async function activate(context: ExtensionContext): Promise<void> {
  const at = (name: string): Uri => Uri.joinPath(context.extensionUri, 'dist', name);
  const server: ServerOptions = { module: at('server.js').fsPath, transport: TransportKind.ipc };
  const options: LanguageClientOptions = {
    documentSelector: LANGUAGES.map((language) => ({ scheme: 'file', language })),
    diagnosticPullOptions: { onChange: true, onTabs: true },
    initializationOptions: { rulePages: at('rules').toString() },
  };
  client = new LanguageClient('halint', 'halint', server, options);
  await client.start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
