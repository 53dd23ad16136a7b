import { append, compareVersions, type LocalFinding, type Section } from '@halint/core';
import type { SectionUnit } from '../unit.ts';
import { contextOf } from '../flow.ts';
import type { HaproxyDocument } from '../parse.ts';
import { ONCE } from './global/settings.ts';
import { checkAcross } from './sections/across.ts';
import { checkGlobals, checkSectionNames, checkUse } from './sections/file.ts';
import { checkErrorPages, checkInheritedErrors } from './together/error-pages.ts';
import { sourcesOf } from './mode.ts';
import { newRun, refuse } from './run.ts';
import { checkTracks, tracksAway, type Tracking } from './sockets/tracks.ts';
import { allowedBy, checkExternalChecks } from './together/external-checks.ts';
import { effectiveOf, type Effective } from './together/effective.ts';
import { Heads, type Together } from './together/heads.ts';
import { noticeable, summaryOf } from './together/summary.ts';
import { checkTargets } from './together/targets.ts';
import { checkTls } from './together/tls.ts';
import { checkUpkeep, Formats } from './together/upkeep.ts';

const KINDS: ReadonlySet<string> = new Set(['frontend', 'backend', 'listen']);

type Group = readonly HaproxyDocument[];

interface Kept {
  /** Versions of the documents of the group. */
  versions: readonly number[];
  readonly version: string;
  /** By the document that they stand in. */
  readonly findings: ReadonlyMap<HaproxyDocument, readonly LocalFinding[]>;
  /** Sections that the findings stand in or point at. */
  readonly places: ReadonlySet<Section>;
  /** Servers track those of other sections: what each of them says matters. */
  readonly away: boolean;
}

const kept = new WeakMap<Group, Kept>();

/**
 * What is wrong with the sections of a file and of those read with it, taken together: names, what they start from, where they
 * send to, what they lack, what stands twice.
 */
export function checkTogether(document: HaproxyDocument, version: string): readonly LocalFinding[] {
  const group: Group = document.group;
  let known = kept.get(group);
  if (known === undefined || known.version !== version || !stillHolds(group, known)) {
    known = { versions: group.map((each) => each.version), version, ...judge(group, version) };
    kept.set(group, known);
  }
  known.versions = group.map((each) => each.version);
  return known.findings.get(document) ?? [];
}

/** An edit that changes nothing of what sections say to each other leaves the findings as they are. */
function stillHolds(group: Group, known: Kept): boolean {
  return group.every((document, i) => {
    if (known.versions[i] === document.version) return true;
    if (known.away) return false;
    const change = document.lastChange;
    if (change === undefined || known.versions[i] !== document.version - 1) return false;
    const { removed, added } = change;
    return (
      removed.length === added.length &&
      removed.every((section, at) => !known.places.has(section) && noticeable(section.unit.lines) === keyAt(added, at))
    );
  });
}

function keyAt(sections: readonly Section<SectionUnit>[], i: number): string | undefined {
  const section = sections[i];
  return section === undefined ? undefined : noticeable(section.unit.lines);
}

function judge(group: Group, version: string): Pick<Kept, 'findings' | 'places' | 'away'> {
  const sink: Together = { version, findings: [] };
  const sections = group.flatMap((document) => document.sections.map((section) => ({ document, section })));
  const errors = sections.map(({ section }) => section).filter(({ unit }) => unit.lines.kind === 'http-errors');
  const owner = new Map<Section, HaproxyDocument>(sections.map(({ document, section }) => [section, document]));
  const proxies = effectiveProxies(sink, sections);
  judgeProxies(sink, proxies, errors);
  const globals = sections.map(({ section }) => section).filter(({ unit }) => unit.lines.kind === 'global');
  const live = proxies.filter(({ opaque, disabled }) => !opaque && !disabled);
  checkExternalChecks(sink, live, allowedBy(globals));
  checkTls(sink, live, globals);
  const away = judgeTracks(sink, proxies, owner);
  const findings = new Map<HaproxyDocument, LocalFinding[]>(group.map((document) => [document, []]));
  for (const document of group) {
    const own = findings.get(document) ?? [];
    checkSectionNames(document, version, own);
    checkGlobals(document, version, own, ONCE);
    checkUse(document, version, own);
    append(own, checkAcross(document, version));
  }
  for (const finding of sink.findings) {
    const document = owner.get(finding.at.section);
    if (document !== undefined) findings.get(document)?.push(finding);
  }
  const places = [...findings.values()]
    .flat()
    .flatMap(({ at, related }) => [at, ...(related ?? []).map((each) => each.at)]);
  return { findings, places: new Set(places.map(({ section }) => section)), away };
}

/** Judges the servers that track others; true when some track those of other sections. */
function judgeTracks(
  { version, findings }: Together,
  proxies: readonly Effective[],
  owner: ReadonlyMap<Section, HaproxyDocument>,
): boolean {
  if (!proxies.some(({ summary, parent }) => summary.tracks || inheritsTrack(parent))) return false;
  const tracking: Tracking[] = [];
  for (const { section, summary, opaque, disabled } of proxies) {
    const document = owner.get(section);
    if (summary.kind === 'frontend' || document === undefined) continue;
    const { lines } = section.unit;
    const run = newRun(lines, version, contextOf(document, section), findings);
    tracking.push({ name: summary.name, run, judged: !opaque && !disabled });
  }
  checkTracks(tracking);
  return tracking.some(({ run }) => sourcesOf(run).some(tracksAway));
}

function inheritsTrack(parent: Effective | undefined): boolean {
  return parent !== undefined && (parent.summary.tracks || inheritsTrack(parent.parent));
}

type Sections = readonly { readonly document: HaproxyDocument; readonly section: Section<SectionUnit> }[];

/** Walks the heads from top to bottom; the proxies with what they take over. */
function effectiveProxies(sink: Together, sections: Sections): readonly Effective[] {
  const heads = new Heads(sink);
  const proxies: Effective[] = [];
  let globalLogs = false;
  const summaries = sections.map(({ section }) => summaryOf(section));
  const defaults = new Set(summaries.filter(({ kind }) => kind === 'defaults').map(({ name }) => name));
  for (const { document, section } of sections) {
    const summary = summaryOf(section);
    // Directives or placeholders of global may bring a log target.
    if (summary.kind === 'global') globalLogs ||= summary.log !== undefined || summary.opaque;
    if (summary.kind === 'log-forward') heads.logForward(summary.name, section);
    const isProxy = KINDS.has(summary.kind);
    if (!isProxy && summary.kind !== 'defaults') continue;
    const inBlock = contextOf(document, section).frames.length > 0;
    const named = summary.from < 0 ? undefined : heads.named(summary.fromName);
    const missing = summary.from >= 0 && named === undefined;
    // A head without a name is refused itself: nothing below it is read.
    const nameless = isProxy && summary.name === '';
    if (missing && !inBlock && !summary.opaque && defaults.has(summary.fromName)) {
      heads.below(section, summary.fromName, summary.from);
    }
    const parent = summary.from >= 0 ? named : isProxy ? heads.last : undefined;
    const self = effectiveOf(section, summary, parent, { unknown: inBlock || missing || nameless, globalLogs });
    if (isProxy) {
      heads.proxy(self);
      proxies.push(self);
    } else {
      if (parent !== undefined) heads.inheritDefaults(self, parent);
      heads.defaults(self);
    }
  }
  return proxies;
}

function judgeProxies(sink: Together, proxies: readonly Effective[], errors: readonly Section<SectionUnit>[]): void {
  const backends = new Map<string, Effective>();
  for (const proxy of proxies) {
    if (proxy.summary.kind !== 'frontend' && !backends.has(proxy.summary.name)) backends.set(proxy.summary.name, proxy);
  }
  const formats = new Formats();
  const finished = new Set<Effective>();
  for (const proxy of proxies) {
    if (proxy.opaque || proxy.disabled) continue;
    if (proxy.parent !== undefined) finishDefaults(sink, proxy.parent, finished);
    checkTargets(sink, proxy, backends);
    checkUpkeep(sink, proxy);
    if (errors.length > 0) checkErrorPages(sink, proxy, errors);
    if (proxy.parent !== undefined) checkInheritedErrors(sink, proxy, errors);
    formats.add(proxy);
  }
  formats.report(sink);
}

/** Defaults with rules are finished with the first proxy that starts from them, since 2.5 (check_config_validity). */
function finishDefaults(sink: Together, defaults: Effective, finished: Set<Effective>): void {
  if (finished.has(defaults) || compareVersions(sink.version, '2.5') < 0) return;
  finished.add(defaults);
  for (const { at, message } of defaults.summary.orphans) refuse(sink, 'missing-argument', at, message);
}
