import { append, type Place } from '@halint/core';
import type { LogStep } from '@halint/model';
import type { Filter, RsyslogObject, RsyslogStatement } from './ast.ts';
import { parameter } from './includes.ts';
import { readSelector } from './selector.ts';

/** A statement where rsyslogd reads it: includes are in place. */
export interface PlacedStatement {
  readonly statement: RsyslogStatement;
  readonly at: Place;
}

interface Cursor {
  readonly statements: readonly PlacedStatement[];
  next: number;
  /** Statements around the present one. */
  depth: number;
  /** Something is not followed. */
  lost: boolean;
}

/**
 * The default ruleset as steps: braces closed, `&` and `else` put to their filter, objects behind a filter to it. Undefined where a
 * statement is not followed: then nothing can be said of any message.
 */
export function stepsOf(statements: readonly PlacedStatement[]): readonly LogStep[] | undefined {
  const cursor: Cursor = { statements, next: 0, depth: 0, lost: false };
  const steps: LogStep[] = [];
  while (cursor.next < statements.length && !cursor.lost) append(steps, readOne(cursor));
  return cursor.lost ? undefined : steps;
}

/** Deeper than anybody nests blocks; text that is only braces must not exhaust the stack. */
const MOST_DEPTH = 100;

function readOne(cursor: Cursor): readonly LogStep[] {
  const here = cursor.statements[cursor.next];
  if (here === undefined || cursor.depth >= MOST_DEPTH) return lose(cursor);
  cursor.next += 1;
  cursor.depth += 1;
  const steps = readStatement(cursor, here);
  cursor.depth -= 1;
  return steps;
}

function readStatement(cursor: Cursor, { statement, at }: PlacedStatement): readonly LogStep[] {
  switch (statement.kind) {
    case 'directive':
      // What stands behind it belongs to another ruleset, or another one is the default.
      return /^\$(?:RuleSet|DefaultRuleset)$/i.test(statement.name.value) ? lose(cursor) : [];
    case 'object':
      return readObject(cursor, statement, at);
    case 'brace':
      return statement.text === '{' ? readBlock(cursor) : lose(cursor);
    case 'script':
      return readScript(cursor, statement.text, at);
    case 'selector':
    case 'filter':
    case 'condition':
      return readFilter(cursor, statement, at);
    // Blocks of BSD are errors to rsyslogd 8 and conditions to older ones.
    case 'block':
    case 'and':
    case 'unreadable':
      return lose(cursor);
  }
}

function lose(cursor: Cursor): readonly LogStep[] {
  cursor.lost = true;
  return [];
}

/** Up to the closing brace; the opening one is read. */
function readBlock(cursor: Cursor): readonly LogStep[] {
  const steps: LogStep[] = [];
  while (!cursor.lost) {
    const statement = cursor.statements[cursor.next]?.statement;
    if (statement?.kind === 'brace' && statement.text === '}') {
      cursor.next += 1;
      return steps;
    }
    append(steps, readOne(cursor));
  }
  return steps;
}

function readObject(cursor: Cursor, object: RsyslogObject, at: Place): readonly LogStep[] {
  const name = object.name.value.toLowerCase();
  if (name === 'action') return actionOf(object, at);
  // Modules may send what they read to a ruleset of its own.
  if (name === 'module' && object.parameters.some((each) => /ruleset$/i.test(each.name.value))) return lose(cursor);
  if (name === 'ruleset' && /^RSYSLOG_DefaultRuleset$/i.test(parameter(object, 'name') ?? '')) return lose(cursor);
  // The body of a ruleset is for the inputs that name it, that of a template is none of actions.
  const opens = cursor.statements[cursor.next]?.statement;
  if ((name === 'ruleset' || name === 'template') && opens?.kind === 'brace' && opens.text === '{') {
    cursor.next += 1;
    readBlock(cursor);
  }
  return [];
}

function actionOf(object: RsyslogObject, at: Place): readonly LogStep[] {
  const type = parameter(object, 'type')?.toLowerCase();
  const file = type === 'omfile' ? parameter(object, 'file') : undefined;
  if (type === 'omusrmsg' || file === '/dev/null') return [];
  return [{ kind: 'keep', at, ...(file === undefined ? {} : { path: file }) }];
}

function readFilter(cursor: Cursor, filter: Filter, at: Place): readonly LogStep[] {
  const selector = filter.kind === 'selector' ? readSelector(filter.filter.value) : undefined;
  if (filter.kind === 'selector' && selector === undefined) return lose(cursor);
  const steps = [...bodyOf(cursor, filter, at)];
  for (;;) {
    const more = cursor.statements[cursor.next];
    if (more?.statement.kind !== 'and') break;
    cursor.next += 1;
    append(steps, bodyOf(cursor, more.statement, more.at));
  }
  const whole: LogStep[] = [{ kind: 'when', steps, at, ...(selector === undefined ? {} : { selector }) }];
  const other = cursor.statements[cursor.next]?.statement;
  if (other?.kind === 'script' && /^else\b/i.test(other.text)) {
    cursor.next += 1;
    whole.push({ kind: 'when', steps: readOne(cursor), at });
  }
  return whole;
}

function bodyOf(cursor: Cursor, { action }: Filter, at: Place): readonly LogStep[] {
  return action === undefined ? readOne(cursor) : readAction(cursor, action.value, at);
}

/** A statement that is one word or line: `stop`, `set …;`, and actions inside of a block. */
function readScript(cursor: Cursor, text: string, at: Place): readonly LogStep[] {
  if (/^(?:set|unset|reset)\b/i.test(text)) return [];
  // What the other ruleset does is not followed, nor what a loop does to its variable: both may keep the message.
  if (/^(?:call|call_indirect|foreach)\b/i.test(text)) return [{ kind: 'keep', at }];
  return /^(?:else|return)\b/i.test(text) ? lose(cursor) : readAction(cursor, text, at);
}

/** `FILE`, `-FILE`, `?TEMPLATE`, `@HOST`, `|PIPE`, `^PROGRAM`, `:MODULE:…`, `USER,…`, `*`, `~` (rsyslog.conf(5), Actions). */
function readAction(cursor: Cursor, text: string, at: Place): readonly LogStep[] {
  if (/^(?:~|stop\b)/i.test(text)) return [{ kind: 'stop', at }];
  if (/^continue\b/i.test(text)) return [];
  const path = /^-?(\/[^;\s]*)/.exec(text)?.[1];
  if (path === '/dev/null') return [];
  if (path !== undefined) return [{ kind: 'keep', path, at }];
  if (/^:omusrmsg:/i.test(text) || /^(?:\*|[a-z_][\w,-]*)(?:;|$)/i.test(text)) return [];
  return /^[?@|^:]/.test(text) ? [{ kind: 'keep', at }] : lose(cursor);
}
