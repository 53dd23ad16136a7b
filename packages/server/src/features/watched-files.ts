import { FileChangeType, type FileEvent } from 'vscode-languageserver';

/** Folders whose files are none of a host's, and change by the hundred. */
const FOREIGN = /\/(?:\.git|node_modules)\//;

/** A unit may start its daemon with a file that was not read so far. */
const UNIT = /\/systemd\/(?:system|generator)\//;

/** Does a change on disk matter? Saving an open file does not, but for a unit: what the editor shows counts already. */
export function isNews(changes: readonly FileEvent[], opened: ReadonlySet<string>): boolean {
  return changes.some(
    ({ uri, type }) => !FOREIGN.test(uri) && !(type === FileChangeType.Changed && opened.has(uri) && !UNIT.test(uri)),
  );
}
