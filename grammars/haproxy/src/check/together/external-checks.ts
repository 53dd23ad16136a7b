import type { Section } from '@halint/core';
import type { SectionUnit } from '../../unit.ts';
import { refuse, warn } from '../run.ts';
import type { Effective } from './effective.ts';
import { headName, type Together } from './heads.ts';
import type { Summary, Where } from './summary.ts';

/** What the global sections allow; undefined where conditions or placeholders may say so. */
export interface Allowed {
  readonly externalCheck: boolean | undefined;
  readonly fork: boolean | undefined;
}

/** Reads the global sections of a configuration: the last `insecure-fork-wanted` counts, with `no` or without. */
export function allowedBy(globals: readonly Section<SectionUnit>[]): Allowed {
  let externalCheck: boolean | undefined = false;
  let fork: boolean | undefined = false;
  for (const { unit } of globals) {
    const { lines } = unit;
    const open = lines.directives || lines.templated;
    if (lines.keywords.includes('external-check')) externalCheck = open ? undefined : true;
    else if (open && externalCheck === false) externalCheck = undefined;
    const line = lines.keywords.lastIndexOf('insecure-fork-wanted');
    if (open) fork = undefined;
    else if (line >= 0) fork = lines.keywordIndex(line) === 0;
  }
  return { externalCheck, fork };
}

/** The line with the option that chooses the checks of a proxy: its own last one, else that of its defaults. */
function chosen(self: Effective | undefined): (Where & { readonly protocol: string }) | undefined {
  for (let at = self; at !== undefined; at = at.parent) {
    const { check } = at.summary;
    if (check !== undefined) return { lines: at.section.unit.lines, line: check.line, protocol: check.protocol };
  }
  return undefined;
}

function some(self: Effective, wanted: (summary: Summary) => boolean): boolean {
  for (let at: Effective | undefined = self; at !== undefined; at = at.parent) if (wanted(at.summary)) return true;
  return false;
}

/** What `option external-check` needs, in frontends too (check_config_validity()); what global lacks is said once for all proxies. */
export function checkExternalChecks(sink: Together, proxies: readonly Effective[], allowed: Allowed): void {
  let first: Where | undefined;
  for (const self of proxies) {
    const option = chosen(self);
    if (option?.protocol !== 'external') continue;
    first ??= option;
    if (some(self, ({ command }) => command)) continue;
    const own = option.lines === self.section.unit.lines;
    const at = own ? option.lines.lineAt(option.line) : headName(self.section);
    const related = own ? [] : [{ at: option.lines.lineAt(option.line), message: 'turned on here' }];
    refuse(sink, 'missing-argument', at, "'option external-check' needs 'external-check command'", { related });
  }
  if (first === undefined) return;
  const at = first.lines.lineAt(first.line);
  if (allowed.externalCheck === false)
    refuse(sink, 'missing-argument', at, "'option external-check' needs 'external-check' in the global section");
  if (allowed.fork === false)
    warn(sink, 'missing-argument', at, 'external checks start programs: they fail without leave to do so', {
      help: "Add 'insecure-fork-wanted' to the global section.",
    });
}
