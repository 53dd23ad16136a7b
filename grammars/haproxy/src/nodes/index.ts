import type { Line } from '../ast/statements.ts';
import type { SectionLines } from '../lines.ts';
import { PROXY_KINDS } from '../vocabulary.ts';
import * as keyed from './keyed.ts';
import { isKnown, plainNode, scopeNode, unreadableNode } from './line.ts';
import * as make from './makers.ts';
import type { Maker } from './makers.ts';
import { redirect, rule, stagedRule } from './rules.ts';
import { LineWords } from './text.ts';

type Table = ReadonlyMap<string, Maker>;

const table = (rows: Readonly<Record<string, Maker>>): Table => new Map(Object.entries(rows));

const PROXY: Table = table({
  acl: make.acl,
  balance: make.balance,
  bind: make.bind,
  block: make.conditional,
  default_backend: make.defaultBackend,
  'default-server': make.defaultServer,
  'error-log-format': make.logFormat,
  filter: make.filter,
  'force-be-switch': make.conditional,
  'force-persist': make.conditional,
  'http-after-response': rule('http-after-response'),
  'http-request': rule('http-request'),
  'http-response': rule('http-response'),
  'ignore-persist': make.conditional,
  log: keyed.log,
  'log-format': make.logFormat,
  'log-format-sd': make.logFormat,
  mode: make.mode,
  monitor: make.conditional,
  option: make.optionLine,
  'quic-initial': rule('quic-initial'),
  redirect,
  reqadd: make.conditional,
  rspadd: make.conditional,
  server: make.server,
  'server-template': make.serverTemplate,
  stats: make.conditional,
  stick: make.stick,
  'stick-table': keyed.stickTable,
  'tcp-request': stagedRule,
  'tcp-response': stagedRule,
  timeout: make.timeout,
  'unique-id-format': make.logFormat,
  'use-server': make.useServer,
  use_backend: make.useBackend,
});

const SERVICE: Table = table({
  bind: make.bind,
  'default-server': make.defaultServer,
  log: keyed.log,
  option: make.optionLine,
  server: make.server,
  timeout: make.timeout,
});

/** Lines with structure by the kind of section. */
const TABLES: ReadonlyMap<string, Table> = new Map<string, Table>([
  ...[...PROXY_KINDS].map((kind) => [kind, PROXY] as const),
  ['global', table({ log: keyed.log, stats: keyed.statsSocket })],
  ['resolvers', table({ nameserver: keyed.nameserver, timeout: make.timeout })],
  ['mailers', table({ timeout: make.timeout })],
  ['userlist', table({ user: keyed.user })],
  ['peers', new Map([...SERVICE, ['peer', keyed.peer], ['table', keyed.peersTable]])],
  ['ring', SERVICE],
  ['log-forward', SERVICE],
  ['fcgi-app', table({ acl: make.acl, option: make.optionLine, 'pass-header': make.conditional })],
]);

/** What a leading `no` or `default` may stand before and leave its structure. */
const NEGATABLE = 'option';

function statementNode(words: LineWords): Line {
  const keyword = words.value(words.base);
  const maker = TABLES.get(words.lines.kind)?.get(keyword);
  if (maker !== undefined && (words.base === 0 || keyword === NEGATABLE))
    return maker(words) ?? unreadableNode(words, 'arguments');
  return isKnown(keyword) ? plainNode(words, 'statement') : unreadableNode(words, 'keyword');
}

/** The node of a line; undefined for blank lines and comments. */
export function lineNode(lines: SectionLines, line: number): Line | undefined {
  const { kind } = lines.shape(line);
  if (kind === 'blank') return undefined;
  if (kind === 'scope') return scopeNode(lines, line);
  const words = new LineWords(lines, line);
  if (kind === 'unreadable') return unreadableNode(words, 'words');
  if (kind === 'directive') return plainNode(words, 'directive');
  return line < lines.body ? plainNode(words, 'statement') : statementNode(words);
}
