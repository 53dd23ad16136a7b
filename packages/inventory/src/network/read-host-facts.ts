import { definedOnly } from '@halint/core';
import type { HostReading, Note, SnapshotHost, UnreadPath } from '@halint/engine';
import { factHelp } from './fact-help.ts';
import { hostFacts } from './host-facts.ts';
import { shortened } from './source.ts';
import { faultsOfRelease, targetsOf } from './targets.ts';

/** Reads everything about a host of a snapshot that is not configuration of the four daemons. */
export function readHostFacts(host: SnapshotHost, unread: ReadonlyMap<string, UnreadPath> = new Map()): HostReading {
  const files = new Map([...host.files].map(([path, file]) => [path, file.text]));
  const name = files
    .get('/etc/hostname')
    ?.split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('#'));
  const { facts, notes } = hostFacts(files, host.facts, name ?? host.id, {
    configured: host.addresses ?? {},
    unread: [...unread].flatMap(([path, { forNobody }]) => (forNobody ? [] : [path])),
  });
  const release = ['/etc/os-release', '/usr/lib/os-release'].find((path) => files.has(path));
  const releaseText = release === undefined ? undefined : files.get(release);
  const targets = targetsOf(facts, releaseText);
  const unnamed = release === undefined ? [] : faultsOfRelease(release, releaseText ?? '');
  return {
    facts,
    name,
    targets,
    notes: shortened([...notes, ...unnamed]).map(({ kind, path, line, message }): Note => ({
      kind: kind ?? 'malformed-fact',
      file: displayOf(host, path),
      ...(line === undefined ? {} : { line }),
      message,
      host: host.id,
      path: path.startsWith('/') ? path : `/${path}`,
      ...(kind === undefined ? definedOnly({ help: factHelp(path) }) : {}),
    })),
  };
}

/** Path for people: that of the file, or one beside the host's other files. */
function displayOf(host: SnapshotHost, path: string): string {
  const known = host.files.get(path);
  if (known !== undefined) return known.display;
  for (const { path: inside, display } of host.files.values()) {
    if (display.endsWith(inside)) return `${display.slice(0, display.length - inside.length)}/${path}`;
  }
  return path;
}
