import { cited, type Cited } from '@halint/core';
import type { RsyslogObject, RsyslogStatement } from './ast.ts';
import { parameter } from './includes.ts';
import type { PlacedStatement } from './steps.ts';

/** Properties of the sender (rsyslog, Properties): rules that ask for them expect more senders than the host itself. */
const SENDER = /\b(?:fromhost(?:-ip|-port)?|hostname|source|inputname)\b/i;

/** Statements that are of use only when other hosts send. */
export function senderRulesOf(statements: readonly PlacedStatement[]): readonly Cited<string>[] {
  return statements.flatMap(({ statement, at }) => {
    const sign = senderSign(statement);
    return sign === undefined ? [] : [cited(sign, at)];
  });
}

function senderSign(statement: RsyslogStatement): string | undefined {
  if (statement.kind === 'filter' || statement.kind === 'condition') {
    // Of a property filter the property itself, not what it is compared with.
    const asked = statement.kind === 'filter' ? statement.filter.value.split(',', 1)[0] : statement.filter.value;
    return SENDER.test(asked ?? '') ? asked : undefined;
  }
  // +HOST and -HOST of BSD.
  if (statement.kind === 'block') return /^[+-]/.test(statement.text) ? statement.text : undefined;
  if (statement.kind === 'directive') {
    const { value: name } = statement.name;
    if (/^\$AllowedSender$/i.test(name)) return name;
    return /^\$template$/i.test(name) ? fileName(statement.value?.value.replace(/^[^,]*,\s*"?/, '')) : undefined;
  }
  return statement.kind === 'object' && /^template$/i.test(statement.name.value)
    ? fileName(parameter(statement, 'string'))
    : undefined;
}

/** A template that names files, by sender: /var/log/%HOSTNAME%/messages. */
function fileName(format: string | undefined): string | undefined {
  return format?.startsWith('/') === true && SENDER.test(format) ? format : undefined;
}

/** `@HOST`, `@@HOST:PORT`, `@(z9)[ADDRESS]:PORT`, and actions of omfwd. */
export function forwardsOf(statements: readonly PlacedStatement[]): readonly Cited<string>[] {
  return statements.flatMap(({ statement, at }) => {
    const target = statement.kind === 'object' ? forwardOf(statement) : targetOf(actionText(statement));
    return target === undefined ? [] : [cited(target, at)];
  });
}

function actionText(statement: RsyslogStatement): string {
  if ('action' in statement) return statement.action?.value ?? '';
  return statement.kind === 'script' ? statement.text : '';
}

function targetOf(action: string): string | undefined {
  const [, bracketed, plain] = /^@{1,2}(?:\([^)]*\))?(?:\[([^\]]+)\]|([^:;\s]+))/.exec(action) ?? [];
  return bracketed ?? plain;
}

function forwardOf(object: RsyslogObject): string | undefined {
  if (object.name.value.toLowerCase() !== 'action') return undefined;
  return parameter(object, 'type')?.toLowerCase() === 'omfwd' ? parameter(object, 'target') : undefined;
}
