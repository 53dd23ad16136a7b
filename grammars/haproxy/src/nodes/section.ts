import type { Word } from '../ast/leaves.ts';
import type { HaproxyUnit } from '../ast/sections.ts';
import type { Line } from '../ast/statements.ts';
import { fromName, nameIndex } from '../head.ts';
import type { SectionLines } from '../lines.ts';
import { lineNode } from './index.ts';
import { wordNode } from './leaves.ts';
import { lazily, makeNode } from './node.ts';
import { Text } from './text.ts';

/** The lists of sections: the lines of one kind, or the last of them. */
const LISTS = {
  acls: 'acl',
  binds: 'bind',
  defaultServers: 'default-server',
  logs: 'log',
  nameservers: 'nameserver',
  options: 'option-line',
  peers: 'peer',
  rules: 'rule',
  serverTemplates: 'server-template',
  servers: 'server',
  statsSockets: 'stats-socket',
  tables: 'stick-table',
  timeouts: 'timeout',
  useBackends: 'use_backend',
  useServers: 'use-server',
  users: 'user',
} as const satisfies Readonly<Record<string, Line['kind']>>;

/** What counts is the last line of its kind. */
const LAST = { balance: 'balance', defaultBackend: 'default_backend' } as const satisfies Readonly<
  Record<string, Line['kind']>
>;

type List = keyof typeof LISTS | keyof typeof LAST;

const PROXY: readonly List[] = ['acls', 'rules', 'timeouts', 'options', 'logs'];
const FRONT: readonly List[] = ['binds', 'useBackends', 'defaultBackend'];
const BACK: readonly List[] = ['servers', 'serverTemplates', 'defaultServers', 'useServers', 'balance'];

/** The lists that a kind of section has. */
const LISTS_OF: ReadonlyMap<string, readonly List[]> = new Map<string, readonly List[]>([
  ['defaults', [...PROXY, 'defaultServers']],
  ['frontend', [...PROXY, ...FRONT]],
  ['backend', [...PROXY, ...BACK]],
  ['listen', [...PROXY, ...FRONT, ...BACK]],
  ['global', ['logs', 'statsSockets']],
  ['resolvers', ['nameservers', 'timeouts']],
  ['userlist', ['users']],
  ['peers', ['binds', 'servers', 'peers', 'tables', 'logs']],
  ['ring', ['binds', 'servers', 'logs']],
  ['log-forward', ['binds', 'servers', 'logs']],
]);

function bodyNodes(lines: SectionLines): readonly Line[] {
  const nodes: Line[] = [];
  for (let line = lines.body; line < lines.count; line++) {
    const node = lineNode(lines, line);
    if (node !== undefined) nodes.push(node);
  }
  return nodes;
}

function headWord(lines: SectionLines, index: number): Word | undefined {
  return index < 0 ? undefined : wordNode(new Text(lines, 0, index));
}

function listOf(statements: readonly Line[], name: List): readonly Line[] | Line | undefined {
  if (!(name in LAST)) return statements.filter(({ kind }) => kind === LISTS[name as keyof typeof LISTS]);
  return statements.findLast(({ kind }) => kind === LAST[name as keyof typeof LAST]);
}

/** Builds the typed view of a section; every part of it is made when it is first asked for. */
export function sectionNode(lines: SectionLines): HaproxyUnit {
  const node = makeNode<HaproxyUnit>(
    { lines, start: 0, end: lines.text.length },
    lines.kind as 'prelude',
    {
      name: () => headWord(lines, nameIndex(lines)),
      from: () => headWord(lines, fromName(lines)),
      head: () => (lines.body === 1 ? lineNode(lines, 0) : undefined),
      statements: () => bodyNodes(lines),
      lines: () => lines,
      // Not enumerable: who prints a tree wants its nodes, not the arrays behind them.
    },
    ['lines'],
  );
  // The closed union in ast/sections.ts says which of the lists a kind has.
  for (const name of LISTS_OF.get(lines.kind) ?? []) lazily(node, name, () => listOf(node.statements, name));
  return node;
}
