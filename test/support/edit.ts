import type { Workspace } from '@halint/engine';

/**
 * Replaces the first `from` of a file by `to`, in a workspace and in the texts (by path below the host) that it was opened with; the same texts
 * opened anew must then say the same. Throws where the file does not have it.
 */
export function editBoth(
  workspace: Workspace,
  files: Record<string, string>,
  path: string,
  from: string,
  to: string,
  host = 'ha0',
): void {
  const text = files[path] ?? '';
  const start = text.indexOf(from);
  if (start < 0) throw new Error(`${path} has no ${JSON.stringify(from)}`);
  workspace.edit(`${host}/${path}`, { start, end: start + from.length }, to);
  files[path] = text.slice(0, start) + to + text.slice(start + from.length);
}
