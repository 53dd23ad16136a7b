import type { Document, Section } from '@halint/core';
import type { SectionUnit } from './unit.ts';
import { conditionWith, environmentBehind, NOTHING_SET, setsVariables, type Environment } from './environment.ts';
import { evaluate, type Truth } from './predicate/check.ts';
import type { SectionLines } from './lines.ts';
import { fromName, sectionName } from './head.ts';
import type { HaproxyDocument } from './parse.ts';
import { atoi } from './quantity/index.ts';
import { isOpaque } from './values.ts';

/** One open `.if`: the conditions of its branches so far; the last is the branch in force, `undefined` for `.else`. */
export type Frame = readonly (string | undefined)[];

/** What the sections above mean for a section. The object changes when that changes, and is shared otherwise. */
export interface Context {
  /** The defaults section in force: the last one above. */
  readonly defaults: Section<SectionUnit> | undefined;
  readonly named: ReadonlyMap<string, Section<SectionUnit>>;
  /** What global sections above allow: EXPERIMENTAL, DEPRECATED, both or nothing. */
  readonly exposed: number;
  /** Counters of a session that global sections above ask for; NaN where conditions or placeholders may say so. */
  readonly counters: number;
  /** `.if` blocks that are open where the section starts, outermost first. */
  readonly frames: readonly Frame[];
  /** Some section of the file holds template placeholders: names may come from them. */
  readonly templated: boolean;
  /** Variables that global sections above set. */
  readonly environment: Environment;
  /** Servers are verified by default. */
  readonly serversVerified: boolean;
}

/** Are certificates of servers verified unless a server says otherwise: says no global section `ssl-server-verify none`? */
function verifiesServers(document: HaproxyDocument, before: boolean): boolean {
  let verified = before;
  for (const { unit } of document.sections) {
    const { lines } = unit;
    if (lines.kind !== 'global') continue;
    const line = lines.keywords.lastIndexOf('ssl-server-verify');
    if (line >= 0) verified = lines.value(line, 1) === 'required';
    // Branches and placeholders may hide it.
    if (lines.directives || lines.templated) verified = false;
  }
  return verified;
}

/** MAX_SESS_STKCTR: counters of a session unless tune.stick-counters sets another number. */
const STICK_COUNTERS = 3;

/** The number of counters behind a global section. */
function countersBehind(lines: SectionLines, before: number): number {
  if (lines.kind !== 'global') return before;
  const line = lines.keywords.lastIndexOf('tune.stick-counters');
  if (line < 0) return before;
  return lines.directives || lines.templated || isOpaque(lines.value(line, 1)) ? NaN : atoi(lines.value(line, 1));
}

const EMPTY: Context = {
  defaults: undefined,
  named: new Map(),
  exposed: 0,
  counters: STICK_COUNTERS,
  frames: [],
  templated: false,
  environment: NOTHING_SET,
  serversVerified: true,
};

/** What `.if` or `.elif` of a line asks, with the variables that lines above it set put in. */
export function conditionOf(lines: SectionLines, line: number, { environment }: Pick<Context, 'environment'>): string {
  return conditionWith(lines, line, environmentBehind(lines, environment, line));
}

/** Nesting that the daemon allows (MAXNESTEDCONDITIONS); it stops at deeper blocks, so they need no place here. */
const MOST_NESTED = 100;
/** Branches of one block that are told apart; what follows so many is not known. */
const MOST_BRANCHES = 100;

/** The open blocks behind a directive line. */
export function step(frames: readonly Frame[], word: string, condition: string): readonly Frame[] {
  const top = frames[frames.length - 1];
  if (word === '.if') return frames.length < MOST_NESTED ? [...frames, [condition]] : frames;
  if (top === undefined) return frames;
  if (word === '.elif' || word === '.else') {
    const branch = word === '.elif' ? condition : undefined;
    const kept = top.length < MOST_BRANCHES ? top : [UNKNOWN_CONDITION];
    return [...frames.slice(0, -1), [...kept, branch]];
  }
  return word === '.endif' ? frames.slice(0, -1) : frames;
}

/** A condition that cannot be evaluated. */
const UNKNOWN_CONDITION = '?';

/** Are the lines inside these blocks read by the daemon of that version? */
export function isActive(frames: readonly Frame[], version: string): Truth {
  let active: Truth = true;
  for (const frame of frames) {
    const branch = branchActive(frame, version);
    if (branch === false) return false;
    if (branch === undefined) active = undefined;
  }
  return active;
}

function branchActive(frame: Frame, version: string): Truth {
  let open: Truth = true;
  for (let i = 0; i < frame.length - 1; i++) {
    const value = evaluate(frame[i] ?? '1', version);
    if (value === true) return false;
    if (value === undefined) open = undefined;
  }
  const last = frame[frame.length - 1];
  const value = last === undefined ? true : evaluate(last, version);
  return value === false ? false : open === undefined || value === undefined ? undefined : true;
}

/** Bits of `exposed`. */
export const EXPERIMENTAL = 1;
export const DEPRECATED = 2;

/** What a global section allows the sections below it. */
function exposedBy(lines: SectionLines): number {
  if (lines.kind !== 'global') return 0;
  const { keywords } = lines;
  const experimental = keywords.includes('expose-experimental-directives') ? EXPERIMENTAL : 0;
  return keywords.includes('expose-deprecated-directives') ? experimental | DEPRECATED : experimental;
}

/** What global sections among these say about all proxies, to be compared. */
function said(sections: readonly Section<SectionUnit>[]): string {
  const globals = sections.map(({ unit }) => unit.lines).filter((lines) => lines.kind === 'global');
  return globals
    .map((lines) => {
      const verify = lines.keywords.lastIndexOf('ssl-server-verify');
      const variables = setsVariables(lines) ? lines.text : '';
      return `${exposedBy(lines)} ${countersBehind(lines, -1)} ${verify < 0 ? '' : lines.value(verify, 1)} ${variables}`;
    })
    .join();
}

/** The blocks that are open behind a section. */
function framesBehind(lines: SectionLines, before: Context): readonly Frame[] {
  const { frames } = before;
  if (!lines.directives) return frames;
  let open = frames;
  for (let line = 0; line < lines.count; line++) {
    if (lines.shape(line).kind === 'directive')
      open = step(open, lines.value(line, 0), conditionOf(lines, line, before));
  }
  return open;
}

function behind(section: Section<SectionUnit>, before: Context): Context {
  const { lines } = section.unit;
  const frames = framesBehind(lines, before);
  const environment = environmentBehind(lines, before.environment, lines.count, before.frames.length);
  const isDefaults = lines.kind === 'defaults';
  const exposed = before.exposed | exposedBy(lines);
  const counters = countersBehind(lines, before.counters);
  const same =
    frames === before.frames &&
    environment === before.environment &&
    exposed === before.exposed &&
    Object.is(counters, before.counters);
  if (!isDefaults && same) return before;
  const name = isDefaults ? sectionName(lines) : '';
  return {
    defaults: isDefaults ? section : before.defaults,
    named: name === '' ? before.named : new Map([...before.named, [name, section]]),
    exposed,
    counters,
    frames,
    templated: before.templated,
    environment,
    serversVerified: before.serversVerified,
  };
}

interface State {
  version: number;
  /** What the documents before this one left behind when it was walked. */
  readonly before: Context;
  readonly contexts: Map<Section, Context>;
  /** Context of the first section. */
  root: Context;
}

/** An edit that puts in more sections than this is walked from the top: no long chain of look-ups upwards. */
const MANY = 100;

const states = new WeakMap<Document<never, never>, State>();

/** Can the section change what sections below mean? */
function matters(section: Section<SectionUnit>): boolean {
  const { lines } = section.unit;
  return lines.kind === 'defaults' || lines.directives || lines.templated;
}

/** What the files before this one leave in force: the daemon reads them as one. A block ends with its file. */
function contextBefore(document: HaproxyDocument): Context {
  const previous = document.group[document.group.indexOf(document) - 1];
  const last = previous?.sections[previous.sections.length - 1];
  if (previous === undefined || last === undefined) return EMPTY;
  const context = contextOf(previous, last);
  const known = ends.get(last);
  if (known?.context === context) return known.left;
  const left = behind(last, context);
  const end = { context, left: left.frames.length === 0 ? left : { ...left, frames: [] } };
  ends.set(last, end);
  return end.left;
}

/** What last sections leave behind, made once for a context so that equal ones stay the same object. */
const ends = new WeakMap<Section, { readonly context: Context; readonly left: Context }>();

function walk(document: HaproxyDocument, before: Context): State {
  const contexts = new Map<Section, Context>();
  const templated = before.templated || document.sections.some((section) => section.unit.lines.templated);
  const serversVerified = verifiesServers(document, before.serversVerified);
  const same = templated === before.templated && serversVerified === before.serversVerified;
  const root: Context = same ? before : { ...before, templated, serversVerified };
  let context = root;
  for (const section of document.sections) {
    contexts.set(section, context);
    context = behind(section, context);
  }
  return { version: document.version, before, contexts, root };
}

/** The context of a section. After an edit that touches neither defaults nor directives the contexts stay as they are. */
export function contextOf(document: HaproxyDocument, section: Section<SectionUnit>): Context {
  const key = document as unknown as Document<never, never>;
  let state = states.get(key);
  const before = document.group.length > 1 ? contextBefore(document) : EMPTY;
  if (state === undefined || state.version !== document.version || state.before !== before) {
    const change = document.lastChange;
    const local =
      state !== undefined &&
      state.before === before &&
      change !== undefined &&
      state.version === document.version - 1 &&
      change.added.length < MANY &&
      !change.removed.some(matters) &&
      !change.added.some(matters) &&
      said(change.removed) === said(change.added);
    if (state !== undefined && local) {
      state.version = document.version;
      for (const gone of change.removed) state.contexts.delete(gone);
    } else states.set(key, (state = walk(document, before)));
  }
  const known = state.contexts.get(section);
  if (known !== undefined) return known;
  // A section that the edit put in: it means what the section above it leaves behind.
  const above = section.start === 0 ? undefined : document.sectionAt(section.start - 1);
  const context = above === undefined || above === section ? state.root : behind(above, contextOf(document, above));
  state.contexts.set(section, context);
  return context;
}

/** The defaults section that a proxy starts from: the one named behind `from`, else the last one above. */
export function defaultsOf(section: Section<SectionUnit>, context: Context): Section<SectionUnit> | undefined {
  const { lines } = section.unit;
  const index = fromName(lines);
  return index < 0 ? context.defaults : context.named.get(lines.value(0, index));
}
