import type { HostReading, Note, SnapshotHost } from '@halint/engine';
import { hostFacts } from './host-facts.ts';
import { targetsOf } from './targets.ts';

/** Reads everything about a host of a snapshot that is not configuration of the four daemons. */
export function readHostFacts(host: SnapshotHost): HostReading {
  const files = new Map([...host.files].map(([path, file]) => [path, file.text]));
  const name = files
    .get('/etc/hostname')
    ?.split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('#'));
  const { facts, notes } = hostFacts(files, host.facts, name ?? host.id, host.addresses);
  const targets = targetsOf(facts, files.get('/etc/os-release') ?? files.get('/usr/lib/os-release'));
  return {
    facts,
    name,
    targets,
    notes: notes.map(({ kind, path, line, message }): Note => ({
      kind: kind ?? 'malformed-fact',
      file: displayOf(host, path),
      ...(line === undefined ? {} : { line }),
      message,
      host: host.id,
      path: path.startsWith('/') ? path : `/${path}`,
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
