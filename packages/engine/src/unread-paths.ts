import type { Note, UnreadPath } from './snapshot.ts';

/** Of each host the paths of which nothing could be read; a folder stands for all below it. */
export function unreadPathsOf(notes: readonly Note[]): ReadonlyMap<string, ReadonlyMap<string, UnreadPath>> {
  const byHost = new Map<string, Map<string, UnreadPath>>();
  for (const note of notes) {
    const { host, path, missing, kind } = note;
    const why = whyOf(note);
    if (host === undefined || path === undefined || why === undefined) continue;
    const paths = byHost.get(host) ?? new Map<string, UnreadPath>();
    byHost.set(host, paths.set(path, { why, missing: missing ?? path, forNobody: kind === 'link-loop' }));
  }
  return byHost;
}

/** Undefined: the file was read. */
function whyOf({ kind, message }: Note): string | undefined {
  switch (kind) {
    case 'unreadable':
      return message;
    case 'no-file':
      return 'it is no file';
    case 'outside-root':
      return 'a link out of the root';
    case 'link-dangling':
      return 'a link to a file that is not at hand';
    case 'link-loop':
      return 'a link that leads to itself';
    case 'binary':
      return 'no text';
    case 'too-large':
      return 'too large';
    case 'malformed-fact':
    case 'include-outside-root':
    case 'include-missing':
    case 'same-id':
      return undefined;
  }
}
