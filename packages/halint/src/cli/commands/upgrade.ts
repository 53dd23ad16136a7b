import { offsetOf, type Finding } from '@halint/core';
import { upgradeJson, upgradeText, type UpgradeReport } from '@halint/report';
import pc from 'picocolors';
import { judged, type Findings } from '../../lint.ts';
import { openWorkspace } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { CommonFlags } from '../flags.ts';
import { sayErrors, sayNotes } from '../notes.ts';
import { terminalWidth, wantsColor } from '../output.ts';

export interface UpgradeFlags extends CommonFlags {
  readonly from?: readonly (readonly [string, string])[];
  readonly to?: readonly (readonly [string, string])[];
  readonly format: 'pretty' | 'json';
}

type Targets = readonly (readonly [string, string])[];

/** `halint upgrade --from haproxy=2.6 --to haproxy=3.2 PATH…`: what breaks and what warns with the new version and not with the old. */
export async function upgradeCommand(paths: readonly string[], flags: UpgradeFlags): Promise<number> {
  const { from = [], to = [] } = flags;
  if (to.length === 0) throw new UsageError('upgrade: --to is missing, e.g. --to haproxy=3.2');
  const stray = from.find(([name]) => !to.some(([other]) => other === name));
  if (stray !== undefined) throw new UsageError(`upgrade: --from ${stray.join('=')} has no --to ${stray[0]}=…`);
  const judge = async (targets: Targets): Promise<Findings> =>
    judged(await openWorkspace(paths, { ...flags, target: [...(flags.target ?? []), ...targets] }));
  const [before, after] = [await judge(from), await judge(to)];
  const report = compare(before.findings, after.findings, from, to);
  process.stdout.write(
    flags.format === 'json'
      ? upgradeJson(report)
      : upgradeText(report, { width: terminalWidth(), colors: pc.createColors(wantsColor(flags.color)) }),
  );
  sayNotes(after.notes);
  const errors = [...before.errors, ...after.errors];
  sayErrors(errors);
  return errors.length > 0 ? EXIT.bug : report.breaks.length > 0 ? EXIT.findings : EXIT.ok;
}

/** Only what the daemon itself says can change with its version. */
function compare(before: readonly Finding[], after: readonly Finding[], from: Targets, to: Targets): UpgradeReport {
  const said = (findings: readonly Finding[]): readonly Finding[] => findings.filter(({ daemon }) => daemon !== 'none');
  const [old, now] = [said(before), said(after)];
  const known = new Set(old.map(keyOf));
  const fresh = now.filter((finding) => !known.has(keyOf(finding)));
  const places = new Set(now.map(placeOf));
  return {
    from: Object.fromEntries(from),
    to: Object.fromEntries(to),
    breaks: fresh.filter(({ rejects }) => rejects),
    warns: fresh.filter(({ rejects }) => !rejects),
    gone: old.filter((finding) => !places.has(placeOf(finding))),
    both: now.length - fresh.length,
  };
}

/** Messages name versions: a finding is the same when it is of the same rule, at the same place and as grave. */
function keyOf(finding: Finding): string {
  return `${placeOf(finding)}\0${finding.rejects}`;
}

function placeOf({ rule, at }: Finding): string {
  return `${rule}\0${at.file.display}\0${offsetOf(at)}`;
}
