import type { LocalFinding, Section } from '@halint/core';
import type { HaproxyUnit } from '../ast.ts';
import { contextOf } from '../flow.ts';
import type { HaproxyDocument } from '../parse.ts';
import { effectiveOf, type Effective } from './together/effective.ts';
import { Heads, type Sink } from './together/heads.ts';
import { summaryOf } from './together/summary.ts';
import { checkTargets } from './together/targets.ts';
import { checkUpkeep, Formats } from './together/upkeep.ts';

const KINDS: ReadonlySet<string> = new Set(['frontend', 'backend', 'listen']);

interface Kept {
  document: number;
  readonly version: string;
  readonly findings: readonly LocalFinding[];
  /** Sections that the findings stand in or point at. */
  readonly places: ReadonlySet<Section>;
}

const kept = new WeakMap<HaproxyDocument, Kept>();

/** What is wrong with the proxies of a file taken together: names, what they start from, where they send to, what they lack. */
export function checkTogether(document: HaproxyDocument, version: string): readonly LocalFinding[] {
  const known = kept.get(document);
  if (known !== undefined && known.version === version && stillHolds(document, known)) {
    known.document = document.version;
    return known.findings;
  }
  const findings = judge(document, version);
  const places = new Set(
    findings.flatMap(({ at, related }) => [at.section, ...(related ?? []).map((each) => each.at.section)]),
  );
  kept.set(document, { document: document.version, version, findings, places });
  return findings;
}

/** An edit that changes nothing of what sections say to each other leaves the findings as they are. */
function stillHolds(document: HaproxyDocument, known: Kept): boolean {
  if (known.document === document.version) return true;
  const change = document.lastChange;
  if (change === undefined || known.document !== document.version - 1) return false;
  const { removed, added } = change;
  return (
    removed.length === added.length &&
    removed.every((section, i) => !known.places.has(section) && summaryOf(section).key === keyAt(added, i))
  );
}

function keyAt(sections: readonly Section<HaproxyUnit>[], i: number): string | undefined {
  const section = sections[i];
  return section === undefined ? undefined : summaryOf(section).key;
}

function judge(document: HaproxyDocument, version: string): readonly LocalFinding[] {
  const sink: Sink = { version, findings: [] };
  const heads = new Heads(sink);
  const proxies: Effective[] = [];
  let globalLogs = false;
  const defaults = new Set(
    document.sections
      .map(summaryOf)
      .filter(({ kind }) => kind === 'defaults')
      .map(({ name }) => name),
  );
  for (const section of document.sections) {
    const summary = summaryOf(section);
    // Directives or placeholders of global may bring a log target.
    if (summary.kind === 'global') globalLogs ||= summary.log !== undefined || summary.opaque;
    if (summary.kind === 'log-forward') heads.logForward(summary.name, section);
    const isProxy = KINDS.has(summary.kind);
    if (!isProxy && summary.kind !== 'defaults') continue;
    const inBlock = contextOf(document, section).frames.length > 0;
    const named = summary.from < 0 ? undefined : heads.named(summary.fromName);
    if (summary.from >= 0 && named === undefined && !inBlock && !summary.opaque && defaults.has(summary.fromName)) {
      heads.below(section, summary.fromName, summary.from);
    }
    const parent = summary.from >= 0 ? named : isProxy ? heads.last : undefined;
    const unknown = inBlock || (summary.from >= 0 && named === undefined);
    const self = effectiveOf(section, summary, parent, { unknown, globalLogs });
    if (isProxy) {
      heads.proxy(self);
      proxies.push(self);
    } else {
      if (parent !== undefined) heads.inheritDefaults(self, parent);
      heads.defaults(self);
    }
  }
  judgeProxies(sink, proxies);
  return sink.findings;
}

function judgeProxies(sink: Sink, proxies: readonly Effective[]): void {
  const backends = new Map<string, Effective>();
  for (const proxy of proxies) {
    if (proxy.summary.kind !== 'frontend' && !backends.has(proxy.summary.name)) backends.set(proxy.summary.name, proxy);
  }
  const formats = new Formats();
  for (const proxy of proxies) {
    if (proxy.opaque || proxy.disabled) continue;
    checkTargets(sink, proxy, backends);
    checkUpkeep(sink, proxy);
    formats.add(proxy);
  }
  formats.report(sink);
}
