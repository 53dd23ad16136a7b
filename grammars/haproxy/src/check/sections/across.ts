import type { LocalFinding } from '@halint/core';
import { contextOf, isActive } from '../../flow.ts';
import { sectionName } from '../../head.ts';
import type { HaproxyDocument } from '../../parse.ts';
import { isOpaque } from '../../values.ts';
import { newRun, refuse, type Run } from '../run.ts';
import { checkParams } from './fcgi.ts';
import { storeName } from './crt-store.ts';

const PROXIES: ReadonlySet<string> = new Set(['frontend', 'backend', 'listen']);

/** What sections that are no proxies are to other sections of the file. */
export function checkAcross(document: HaproxyDocument, version: string): readonly LocalFinding[] {
  const findings: LocalFinding[] = [];
  const stores: Run[] = [];
  const apps: Run[] = [];
  for (const section of document.sections) {
    const { kind } = section.unit.lines;
    if (kind !== 'crt-store' && kind !== 'fcgi-app') continue;
    const run = newRun(section.unit.lines, version, contextOf(document, section), findings);
    if (run.lines.directives || run.lines.templated || isActive(run.context.frames, version) !== true) continue;
    (kind === 'crt-store' ? stores : apps).push(run);
  }
  if (stores.length > 1) checkStores(stores);
  if (apps.length > 0) {
    const used = usedApps(document);
    for (const run of apps) if (used.has(sectionName(run.lines))) checkParams(run);
  }
  return findings;
}

/** Names of the applications that proxies use. */
function usedApps(document: HaproxyDocument): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { unit } of document.sections) {
    const { lines } = unit;
    if (!PROXIES.has(lines.kind) || lines.directives) continue;
    const line = lines.keywords.lastIndexOf('use-fcgi-app');
    if (line >= 0) used.add(lines.value(line, 1));
  }
  return used;
}

/** Sections of the same name, or without one, are the same store (crtstore_new()). */
function checkStores(stores: readonly Run[]): void {
  const first = new Map<string, Run>();
  for (const run of stores) {
    const { lines } = run;
    for (let line = lines.body; line < lines.count; line++) {
      if (lines.keywords[line] !== 'load') continue;
      const name = storeName(lines, line);
      if (name === '' || isOpaque(name)) continue;
      const key = `${sectionName(lines)}\0${name}`;
      const owner = first.get(key);
      if (owner === undefined) first.set(key, run);
      else if (owner !== run)
        refuse(run, 'duplicate-name', lines.at(line, 0), `'${name.replace(/^@/, '')}' is loaded above already`);
    }
  }
}
