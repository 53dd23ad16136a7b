import { compareVersions, type LocalFinding, type LocalPlace, type Section } from '@halint/core';
import type { SectionUnit } from '../../unit.ts';
import { conditionOf, contextOf, isActive, step } from '../../flow.ts';
import { sectionName } from '../../head.ts';
import type { HaproxyDocument } from '../../parse.ts';
import { isOpaque } from '../../values.ts';
import { refuse, warn } from '../run.ts';

type Unit = Section<SectionUnit>;

/** Kinds whose name may stand once in a file; a second userlist is passed over with a warning. */
const NAMED: ReadonlyMap<string, 'refused' | 'ignored'> = new Map([
  ['peers', 'refused'],
  ['resolvers', 'refused'],
  ['mailers', 'refused'],
  ['cache', 'refused'],
  ['ring', 'refused'],
  ['http-errors', 'refused'],
  ['fcgi-app', 'refused'],
  ['program', 'refused'],
  ['log-forward', 'refused'],
  ['log-profile', 'refused'],
  ['acme', 'refused'],
  ['healthcheck', 'refused'],
  ['userlist', 'ignored'],
]);
/** Sinks that are always there. */
const SINKS: ReadonlySet<string> = new Set(['stdout', 'stderr', 'buf0']);

function report(findings: LocalFinding[], at: LocalPlace, rule: string, message: string, refused: boolean): void {
  const tell = refused ? refuse : warn;
  tell({ findings }, rule, at, message);
}

/** Is the section read for sure? */
function isRead(document: HaproxyDocument, section: Unit, version: string): boolean {
  return isActive(contextOf(document, section).frames, version) === true && !section.unit.lines.shape(0).template;
}

/** Sections of one kind that share a name, and log-forward sections that share the one of a proxy. */
export function checkSectionNames(document: HaproxyDocument, version: string, findings: LocalFinding[]): void {
  const seen = new Map<string, Unit>();
  for (const section of document.sections) {
    const { lines } = section.unit;
    const verdict = NAMED.get(lines.kind);
    if (verdict === undefined) continue;
    const full = sectionName(lines);
    // The daemon keeps 32 characters of the name of a cache.
    const name = lines.kind === 'cache' ? full.slice(0, 32) : full;
    if (name === '' || isOpaque(name) || !isRead(document, section, version)) continue;
    const key = `${lines.kind}\0${name}`;
    const sink = lines.kind === 'ring' && SINKS.has(name);
    if (seen.has(key) || sink) {
      const above = sink ? 'of haproxy itself' : 'above';
      const message = `${lines.kind} '${name}' has the name of another one ${above}`;
      report(findings, lines.at(0, 1), 'duplicate-name', message, verdict === 'refused');
    } else seen.set(key, section);
  }
  logForwards(document, version, findings, seen);
}

/** Sections that are of no use by what the rest of the file says. */
export function checkUse(document: HaproxyDocument, version: string, findings: LocalFinding[]): void {
  const of = (kind: string): readonly Unit[] =>
    document.sections.filter(({ unit }) => unit.lines.kind === kind && sectionName(unit.lines) !== '');
  const mailers = of('mailers');
  const programs = compareVersions(version, '3.1') < 0 ? of('program') : [];
  if (mailers.length === 0 && programs.length === 0) return;
  const says = (keyword: string): boolean =>
    document.sections.some(({ unit }) => unit.lines.templated || unit.lines.keywords.includes(keyword));
  if (programs.length > 0 && !says('master-worker')) {
    const message = "a program needs 'master-worker' in the global section, or haproxy started with -W";
    report(findings, (programs[0] as Unit).unit.lines.at(0, 0), 'missing-argument', message, true);
  }
  if (mailers.length === 0 || says('email-alert')) return;
  for (const section of mailers) {
    const { lines } = section.unit;
    if (isRead(document, section, version))
      report(
        findings,
        lines.at(0, 0),
        'ignored-keyword',
        "no 'email-alert' uses these mailers: haproxy drops them",
        false,
      );
  }
}

const PROXIES: ReadonlySet<string> = new Set(['frontend', 'backend', 'listen']);

function logForwards(
  document: HaproxyDocument,
  version: string,
  findings: LocalFinding[],
  seen: ReadonlyMap<string, Unit>,
): void {
  if (![...seen.keys()].some((key) => key.startsWith('log-forward\0'))) return;
  const proxies = new Set<string>();
  const defaults = new Set<string>();
  for (const section of document.sections) {
    const { lines } = section.unit;
    const name = sectionName(lines);
    if (PROXIES.has(lines.kind)) proxies.add(name);
    else if (lines.kind === 'defaults') defaults.add(name);
    else if (
      lines.kind === 'log-forward' &&
      !proxies.has(name) &&
      defaults.has(name) &&
      compareVersions(version, '3.1') >= 0
    ) {
      const message = `log-forward '${name}' has the name of a defaults section above`;
      report(findings, lines.at(0, 1), 'duplicate-name', message, false);
    } else if (lines.kind === 'log-forward' && proxies.has(name) && isRead(document, section, version)) {
      const message = `log-forward '${name}' has the name of a proxy above`;
      report(findings, lines.at(0, 1), 'duplicate-name', message, true);
    }
  }
}

/** Keywords that only count before the first section that is not global. */
const EARLY: ReadonlySet<string> = new Set(['nbthread', 'thread-group', 'thread-groups']);

/** Keywords that come too late in a global section behind others, blocks that are read for sure included. */
function earlyOnly(document: HaproxyDocument, section: Unit, version: string, findings: LocalFinding[]): void {
  const { lines } = section.unit;
  const context = contextOf(document, section);
  let { frames } = context;
  for (let line = 0; line < lines.count; line++) {
    const shape = lines.shape(line);
    if (shape.kind === 'directive') frames = step(frames, lines.value(line, 0), conditionOf(lines, line, context));
    const keyword = lines.keywords[line] as string;
    if (line < lines.body || shape.template || !EARLY.has(keyword) || isActive(frames, version) !== true) continue;
    const message = `'${keyword}' must stand above every section that is not global`;
    report(findings, lines.at(line, 0), 'misplaced-keyword', message, true);
  }
}

/** What global sections say behind other sections, and again (see settings.ts for one section). */
export function checkGlobals(
  document: HaproxyDocument,
  version: string,
  findings: LocalFinding[],
  once: ReadonlyMap<string, { readonly number: boolean; readonly refused: boolean }>,
): void {
  let other = false;
  let peers = false;
  const set = new Set<string>();
  for (const section of document.sections) {
    const { lines } = section.unit;
    if (lines.kind !== 'global') {
      if (lines.kind !== 'prelude') other = true;
      if (lines.kind === 'peers') peers = true;
      continue;
    }
    if (other && compareVersions(version, '2.7') >= 0) earlyOnly(document, section, version, findings);
    // What an .if leaves out is not known here.
    if (lines.directives || lines.templated || !isRead(document, section, version)) continue;
    const here = new Set<string>();
    for (let line = lines.body; line < lines.count; line++) {
      const keyword = lines.keywords[line] as string;
      if (peers && keyword === 'localpeer' && compareVersions(version, '3.1') < 0)
        report(
          findings,
          lines.at(line, 0),
          'ignored-keyword',
          "'localpeer' has no effect behind a peers section",
          false,
        );
      const rule = once.get(keyword);
      if (rule === undefined) continue;
      const setting = SHARED[keyword] ?? keyword;
      const value = lines.value(line, 1);
      if (set.has(setting)) {
        const what = rule.refused ? '' : ': this line has no effect';
        const message = `'${keyword}' is set in a global section above already${what}`;
        report(
          findings,
          lines.at(line, 0),
          rule.refused ? 'duplicate-keyword' : 'ignored-keyword',
          message,
          rule.refused,
        );
      } else if (!isOpaque(value) && !(rule.number && (Number.parseInt(value, 10) || 0) === 0)) here.add(setting);
    }
    for (const setting of here) set.add(setting);
  }
}

const SHARED: Readonly<Record<string, string>> = { user: 'uid', group: 'gid' };
