import {
  compareVersions,
  type LocalPlace,
  type NameSpace,
  type NameUse,
  type Section,
  type SectionNames,
} from '@halint/core';
import type { HaproxyUnit } from './ast.ts';
import { contextOf, defaultsOf, step, type Context } from './flow.ts';
import type { SectionLines } from './lines.ts';
import { fromName, nameIndex, sectionName } from './head.ts';
import type { HaproxyDocument } from './parse.ts';
import { isOpaque } from './values.ts';

function missing(rule: string, what: string, help?: string): NonNullable<NameSpace['undefined']> {
  return {
    rule: `haproxy/${rule}`,
    severity: 'error',
    rejects: true,
    daemon: 'error',
    message: (label, near) => `there is no ${what} '${label}'${near === undefined ? '' : `, did you mean '${near}'?`}`,
    ...(help === undefined ? {} : { help }),
  };
}

export const NAME_SPACES: readonly NameSpace[] = [
  { id: 'backend', undefined: missing('backend-undefined', 'backend') },
  // Only for renaming and for finding where it stands: nothing in haproxy.cfg names a frontend.
  { id: 'frontend' },
  {
    id: 'acl',
    local: true,
    undefined: missing(
      'acl-undefined',
      'acl',
      'Define it above in the same section, or write { … } around a criterion.',
    ),
  },
  {
    id: 'server',
    local: true,
    undefined: missing('server-undefined', 'server'),
    duplicate: {
      rule: 'haproxy/duplicate-server-name',
      severity: 'error',
      rejects: true,
      daemon: 'error',
      message: (label) => `server '${label}' is defined twice in this backend`,
      applies: (targets) => compareVersions(targets.haproxy, '2.2') >= 0,
    },
  },
  { id: 'defaults', undefined: missing('defaults-undefined', 'defaults section') },
  { id: 'userlist', undefined: missing('userlist-undefined', 'userlist') },
  { id: 'resolvers', undefined: missing('resolvers-undefined', 'resolvers section') },
  { id: 'cache', undefined: missing('cache-undefined', 'cache') },
  { id: 'peers', undefined: missing('peers-undefined', 'peers section') },
  { id: 'http-errors', undefined: missing('http-errors-undefined', 'http-errors section') },
  { id: 'fcgi-app', undefined: missing('fcgi-app-undefined', 'fcgi-app') },
  // A missing one is only refused together with other email-alert words: no rule here.
  { id: 'mailers' },
];

const PROXIES: ReadonlySet<string> = new Set(['frontend', 'backend', 'listen']);
const SHARED: ReadonlySet<string> = new Set([
  'userlist',
  'resolvers',
  'cache',
  'peers',
  'http-errors',
  'fcgi-app',
  'mailers',
  'defaults',
]);
/** ACLs that every proxy knows (manual 7.4). */
const PREDEFINED = /^(?:TRUE|FALSE|LOCALHOST|METH_.*|HTTP.*|REQ_CONTENT|RDP_COOKIE|WAIT_END)$/;
const RULES: ReadonlySet<string> = new Set([
  'http-request',
  'http-response',
  'http-after-response',
  'tcp-request',
  'tcp-response',
  'quic-initial',
]);
/** Keywords that may end in a condition. */
const CONDITIONAL: ReadonlySet<string> = new Set([
  ...RULES,
  'use_backend',
  'use-server',
  'redirect',
  'monitor',
  'stats',
  'force-persist',
  'ignore-persist',
  'stick',
  'set-param',
  'pass-header',
]);

/** A use whose place is made when it is asked for: a large file has tens of thousands, and few are looked at. */
class Use implements NameUse {
  readonly space: string;
  readonly name: string;
  readonly label: string;
  private readonly lines: SectionLines;
  private readonly line: number;
  private readonly index: number;

  constructor(space: string, scope: string, label: string, lines: SectionLines, line: number, index: number) {
    this.space = space;
    this.name = scope === '' ? label : `${scope}\0${label}`;
    this.label = label;
    this.lines = lines;
    this.line = line;
    this.index = index;
  }

  get at(): LocalPlace {
    return this.lines.at(this.line, this.index);
  }
}

interface Collector {
  readonly lines: SectionLines;
  readonly scope: string;
  readonly definitions: NameUse[];
  readonly references: NameUse[];
  /** ACL names of the section, and of the defaults it starts from. */
  readonly acls: ReadonlySet<string>;
  readonly inherited: { readonly scope: string; readonly acls: ReadonlySet<string> } | undefined;
}

function scopeOf(lines: SectionLines): string {
  return `${lines.kind} ${sectionName(lines)}`;
}

const NO_ACLS: ReadonlySet<string> = new Set();

function aclsOf(lines: SectionLines): ReadonlySet<string> {
  let acls: Set<string> | undefined;
  const { keywords } = lines;
  for (let line = lines.body; line < lines.count; line++) {
    if (keywords[line] === 'acl' && lines.words(line) > 1) (acls ??= new Set()).add(lines.value(line, 1));
  }
  return acls ?? NO_ACLS;
}

/** The ACLs of the defaults sections that this one starts from, nearest first. */
function inheritedOf(section: Section<HaproxyUnit>, context: Context): Collector['inherited'] {
  const defaults = defaultsOf(section, context);
  if (defaults === undefined || sectionName(defaults.unit.lines) === '') return undefined;
  const { lines } = defaults.unit;
  return { scope: scopeOf(lines), acls: aclsOf(lines) };
}

/** Names that a section defines and uses. Words with variables or log-format expressions are left out: they are not known here. */
export function names(document: HaproxyDocument, section: Section<HaproxyUnit>): SectionNames {
  const { lines } = section.unit;
  const context = contextOf(document, section);
  const into: Collector = {
    lines,
    scope: scopeOf(lines),
    definitions: [],
    references: [],
    acls: aclsOf(lines),
    inherited: inheritedOf(section, context),
  };
  nameHead(into);
  let frames = context.frames;
  const { keywords } = lines;
  for (let line = lines.body; line < lines.count; line++) {
    const keyword = keywords[line] as string;
    if (keyword !== '') collect(into, line, keyword, frames.length > 0);
    else if (lines.shape(line).kind === 'directive') frames = step(frames, lines.value(line, 0), '');
  }
  // Placeholders may bring any name, and a block that is not read uses none.
  const references = context.templated || context.frames.length > 0 ? [] : into.references;
  return { definitions: into.definitions, references };
}

function nameHead(into: Collector): void {
  const { lines } = into;
  const index = nameIndex(lines);
  if (index > 0) {
    if (lines.kind === 'backend' || lines.kind === 'listen') define(into, 'backend', '', 0, index);
    if (lines.kind === 'frontend' || lines.kind === 'listen') define(into, 'frontend', '', 0, index);
    if (SHARED.has(lines.kind)) define(into, lines.kind, '', 0, index);
  }
  const from = fromName(lines);
  if (from > 0 && (PROXIES.has(lines.kind) || lines.kind === 'defaults')) refer(into, 'defaults', '', 0, from);
}

function define(into: Collector, space: string, scope: string, line: number, index: number): void {
  const label = into.lines.value(line, index);
  if (label !== '' && !isOpaque(label)) into.definitions.push(new Use(space, scope, label, into.lines, line, index));
}

function refer(into: Collector, space: string, scope: string, line: number, index: number, text?: string): void {
  const label = text ?? into.lines.value(line, index);
  if (label === '' || isOpaque(label) || label.includes('%[')) return;
  into.references.push(new Use(space, scope, label, into.lines, line, index));
}

function collect(into: Collector, line: number, keyword: string, conditional: boolean): void {
  const { lines } = into;
  if (keyword === 'server') {
    // The branches of an .if may define the same server: only the first counts.
    const label = lines.value(line, 1);
    const repeated = conditional && into.definitions.some((use) => use.space === 'server' && use.label === label);
    if (!repeated && (lines.kind === 'backend' || lines.kind === 'listen'))
      define(into, 'server', sectionName(lines), line, 1);
  } else if (keyword === 'acl') define(into, 'acl', into.scope, line, 1);
  if (conditional) return;
  if (keyword === 'server' || keyword === 'default-server' || keyword === 'server-template')
    serverReferences(into, line);
  else if (PROXIES.has(lines.kind) || lines.kind === 'defaults' || lines.kind === 'fcgi-app')
    references(into, line, keyword);
}

function references(into: Collector, line: number, keyword: string): void {
  const { lines } = into;
  const forward = lines.kind !== 'backend';
  if ((keyword === 'default_backend' || keyword === 'use_backend') && forward) refer(into, 'backend', '', line, 1);
  else if (keyword === 'use-server' && lines.kind !== 'frontend') refer(into, 'server', sectionName(lines), line, 1);
  else if (keyword === 'use-fcgi-app') refer(into, 'fcgi-app', '', line, 1);
  else if (keyword === 'errorfiles') refer(into, 'http-errors', '', line, 1);
  else if (keyword === 'email-alert' && lines.value(line, 1) === 'mailers') refer(into, 'mailers', '', line, 2);
  else if (keyword === 'stick-table') referBehind(into, line, 'peers', 'peers');
  else if (keyword === 'filter' && lines.value(line, 1) === 'cache') refer(into, 'cache', '', line, 2);
  else if (/^http-re/.test(keyword) && /^cache-(?:use|store)$/.test(lines.raw(line, 1)))
    refer(into, 'cache', '', line, 2);
  if (CONDITIONAL.has(keyword)) condition(into, line, RULES.has(keyword) ? 2 : 1);
  if (keyword !== 'server') userlists(into, line);
}

function referBehind(into: Collector, line: number, word: string, space: string): void {
  for (let i = 1; i + 1 < into.lines.words(line); i++) {
    if (into.lines.raw(line, i) === word) return refer(into, space, '', line, i + 1);
  }
}

function serverReferences(into: Collector, line: number): void {
  const { lines } = into;
  const from = lines.table.lineStart[line] as number;
  const end = lines.table.lineStart[line + 1] as number;
  const text = lines.text.slice(from, end);
  // Peers pass over it.
  if (text.includes('resolvers') && lines.kind !== 'peers') referBehind(into, line, 'resolvers', 'resolvers');
  if (!text.includes('track')) return;
  for (let i = 1; i + 1 < lines.words(line); i++) {
    if (lines.raw(line, i) !== 'track') continue;
    const target = lines.value(line, i + 1);
    const slash = target.indexOf('/');
    const backend = slash < 0 ? sectionName(lines) : target.slice(0, slash);
    return refer(into, 'server', backend, line, i + 1, target.slice(slash + 1));
  }
}

/** http_auth(LIST) and http_auth_group(LIST) anywhere on the line. */
function userlists(into: Collector, line: number): void {
  const { lines } = into;
  const text = lines.text.slice(lines.table.lineStart[line], lines.table.lineStart[line + 1]);
  if (!text.includes('http_auth')) return;
  for (let i = 1; i < lines.words(line); i++) {
    const list = /^!?http_auth(?:_group)?\(([A-Za-z0-9_.:-]+)\)/.exec(lines.value(line, i))?.[1];
    if (list !== undefined) refer(into, 'userlist', '', line, i, list);
  }
}

/** ACL names behind `if` or `unless`; what stands in braces has no name. */
function condition(into: Collector, line: number, from: number): void {
  const { lines } = into;
  const count = lines.words(line);
  let i = from;
  while (i < count && !/^(?:if|unless)$/.test(lines.raw(line, i))) i++;
  for (i++; i < count; i++) {
    const word = lines.value(line, i).replace(/^!+/, '');
    if (word === '{') while (i < count && lines.raw(line, i) !== '}') i++;
    else if (word !== '' && !/^(?:or|\|\|?)$/i.test(word) && word !== '}' && !PREDEFINED.test(word))
      aclReference(into, line, i, word);
  }
}

function aclReference(into: Collector, line: number, index: number, word: string): void {
  const { inherited } = into;
  const borrowed = inherited !== undefined && !into.acls.has(word) && inherited.acls.has(word);
  refer(into, 'acl', borrowed ? inherited.scope : into.scope, line, index, word);
}
