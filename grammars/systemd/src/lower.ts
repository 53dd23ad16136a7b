import { cited, type Cited, type LowerContext, type Place, type SourceFile } from '@halint/core';
import { splitWords, type SystemdFacts, type UnitFacts } from '@halint/model';
import type { Assignment, SystemdFile } from './ast.ts';

/** Folders of units by precedence: of two files with one name the first counts (systemd.unit(5), Unit File Load Path). */
export const UNIT_FOLDERS: readonly string[] = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

interface Found {
  readonly file: SourceFile;
  readonly rank: number;
}

interface Draft {
  main: Found | undefined;
  /** By file name; equal names: the folder of higher rank, then the drop-in of the unit itself before one for all units of its kind. */
  readonly dropIns: Map<string, Found>;
}

/** The units of one host as systemd puts them together from files and drop-ins. */
export function lower(files: readonly SourceFile[], context: LowerContext): SystemdFacts {
  const drafts = new Map<string, Draft>();
  const shared: { readonly kind: string; readonly name: string; readonly found: Found }[] = [];
  const draftOf = (unit: string): Draft => {
    let known = drafts.get(unit);
    if (known === undefined) drafts.set(unit, (known = { main: undefined, dropIns: new Map() }));
    return known;
  };
  for (const file of files) {
    const { rank, unit, dropIn } = placeOf(file.path);
    const found = { file, rank };
    if (dropIn === undefined) {
      const draft = draftOf(unit);
      draft.main = better(draft.main, found);
    } else if (/^(?:service|socket)$/.test(unit)) shared.push({ kind: unit, name: dropIn, found });
    else {
      const { dropIns } = draftOf(unit);
      dropIns.set(dropIn, better(dropIns.get(dropIn), found));
    }
  }
  for (const [unit, { dropIns }] of drafts) {
    const own = new Set(dropIns.keys());
    for (const { kind, name, found } of shared) {
      if (!unit.endsWith(`.${kind}`) || own.has(name)) continue;
      dropIns.set(name, better(dropIns.get(name), found));
    }
  }
  return { units: new Map([...drafts].map(([unit, draft]) => [unit, unitOf(unit, draft, context.host)])) };
}

function better(known: Found | undefined, found: Found): Found {
  return known === undefined || found.rank < known.rank ? found : known;
}

/** `/etc/systemd/system/ssh.socket.d/a.conf` is drop-in a.conf of ssh.socket; a file by another path is a unit by its name. */
function placeOf(path: string): { readonly rank: number; readonly unit: string; readonly dropIn: string | undefined } {
  const rank = UNIT_FOLDERS.findIndex((folder) => path.startsWith(`${folder}/`));
  const parts = path.split('/');
  const name = parts[parts.length - 1] ?? '';
  const folder = parts[parts.length - 2] ?? '';
  const ranked = rank < 0 ? UNIT_FOLDERS.length : rank;
  return folder.endsWith('.d') && name.endsWith('.conf')
    ? { rank: ranked, unit: folder.slice(0, -2), dropIn: name }
    : { rank: ranked, unit: name, dropIn: undefined };
}

function unitOf(name: string, { main, dropIns }: Draft, host: string): UnitFacts {
  const ordered = [...dropIns].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, { file }]) => file);
  const own = main === undefined ? [] : [main.file];
  const files = [...own, ...ordered];
  const values = new Map<string, Cited<string>[]>();
  const resets = new Map<string, Place>();
  for (const file of files) {
    for (const { name: section, statements } of (file.document.ast as SystemdFile).sections) {
      for (const statement of statements) {
        if (statement.kind !== 'assignment') continue;
        const key = `${section.value}/${statement.key.value}`;
        if (statement.value === undefined) {
          values.set(key, []);
          resets.set(key, at(file, statement, host));
        } else values.set(key, [...(values.get(key) ?? []), cited(statement.value.value, at(file, statement, host))]);
      }
    }
  }
  const list = (section: string, key: string): readonly Cited<string>[] => values.get(`${section}/${key}`) ?? [];
  return {
    name,
    files,
    hasUnitFile: main !== undefined && main.file.document.length > 0,
    masked: main?.file.document.length === 0,
    values: list,
    value: (section, key) => list(section, key).at(-1),
    isReset: (section, key) => resets.has(`${section}/${key}`),
    resetAt: (section, key) => resets.get(`${section}/${key}`),
    commands: list('Service', 'ExecStart').map((command) => ({ ...command, value: splitWords(command.value) })),
  };
}

function at(file: SourceFile, { span }: Assignment, host: string): Place {
  const section = file.document.sectionAt(span.start);
  return { host, file, section, start: span.start - section.start, end: span.end - section.start };
}
