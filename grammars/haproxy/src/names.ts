import type { NameUse, Section, SectionNames } from '@halint/core';
import type { SectionUnit } from './unit.ts';
import { contextOf, defaultsOf, step, type Context } from './flow.ts';
import { startsForeign } from './foreign.ts';
import { fromName, nameIndex, sectionName } from './head.ts';
import type { SectionLines } from './lines.ts';
import { define, isTacit, refer, referBehind, type Collector } from './names/collector.ts';
import { condition, referTable, ruleReferences, samples } from './names/rules.ts';
import { peersTable, serverReferences, templated } from './names/servers.ts';
import type { HaproxyDocument } from './parse.ts';

export { NAME_SPACES } from './names/spaces.ts';

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

/** Keywords whose words may hold sample expressions. */
const WITH_SAMPLES: ReadonlySet<string> = new Set([
  ...CONDITIONAL,
  'acl',
  'balance',
  'error-log-format',
  'filter',
  'hash-key',
  'http-check',
  'http-error',
  'log-format',
  'log-format-sd',
  'option',
  'tcp-check',
  'unique-id-format',
]);

/** Keywords of lines that may name something: most lines of a file have others. */
const REFERRING: ReadonlySet<string> = new Set([
  ...WITH_SAMPLES,
  'default_backend',
  'use-fcgi-app',
  'errorfiles',
  'email-alert',
  'stick-table',
]);

/** Keywords that defaults refuse as a whole. */
const NEVER_IN_DEFAULTS: ReadonlySet<string> = new Set([
  'use_backend',
  'use-server',
  'redirect',
  'monitor',
  'stick',
  'force-persist',
  'ignore-persist',
  'filter',
  'use-fcgi-app',
]);

function scopeOf(lines: SectionLines): string {
  return `${lines.kind} ${sectionName(lines)}`;
}

/** The last line with a keyword, or -1. */
function lastOf(lines: SectionLines, keyword: string): number {
  return lines.keywords.lastIndexOf(keyword);
}

/** Its own last word counts, else that of the defaults that it starts from. */
function isDisabled(section: Section<SectionUnit>, context: Context): boolean {
  for (const each of [section, defaultsOf(section, context)]) {
    if (each === undefined) continue;
    const off = lastOf(each.unit.lines, 'disabled');
    const on = lastOf(each.unit.lines, 'enabled');
    if (off !== on) return off > on;
  }
  return false;
}

/** Names that are looked up while a line is read, or when all files are; the others when a proxy is complete, which a disabled one never is. */
const ALWAYS: ReadonlySet<string> = new Set(['acl', 'defaults', 'fcgi-app']);

function unasked(use: NameUse): NameUse {
  if (use.tacit === true || ALWAYS.has(use.space)) return use;
  const { space, scope, label } = use;
  return {
    space,
    scope,
    label,
    tacit: true,
    get at() {
      return use.at;
    },
  };
}

/** Names that a section defines and uses. Words with variables or log-format expressions are left out: they are not known here. */
export function names(document: HaproxyDocument, section: Section<SectionUnit>): SectionNames {
  const { lines } = section.unit;
  const context = contextOf(document, section);
  const into: Collector = {
    lines,
    disabled: isDisabled(section, context),
    defaultBackend: lastOf(lines, 'default_backend'),
    scope: scopeOf(lines),
    definitions: [],
    references: [],
  };
  nameHead(into);
  let frames = context.frames;
  const { keywords } = lines;
  for (let line = lines.body; line < lines.count; line++) {
    const keyword = keywords[line] as string;
    if (keyword !== '') {
      // What a section of an unknown kind holds is not read.
      if (startsForeign(lines, line, keyword)) break;
      collect(into, line, keyword, frames.length > 0);
    } else if (lines.shape(line).kind === 'directive') frames = step(frames, lines.value(line, 0), '');
  }
  // Placeholders may bring any name, and a block that is not read uses none.
  if (context.templated || context.frames.length > 0) return { definitions: into.definitions, references: [] };
  const references = into.disabled ? into.references.map(unasked) : into.references;
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

function collect(into: Collector, line: number, keyword: string, conditional: boolean): void {
  const { lines } = into;
  if (keyword === 'server') {
    // The branches of an .if may define the same server: only the first counts.
    const label = lines.value(line, 1);
    const repeated = conditional && into.definitions.some((use) => use.space === 'server' && use.label === label);
    if (!repeated && (lines.kind === 'backend' || lines.kind === 'listen'))
      define(into, 'server', sectionName(lines), line, 1);
  } else if (keyword === 'acl') define(into, 'acl', into.scope, line, 1);
  else if (keyword === 'server-template') templated(into, line);
  else if (keyword === 'stick-table' && PROXIES.has(lines.kind)) define(into, 'table', '', 0, nameIndex(lines));
  else if (keyword === 'table' && lines.kind === 'peers') peersTable(into, line);
  if (conditional) return;
  if (keyword === 'server' || keyword === 'default-server' || keyword === 'server-template')
    serverReferences(into, line);
  else if (keyword === 'httpclient.resolvers.id') httpClient(into, line);
  else if (PROXIES.has(lines.kind) || lines.kind === 'defaults' || lines.kind === 'fcgi-app')
    references(into, line, keyword);
}

/** The resolvers of haproxy's own requests; a section called default is there by itself. */
function httpClient(into: Collector, line: number): void {
  const { lines } = into;
  if (lines.value(line, 1) !== 'default' && !lines.keywords.includes('httpclient.resolvers.disabled'))
    refer(into, 'resolvers', '', line, 1);
}

function references(into: Collector, line: number, keyword: string): void {
  const { lines } = into;
  if (!REFERRING.has(keyword)) return;
  // Also in a backend, where the rules have no effect: haproxy looks their targets up all the same.
  const forward = !into.disabled;
  if (lines.kind === 'defaults' && NEVER_IN_DEFAULTS.has(keyword)) return;
  if (keyword === 'use_backend' && forward && !/^(?:if|unless)$/.test(lines.raw(line, 1)))
    refer(into, 'backend', '', line, 1);
  else if (keyword === 'default_backend' && forward && line === into.defaultBackend) {
    // What defaults name counts only where a proxy takes it over: check/together judges that.
    refer(into, 'backend', '', line, 1, undefined, lines.kind === 'defaults');
  } else if (keyword === 'use-server' && lines.kind !== 'frontend') refer(into, 'server', sectionName(lines), line, 1);
  else if (keyword === 'use-fcgi-app') refer(into, 'fcgi-app', '', line, 1);
  else if (keyword === 'errorfiles') refer(into, 'http-errors', '', line, 1, undefined, isTacit(into));
  else if (keyword === 'http-error') referBehind(into, line, 'errorfiles', 'http-errors', isTacit(into));
  else if (keyword === 'email-alert' && lines.value(line, 1) === 'mailers') refer(into, 'mailers', '', line, 2);
  else if (keyword === 'stick-table') {
    referBehind(into, line, 'peers', 'peers');
    if (lines.kind !== 'defaults') referBehind(into, line, 'write-to', 'table', into.disabled);
  } else if (keyword === 'filter' && lines.value(line, 1) === 'cache') refer(into, 'cache', '', line, 2);
  else if (keyword === 'filter' && lines.value(line, 1) === 'fcgi-app') refer(into, 'fcgi-app', '', line, 2);
  else if (/^http-re/.test(keyword) && /^cache-(?:use|store)$/.test(lines.raw(line, 1)))
    refer(into, 'cache', '', line, 2);
  else if (keyword === 'stick' && lines.kind !== 'frontend' && forward) referTable(into, line, 3);
  if (RULES.has(keyword)) ruleReferences(into, line, keyword.startsWith('tcp') ? 2 : 1);
  if (CONDITIONAL.has(keyword)) condition(into, line, RULES.has(keyword) ? 2 : 1);
  if (WITH_SAMPLES.has(keyword)) samples(into, line);
}
