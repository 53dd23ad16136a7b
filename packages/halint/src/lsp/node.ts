import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseConfig } from '@halint/engine';
import { findConfig, readConfigText, type LoadOptions } from '@halint/inventory';
import { startServer } from '@halint/server';
import { createConnection, ProposedFeatures, type Connection } from 'vscode-languageserver/node';
import { loadSnapshot } from '../node.ts';
import { EngineWorkbench, type FileSource } from './workbench.ts';

/** Files of the machine: display names are absolute paths, so that they map to URIs one to one. Read as the command line reads them. */
function disk(connection: Connection): FileSource {
  return {
    load(roots) {
      const folders = roots
        .filter((uri) => uri.startsWith('file:'))
        .map((uri) => fileURLToPath(uri))
        .filter((folder) => existsSync(folder));
      const config = readSettings(folders, connection);
      const options = { cwd: '/', ...(config === undefined ? {} : { config }) };
      const snapshots = folders.map((folder) => loadSnapshot([folder], options));
      return {
        snapshot: { hosts: snapshots.flatMap((each) => each.hosts), notes: snapshots.flatMap((each) => each.notes) },
        config: config?.value,
      };
    },
    uriOf: (display) => pathToFileURL(resolve('/', display)).href,
    displayOf: (uri) => (uri.startsWith('file:') ? relative('/', fileURLToPath(uri)) : uri),
  };
}

/** The nearest settings file; one that cannot be read is told in the log, and the editor goes on without it. */
function readSettings(folders: readonly string[], connection: Connection): LoadOptions['config'] {
  const path = folders.map((folder) => findConfig(folder)).find((each) => each !== undefined);
  if (path === undefined) return undefined;
  const read = parseConfig(readConfigText(path));
  if ('config' in read) return { value: read.config, folder: dirname(path) };
  for (const { line, column, message } of read.problems)
    connection.console.error(`${path}:${line}:${column}: ${message}`);
  return undefined;
}

/** Starts the server on what the command line says: --stdio, --node-ipc or --socket=PORT. */
export function main(): void {
  const connection = createConnection(ProposedFeatures.all);
  startServer(connection, new EngineWorkbench(disk(connection)));
}
