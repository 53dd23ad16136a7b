import { writeFileSync } from 'node:fs';
import type { Finding } from '@halint/core';
import {
  checkstyle,
  concise,
  github,
  gitlab,
  html,
  json,
  jsonl,
  junit,
  markdown,
  pretty,
  sarif,
  type Summary,
} from '@halint/report';
import { reasonOf } from '@halint/inventory';
import pc from 'picocolors';
import { daemonChecks, rules } from '../knowledge.ts';
import { VERSION } from '../version.ts';
import { UsageError } from './exit.ts';
import type { OutputTarget } from './flags.ts';

export interface Look {
  readonly color: boolean;
  readonly width: number;
  readonly quiet: boolean;
}

/** The terminal's columns, 80 without one. */
export function terminalWidth(): number {
  const columns = process.stdout.columns ?? Number(process.env.COLUMNS ?? '');
  return Number.isInteger(columns) && columns >= 40 ? columns : 80;
}

export function render(format: string, findings: readonly Finding[], summary: Summary, look: Look): string {
  switch (format) {
    case 'concise':
      return concise(findings);
    case 'json':
      return json(findings, summary);
    case 'jsonl':
      return jsonl(findings);
    case 'sarif':
      return sarif(findings, [...rules, ...daemonChecks], VERSION);
    case 'junit':
      return junit(findings);
    case 'checkstyle':
      return checkstyle(findings);
    case 'github':
      return github(findings);
    case 'gitlab':
      return gitlab(findings);
    case 'markdown':
      return markdown(findings, summary);
    case 'html':
      return html(findings, summary);
    default:
      return pretty(findings, summary, { width: look.width, colors: pc.createColors(look.color), quiet: look.quiet });
  }
}

/** Writes each format to its file or to standard output. */
export function writeAll(
  targets: readonly OutputTarget[],
  findings: readonly Finding[],
  summary: Summary,
  look: Look,
): void {
  for (const { format, file } of targets.length === 0 ? [{ format: 'pretty' } as OutputTarget] : targets) {
    const text = render(format, findings, summary, file === undefined ? look : { ...look, color: false, width: 100 });
    if (file === undefined) process.stdout.write(text);
    else writeFile(file, text);
  }
}

export function writeFile(file: string, text: string | Buffer): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`${file}: ${reasonOf(error)}`);
  }
}

export function wantsColor(flag: boolean | undefined): boolean {
  // NO_COLOR and FORCE_COLOR are read by picocolors; a pipe gets colours only when they are forced.
  const forced = process.env.FORCE_COLOR !== undefined && process.env.FORCE_COLOR !== '0';
  return flag !== false && pc.isColorSupported && (forced || process.stdout.isTTY === true);
}
