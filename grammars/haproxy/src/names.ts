import {
  compareVersions,
  type LocalPlace,
  type NameSpace,
  type NameUse,
  type Section,
  type SectionNames,
} from '@halint/core';
import type { HaproxyUnit } from './ast.ts';
import { contextOf, step } from './flow.ts';
import type { SectionLines } from './lines.ts';
import { fromName, nameIndex, sectionName } from './head.ts';
import { readCondition } from './condition/grammar.ts';
import { PREDEFINED } from './condition/predefined.ts';
import type { Words } from './condition/tokens.ts';
import type { HaproxyDocument } from './parse.ts';
import { sampleReferences } from './sample/references.ts';
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
  { id: 'frontend', undefined: missing('frontend-undefined', 'frontend') },
  {
    id: 'table',
    undefined: missing(
      'table-undefined',
      'stick table',
      'A table has the name of the proxy that it is in, or PEERS/TABLE.',
    ),
  },
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

/** Keywords that defaults refuse as a whole. */
const NEVER_IN_DEFAULTS: ReadonlySet<string> = new Set([
  'use_backend',
  'use-server',
  'redirect',
  'monitor',
  'stick',
  'force-persist',
  'ignore-persist',
]);

/** A use whose place is made when it is asked for: a large file has tens of thousands, and few are looked at. */
class Use implements NameUse {
  readonly space: string;
  readonly name: string;
  readonly label: string;
  readonly tacit: boolean;
  protected readonly lines: SectionLines;
  private readonly line: number;
  private readonly index: number;

  constructor(
    [space, scope, label]: readonly [space: string, scope: string, label: string],
    lines: SectionLines,
    line: number,
    index: number,
    tacit = false,
  ) {
    this.tacit = tacit;
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

/** A use in a part of a word. */
class PartUse extends Use {
  readonly #start: number;
  readonly #end: number;

  constructor(space: string, scope: string, label: string, lines: SectionLines, start: number, end: number) {
    super([space, scope, label], lines, 0, 0);
    this.#start = start;
    this.#end = end;
  }

  override get at(): LocalPlace {
    return { section: this.lines.section, start: this.#start, end: this.#end };
  }
}

interface Collector {
  readonly lines: SectionLines;
  /** The proxy is switched off: haproxy does not resolve what it names (check_config_validity). */
  readonly disabled: boolean;
  /** The default_backend line that counts: the last one. */
  readonly defaultBackend: number;
  readonly scope: string;
  readonly definitions: NameUse[];
  readonly references: NameUse[];
}

function scopeOf(lines: SectionLines): string {
  return `${lines.kind} ${sectionName(lines)}`;
}

/** The last line with a keyword, or -1. */
function lastOf(lines: SectionLines, keyword: string): number {
  return lines.keywords.lastIndexOf(keyword);
}

/** Names that a section defines and uses. Words with variables or log-format expressions are left out: they are not known here. */
export function names(document: HaproxyDocument, section: Section<HaproxyUnit>): SectionNames {
  const { lines } = section.unit;
  const context = contextOf(document, section);
  const into: Collector = {
    lines,
    disabled: lastOf(lines, 'disabled') > lastOf(lines, 'enabled'),
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
  if (label !== '' && !isOpaque(label)) into.definitions.push(new Use([space, scope, label], into.lines, line, index));
}

function refer(
  into: Collector,
  space: string,
  scope: string,
  line: number,
  index: number,
  text?: string,
  tacit = false,
): void {
  const label = text ?? into.lines.value(line, index);
  // A percent sign makes a log-format string of the name of a backend or server.
  if (label === '' || isOpaque(label) || label.includes('%')) return;
  into.references.push(new Use([space, scope, label], into.lines, line, index, tacit));
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
  else if (PROXIES.has(lines.kind) || lines.kind === 'defaults' || lines.kind === 'fcgi-app')
    references(into, line, keyword);
}

function references(into: Collector, line: number, keyword: string): void {
  const { lines } = into;
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
  else if (keyword === 'errorfiles') refer(into, 'http-errors', '', line, 1);
  else if (keyword === 'email-alert' && lines.value(line, 1) === 'mailers') refer(into, 'mailers', '', line, 2);
  else if (keyword === 'stick-table') referBehind(into, line, 'peers', 'peers');
  else if (keyword === 'filter' && lines.value(line, 1) === 'cache') refer(into, 'cache', '', line, 2);
  else if (/^http-re/.test(keyword) && /^cache-(?:use|store)$/.test(lines.raw(line, 1)))
    refer(into, 'cache', '', line, 2);
  else if (keyword === 'stick' && lines.kind !== 'frontend' && forward) referTable(into, line, 3);
  if (RULES.has(keyword)) ruleReferences(into, line, keyword.startsWith('tcp') ? 2 : 1);
  if (CONDITIONAL.has(keyword)) condition(into, line, RULES.has(keyword) ? 2 : 1);
  if (WITH_SAMPLES.has(keyword)) samples(into, line);
}

/** Servers that a template makes: `server-template NAME 1-5` or `5`. */
function templated(into: Collector, line: number): void {
  const { lines } = into;
  const [, low = '1', high] = /^(?:(\d{1,9})-)?(\d{1,9})$/.exec(lines.value(line, 2)) ?? [];
  const prefix = lines.value(line, 1);
  if (high === undefined || isOpaque(prefix)) return;
  const last = Math.min(Number(high), Number(low) + MOST_TEMPLATED);
  for (let i = Number(low); i <= last; i++)
    into.definitions.push(new Use(['server', sectionName(lines), `${prefix}${i}`], lines, line, 1));
}

/** Servers of one template that are told apart. */
const MOST_TEMPLATED = 4096;

/** A table of a peers section is called PEERS/TABLE. */
function peersTable(into: Collector, line: number): void {
  const { lines } = into;
  const label = `${sectionName(lines)}/${lines.value(line, 1)}`;
  if (!isOpaque(label)) into.definitions.push(new Use(['table', '', label], lines, line, 1));
}

/** Names in the arguments of sample fetches and converters. */
function samples(into: Collector, line: number): void {
  const { lines } = into;
  const words = lines.words(line);
  if (words < 2 || lines.kind === 'defaults') return;
  sampleReferences(lines.text, lines.start(line, 1), lines.end(line, words - 1), ({ space, label, start, end }) => {
    const slash = space === 'server' ? label.lastIndexOf('/') : -1;
    const own = space === 'server' ? sectionName(lines) : '';
    const scope = space === 'acl' ? into.scope : slash < 0 ? own : label.slice(0, slash);
    if (space === 'acl' && PREDEFINED.has(label)) return;
    into.references.push(new PartUse(space, scope, label.slice(slash + 1), lines, start + slash + 1, end));
  });
}

/** Names in the arguments of an action: the resolvers of do-resolve, the http-errors section of a reply. */
function ruleReferences(into: Collector, line: number, index: number): void {
  const { lines } = into;
  if (lines.words(line) <= index) return;
  const action = lines.raw(line, index);
  if (action.startsWith('do-resolve(')) {
    const resolvers = action.slice(0, -1).split(',')[1];
    if (resolvers !== undefined) refer(into, 'resolvers', '', line, index, resolvers);
  } else if (action === 'deny' || action === 'return' || action === 'tarpit')
    referBehind(into, line, 'errorfiles', 'http-errors');
  else if (action.startsWith('track-sc') && !into.disabled) referTable(into, line, index + 2);
}

/** The stick table that a rule names behind `table`, before its condition; converters of its expression may stand between. */
function referTable(into: Collector, line: number, from: number): void {
  const { lines } = into;
  for (let i = from; i + 1 < lines.words(line); i++) {
    const word = lines.raw(line, i);
    if (word === 'if' || word === 'unless') return;
    if (word !== 'table') continue;
    // A line that goes on in another way is refused before anything is looked up.
    const ends = i + 2 >= lines.words(line) || /^(?:if|unless)$/.test(lines.raw(line, i + 2));
    if (ends && !/^(?:if|unless)$/.test(lines.raw(line, i + 1))) refer(into, 'table', '', line, i + 1);
    return;
  }
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

/** The words of a line as a condition. */
function wordsOf(lines: SectionLines, line: number): Words {
  return { count: lines.words(line), value: (index) => lines.value(line, index) };
}

/** ACL names behind `if` or `unless`; what stands in braces has no name. */
function condition(into: Collector, line: number, from: number): void {
  const { lines } = into;
  const count = lines.words(line);
  let i = from;
  while (i < count && !/^(?:if|unless)$/.test(lines.raw(line, i))) i++;
  if (i + 1 >= count) return;
  const { shape, word, offset } = readCondition(wordsOf(lines, line), i + 1);
  for (const terms of shape.either) {
    for (const { kind, token } of terms) {
      const index = word[token] as number;
      if (kind !== 'name') continue;
      const name = lines.value(line, index).slice(offset[token]);
      if (PREDEFINED.has(name)) continue;
      refer(into, 'acl', into.scope, line, index, name);
      // The daemon reads no further than the first name that it does not know.
      if (!isOpaque(name) && !aclNames(lines).has(name)) return;
    }
  }
}

const acls = new WeakMap<SectionLines, ReadonlySet<string>>();

/** Names of the acls of a section. */
function aclNames(lines: SectionLines): ReadonlySet<string> {
  let known = acls.get(lines);
  if (known !== undefined) return known;
  const found = new Set<string>();
  const { keywords } = lines;
  for (let line = lines.body; line < lines.count; line++) if (keywords[line] === 'acl') found.add(lines.value(line, 1));
  acls.set(lines, (known = found));
  return known;
}
