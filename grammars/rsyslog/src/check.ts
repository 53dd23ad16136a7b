import type { LocalFinding, Section } from '@halint/core';
import { stopsReading, type RsyslogStatement, type RsyslogUnit } from './ast.ts';

/** Statements that are none. rsyslogd says an error and runs on, so that nothing `rejects` a file. */
export function check(section: Section<RsyslogUnit>): readonly LocalFinding[] {
  return section.unit.statements.flatMap((statement) => checkStatement(section, statement) ?? []);
}

function checkStatement(section: Section, statement: RsyslogStatement): LocalFinding | undefined {
  if (statement.kind !== 'unreadable' || isOpaque(statement.text)) return undefined;
  const { start, end } = statement.span;
  const at = { section, start: start - section.start, end: end - section.start };
  const line = statement.text.split('\n', 1)[0] as string;
  const shown = line.length > 60 ? `${line.slice(0, 57)}...` : line;
  if (!stopsReading(statement)) {
    const message = `\`${shown}\` is neither a directive, a filter with an action, nor an object: it does nothing`;
    return { rule: 'rsyslog/syntax', severity: 'warning', daemon: 'warning', at, message };
  }
  const message = /^if\b/i.test(statement.text)
    ? `\`${shown}\` has no \`then\``
    : `\`${shown}\` is not closed, or a parameter is not written name="value"`;
  const help = 'rsyslogd goes on with what stands above it and reads nothing behind it, of this file and of others.';
  return { rule: 'rsyslog/syntax', severity: 'error', daemon: 'warning', at, message, help };
}

/** Placeholders of templates stand for anything. */
function isOpaque(text: string): boolean {
  return /\{\{|\{%|<%/.test(text);
}
