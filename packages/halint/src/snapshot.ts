import { discoverHosts, type Snapshot } from '@halint/engine';

/**
 * Builds a snapshot from files in memory, by the same discovery as the command line (contract, section 2).
 * @param files path (with `/`, relative to the directory that holds the hosts) -> text
 */
export function snapshotFromFiles(files: ReadonlyMap<string, string>): Snapshot {
  const found = [...files].map(([path, text]) => {
    const relative = path.replace(/^\.?\/+/, '');
    return { relative, display: relative, text };
  });
  return discoverHosts(found, 'host');
}
