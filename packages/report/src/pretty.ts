import { append, rangeOf, type Finding, type Place, type Severity } from '@halint/core';
import type { Colors } from 'picocolors/types';
import { frameOf } from './frame.ts';
import { summaryLine, type Summary } from './summary.ts';
import { visible, wrap } from './visible.ts';

export interface PrettyOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colors: Colors;
  readonly quiet?: boolean;
}

/** For people at a terminal: each finding with the line it is about, and a second frame for the other host. */
export function pretty(findings: readonly Finding[], summary: Summary, options: PrettyOptions): string {
  const blocks = findings.map((finding) => findingBlock(finding, options));
  const tail = options.quiet === true ? '' : `${coloured(summaryLine(summary), summary, options.colors)}\n`;
  return blocks.map((text) => text + '\n').join('') + tail;
}

/** One finding with its frames. */
export function findingBlock(finding: Finding, { width, colors }: PrettyOptions): string {
  const paint = painter(finding.severity, colors);
  const lines = [
    `${paint(finding.severity)}${colors.dim(`[${finding.rule}]`)}`,
    ...wrap(visible(finding.message), width - 2).map((line) => `  ${colors.bold(line)}`),
  ];
  append(lines, frame(finding.at, finding.hosts, '^', undefined, width, colors, paint));
  for (const { at, message } of finding.related)
    append(lines, frame(at, [at.host], '-', visible(message), width, colors, colors.cyan));
  if (finding.help !== undefined)
    append(
      lines,
      wrap(visible(finding.help), width - 4).map((line, i) => `${i === 0 ? '  = ' : '    '}${line}`),
    );
  if (finding.fix !== undefined)
    append(
      lines,
      wrap(visible(fixLine(finding)), width - 2).map((line) => `  ${colors.green(line)}`),
    );
  return lines.join('\n') + '\n';
}

function fixLine(finding: Finding): string {
  const { title = '', safety = 'manual' } = finding.fix ?? {};
  return {
    safe: `fix: ${title} (halint --fix)`,
    unsafe: `fix: ${title} (halint --fix --unsafe)`,
    manual: `do by hand: ${title}`,
  }[safety];
}

function frame(
  place: Place,
  hosts: readonly string[],
  mark: string,
  label: string | undefined,
  width: number,
  colors: Colors,
  paint: (text: string) => string,
): readonly string[] {
  const { start } = rangeOf(place);
  const others = hosts.length > 1 ? ` (also ${visible(hosts.slice(1).join(', '))})` : '';
  const gutter = String(start.line).length + 1;
  const shown = frameOf(place, Math.max(20, width - gutter - 4), mark);
  const pad = ' '.repeat(gutter);
  const head = `${pad}${colors.dim('╭─')} ${visible(place.host)}: ${visible(place.file.display)}:${start.line}:${start.column}${others}`;
  const number = colors.dim(`${String(shown.line).padStart(gutter - 1)} │`);
  const under = `${pad}${colors.dim('│')} ${paint(shown.underline)}`;
  if (label === undefined) return [head, `${number} ${shown.source}`, under];
  const fits = shown.underline.length + label.length + 1 <= width - gutter - 3;
  if (fits) return [head, `${number} ${shown.source}`, `${under} ${paint(label)}`];
  return [
    head,
    `${number} ${shown.source}`,
    under,
    ...wrap(label, width - gutter - 3).map((line) => `${pad}${colors.dim('│')} ${paint(line)}`),
  ];
}

function painter(severity: Severity, colors: Colors): (text: string) => string {
  return { error: colors.red, warning: colors.yellow, info: colors.blue }[severity];
}

function coloured(line: string, summary: Summary, colors: Colors): string {
  if (summary.errors > 0) return colors.red(line);
  return summary.warnings > 0 ? colors.yellow(line) : colors.green(line);
}
