import type { Language, Place, SourceFile } from '@halint/core';
import type { EnvironmentLine, HostFacts } from '@halint/model';
import type { SnapshotHost } from './snapshot.ts';

/** The facts of a host, each line of its files of variables with the place that a finding can point at. */
export function withPlaces(facts: HostFacts, snapshot: SnapshotHost, systemd: Language | undefined): HostFacts {
  if (systemd === undefined || facts.environmentFiles.size === 0) return facts;
  const environmentFiles = new Map(
    [...facts.environmentFiles].map(([path, lines]) => {
      const found = snapshot.files.get(path);
      if (found === undefined) return [path, lines];
      let opened: SourceFile | undefined;
      // Such a file is written as a unit is: assignments and comments. It is opened for the few lines that somebody points at.
      const open = (): SourceFile =>
        (opened ??= { path, display: found.display, language: systemd.id, document: systemd.parse(found.text) });
      return [path, lines.map((line) => placed(line, open, snapshot.id))];
    }),
  );
  return { ...facts, environmentFiles };
}

function placed({ name, value, line }: EnvironmentLine, open: () => SourceFile, host: string): EnvironmentLine {
  return {
    name,
    value,
    line,
    get at() {
      return lineOf(open(), line, host);
    },
  };
}

/** A whole line, from 1, without the blanks around it. */
function lineOf(file: SourceFile, line: number, host: string): Place {
  const { document } = file;
  const offset = document.offsetAt({ line, column: 1 });
  const section = document.sectionAt(offset);
  const from = offset - section.start;
  const [, blank = '', text = ''] = /^([ \t]*)(.*)/.exec(section.text.slice(from)) ?? [];
  const start = from + blank.length;
  return { host, file, section, start, end: start + text.trimEnd().length };
}
