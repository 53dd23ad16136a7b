// Median time from an edit to the file's diagnostics over stdio, asked of the shipped bundle as an editor asks it.
import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = require('vscode-jsonrpc/node');

/** Median milliseconds of `edits` keystrokes in a file that is open with `text`; sizes are measured in turn by the caller. */
export async function openEditor(cli, path, text) {
  const child = spawn(process.execPath, [cli, 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onRequest('workspace/diagnostic/refresh', () => null);
  connection.onRequest('client/registerCapability', () => null);
  connection.listen();
  const uri = pathToFileURL(path).href;
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: null,
    capabilities: { textDocument: { diagnostic: {} }, workspace: { diagnostics: { refreshSupport: true } } },
  });
  await connection.sendNotification('initialized', {});
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'haproxy', version: 1, text },
  });
  const lines = text.split('\n');
  const targets = lines.flatMap((line, i) => (line.startsWith('    server ') ? [i] : []));
  let version = 1;
  const ask = () => connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
  await ask();
  return {
    async edit(i) {
      const line = targets[(i * 7919) % targets.length];
      const at = { line, character: lines[line].length };
      const put = i % 2 === 0 ? { range: { start: at, end: at }, text: '0' } : undefined;
      const from = performance.now();
      await connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version: ++version },
        contentChanges: [put ?? { range: { start: at, end: at }, text: '' }],
      });
      await ask();
      const took = performance.now() - from;
      if (put !== undefined) {
        const end = { line, character: at.character + 1 };
        await connection.sendNotification('textDocument/didChange', {
          textDocument: { uri, version: ++version },
          contentChanges: [{ range: { start: at, end }, text: '' }],
        });
        await ask();
      }
      return took;
    },
    async close() {
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      connection.dispose();
    },
  };
}
