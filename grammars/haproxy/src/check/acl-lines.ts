import { reachOf, type Reach } from '../condition/criterion.ts';
import { keptByLines, type SectionLines } from '../lines.ts';

/** One `acl` line of a section. */
export interface AclLine extends Reach {
  readonly line: number;
  readonly keyword: string;
}

type Table = ReadonlyMap<string, readonly AclLine[]>;

const tables = keptByLines((_: SectionLines) => new Map<string, Table>());

function build(lines: SectionLines, version: string): Table {
  const table = new Map<string, AclLine[]>();
  const { keywords } = lines;
  for (let line = lines.body; line < lines.count; line++) {
    if (keywords[line] !== 'acl') continue;
    const name = lines.value(line, 1);
    const keyword = lines.value(line, 2);
    const acl: AclLine = { line, keyword, ...reachOf(keyword, version) };
    const known = table.get(name);
    if (known === undefined) table.set(name, [acl]);
    else known.push(acl);
  }
  return table;
}

/** The ACLs of a section by name, each with its lines from top to bottom. */
export function aclsOf(lines: SectionLines, version: string): Table {
  const versions = tables(lines);
  let table = versions.get(version);
  if (table === undefined) versions.set(version, (table = build(lines, version)));
  return table;
}
