import type { LocalFinding, Section } from '@halint/core';
import type { RsyslogStatement, RsyslogUnit } from './ast.ts';

/** Statements that are none. rsyslogd says an error and goes on behind them, so that nothing `rejects` a file. */
export function check(section: Section<RsyslogUnit>): readonly LocalFinding[] {
  return section.unit.statements.flatMap((statement) => checkStatement(section, statement) ?? []);
}

function checkStatement(section: Section, statement: RsyslogStatement): LocalFinding | undefined {
  if (statement.kind !== 'unreadable' || isOpaque(statement.text)) return undefined;
  const { start, end } = statement.span;
  const at = { section, start: start - section.start, end: end - section.start };
  const line = statement.text.split('\n', 1)[0] as string;
  const shown = line.length > 60 ? `${line.slice(0, 57)}...` : line;
  const message = /^\w+\s*\(/.test(statement.text)
    ? `\`${shown}\` is not closed, or a parameter is not written name="value": it does nothing`
    : /^if\b/i.test(statement.text)
      ? `\`${shown}\` has no \`then\`: it does nothing`
      : `\`${shown}\` is neither a directive, a filter with an action, nor an object: it does nothing`;
  return { rule: 'rsyslog/syntax', severity: 'warning', daemon: 'warning', at, message };
}

/** Placeholders of templates stand for anything. */
function isOpaque(text: string): boolean {
  return /\{\{|\{%|<%/.test(text);
}
