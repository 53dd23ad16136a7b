import { reaches, type Finding } from '@halint/core';
import { applyFixes, patchOf } from '@halint/engine';
import { maskText, summarise } from '@halint/report';
import { judged } from '../../lint.ts';
import { openWorkspace } from '../context.ts';
import { EXIT } from '../exit.ts';
import type { LintFlags } from '../flags.ts';
import { sayErrors, sayNotes, sayStats, sayTimings } from '../notes.ts';
import { terminalWidth, wantsColor, writeAll, writeFile } from '../output.ts';

/** `halint [lint] PATH…`: findings to standard output, the exit code by the worst. */
export async function lintCommand(paths: readonly string[], flags: LintFlags): Promise<number> {
  const workspace = await openWorkspace(paths, flags);
  let result = judged(workspace);
  if (flags.fix === true || flags.diff === true) {
    const fixed = applyFixes(workspace, result.findings, flags.unsafe === true);
    if (flags.diff === true) {
      process.stdout.write(fixed.map((file) => maskText(patchOf(file), file.language)).join(''));
    } else {
      for (const file of fixed) writeFile(file.display, Buffer.from(file.after, file.encoding ?? 'utf8'));
      if (flags.quiet !== true && fixed.length > 0)
        process.stderr.write(`halint: fixed ${fixed.map((file) => file.display).join(', ')}\n`);
      // What is reported is what is left: the same files are judged again as they are now.
      if (fixed.length > 0) result = judged(await openWorkspace(paths, flags));
    }
  }
  const { shown, summary } = summarise(result.findings, flags.level, result.hosts, result.files);
  if (flags.diff !== true) {
    writeAll(flags.format ?? [], shown, summary, {
      color: wantsColor(flags.color),
      width: terminalWidth(),
      quiet: flags.quiet === true,
    });
  }
  if (flags.quiet !== true) sayNotes(result.notes);
  if (flags.stats === true) sayStats(workspace, result.findings);
  if (flags.timing === true) sayTimings(result.timings);
  sayErrors(result.errors);
  return result.errors.length > 0 ? EXIT.bug : failing(result.findings, flags.failOn) ? EXIT.findings : EXIT.ok;
}

function failing(findings: readonly Finding[], failOn: LintFlags['failOn']): boolean {
  return failOn !== 'never' && findings.some((finding) => reaches(finding.severity, failOn));
}
