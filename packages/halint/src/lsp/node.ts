import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Snapshot } from '@halint/engine';
import { findConfig, loadSnapshot, readConfigText } from '@halint/inventory';
import { startServer } from '@halint/server';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { EngineWorkbench, type FileSource } from './workbench.ts';

/** Files of the machine: display names are absolute paths, so that they map to URIs one to one. */
const disk: FileSource = {
  load(roots) {
    const snapshots = roots.filter((uri) => uri.startsWith('file:')).map((uri) => loadFolder(fileURLToPath(uri)));
    const config = roots
      .map((uri) => (uri.startsWith('file:') ? findConfig(fileURLToPath(uri)) : undefined))
      .find((path) => path !== undefined);
    return {
      snapshot: { hosts: snapshots.flatMap((each) => each.hosts), notes: snapshots.flatMap((each) => each.notes) },
      config: config === undefined ? undefined : readConfigText(config),
    };
  },
  uriOf: (display) => pathToFileURL(resolve('/', display)).href,
  displayOf: (uri) => (uri.startsWith('file:') ? relative('/', fileURLToPath(uri)) : uri),
};

function loadFolder(folder: string): Snapshot {
  if (!existsSync(folder)) return { hosts: [], notes: [] };
  return loadSnapshot([folder], { cwd: '/' });
}

/** Starts the server on what the command line says: --stdio, --node-ipc or --socket=PORT. */
export function main(): void {
  startServer(createConnection(ProposedFeatures.all), new EngineWorkbench(disk));
}
