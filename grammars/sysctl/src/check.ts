import { type LocalFinding, type LocalPlace, type Section, type Span } from '@halint/core';
import {
  hasBlankKey,
  type Assignment,
  type Setting,
  type SysctlStatement,
  type SysctlUnit,
  type Unreadable,
  type Word,
} from './ast.ts';
import { procpsOf } from './apply.ts';
import { goesUp, isGlob, normalizeKey, resolveUp } from './key.ts';
import { tableWord, TABLE, valueKind, type ValueKind } from './keywords.ts';
import { meantKey } from './meant.ts';
import { exampleOf, isInside, isNumeric, isOpaque, kernelDefault, plainNumber, rangeOf, type Range } from './value.ts';

const RULE = 'sysctl/syntax';

/** Lines that set nothing, or not what they say. systemd-sysctl goes on behind them, so that nothing `rejects` a file. */
export function check(section: Section<SysctlUnit>, os: string | undefined): readonly LocalFinding[] {
  return section.unit.statements.flatMap((statement) => checkStatement(section, statement, os));
}

function checkStatement(section: Section, statement: SysctlStatement, os: string | undefined): readonly LocalFinding[] {
  if (statement.kind === 'unreadable') return [unreadable(section, statement)];
  const key = checkKey(section, statement.key);
  if (key !== undefined) return [key];
  const blank = procpsOf(os).blankIsKey && hasBlankKey(statement) ? [blankKey(section, statement)] : [];
  return statement.kind === 'assignment' ? [...blank, ...checkValue(section, statement, os)] : blank;
}

function blankKey(section: Section, statement: Setting): LocalFinding {
  const at = place(section, { start: statement.span.start + 1, end: statement.key.span.start });
  const atBoot = statement.kind === 'exclusion' ? 'the line counts' : `${statement.key.value} is set`;
  return {
    rule: RULE,
    severity: 'warning',
    at,
    message: `a blank behind \`-\`: ${atBoot} at boot, but not by sysctl --system`,
    help: 'systemd-sysctl passes over the blank. sysctl of procps 4 takes it for a part of the key, and there is no such setting.',
    fix: { title: 'remove the blank', safety: 'safe', edits: [{ at, text: '' }] },
  };
}

function unreadable(section: Section, statement: Unreadable): LocalFinding {
  const base = { rule: RULE, severity: 'error', daemon: 'warning', at: place(section, statement.span) } as const;
  if (statement.text.includes('=')) return { ...base, message: 'no single key before `=`: the line sets nothing' };
  const message = `no \`=\` in \`${shorten(statement.text)}\`: the line sets nothing`;
  const help = 'A setting is written key = value';
  const [key, value] = /^[^ \t]+[ \t]+[^ \t]+$/.test(statement.text) ? statement.words : [];
  if (key === undefined || value === undefined) return { ...base, message, help };
  const at = place(section, { start: key.span.end, end: value.span.start });
  return { ...base, message, help, fix: { title: 'insert `=`', safety: 'safe', edits: [{ at, text: ' = ' }] } };
}

function checkKey(section: Section, word: Word): LocalFinding | undefined {
  const key = normalizeKey(word.value);
  if (TABLE.all(tableWord(key)).length > 0 || isGlob(key)) return undefined;
  const base = { rule: RULE, severity: 'error', at: place(section, word.span) } as const;
  if (word.value.startsWith('\uFEFF')) {
    const edits = [{ at: place(section, { start: word.span.start, end: word.span.start + 1 }), text: '' }];
    const message = `a byte order mark stands before ${word.value.slice(1)}: no such key, the line sets nothing`;
    return { ...base, message, fix: { title: 'remove the byte order mark', safety: 'safe', edits } };
  }
  if (goesUp(key)) {
    const instead = resolveUp(key);
    return {
      ...base,
      daemon: 'warning',
      message: `systemd-sysctl refuses a key with ..: ${word.value} is not set at boot, but by sysctl --system`,
      fix: { title: `write ${instead}`, safety: 'unsafe', edits: [{ at: place(section, word.span), text: instead }] },
    };
  }
  const meant = meantKey(key);
  if (meant === undefined) return undefined;
  return {
    ...base,
    message: `no kernel setting ${word.value}; did you mean ${meant}?`,
    help: 'At boot an unknown key is passed over without a word',
    fix: { title: `write ${meant}`, safety: 'unsafe', edits: [{ at: place(section, word.span), text: meant }] },
  };
}

function checkValue(section: Section, statement: Assignment, os: string | undefined): readonly LocalFinding[] {
  const { value } = statement;
  const key = exampleOf(normalizeKey(statement.key.value));
  const kind = valueKind(key);
  if (value === undefined) return noValue(section, statement, kind);
  if (kind === undefined || kind === 'text' || isOpaque(value.value)) return [];
  const wrong = wrongNumber(value.value, kind, rangeOf(key, os));
  if (wrong === undefined) return [];
  const at = place(section, value.span);
  const fix =
    wrong.instead === undefined ? undefined : { title: `write ${wrong.instead}`, edits: [{ at, text: wrong.instead }] };
  const { severity, daemon, message } = wrong;
  const finding: LocalFinding = { rule: RULE, severity, daemon, at, message };
  return [
    {
      ...finding,
      ...(severity === 'error' ? { help: whatStays(key) } : {}),
      ...(fix === undefined ? {} : { fix: { ...fix, safety: 'safe' } }),
    },
  ];
}

/** An empty text is one: ip_local_reserved_ports is emptied so. Of a key that is not known it is not known. */
function noValue(section: Section, statement: Assignment, kind: ValueKind | undefined): readonly LocalFinding[] {
  if (kind === 'text') return [];
  const at = place(section, statement.span);
  const { value: key } = statement.key;
  if (!isNumeric(kind)) {
    const message = `${key} has no value: where it is a number, the kernel refuses that`;
    return [{ rule: RULE, severity: 'warning', at, message }];
  }
  const message = `${key} has no value: the kernel refuses that`;
  return [{ rule: RULE, severity: 'error', daemon: 'warning', at, message, help: whatStays(normalizeKey(key)) }];
}

/** systemd-sysctl 252 writes the last line of a key only, sysctl of procps 4.0.2 every one. */
function whatStays(key: string): string {
  const value = kernelDefault(key);
  const stays = value === undefined ? "the kernel's default" : `${value}, the kernel's default,`;
  return `The kernel says "Invalid argument". Where no other line of the key follows, ${stays} stays at boot, whatever lines before say; sysctl --system leaves what was there`;
}

interface Wrong {
  readonly severity: 'error' | 'warning';
  readonly daemon: 'warning' | 'none';
  readonly message: string;
  readonly instead?: string;
}

/** The kernel reads numbers up to a blank and refuses anything that follows directly: `1 # on` is 1, `1;` an error. */
function wrongNumber(value: string, kind: ValueKind, range: Range | undefined): Wrong | undefined {
  const words = value.split(/[ \t]+/);
  const numbers = words.map(plainNumber);
  const end = numbers.indexOf(undefined);
  const first = numbers[0];
  const refused = { severity: 'error', daemon: 'warning' } as const;
  if (first !== undefined && range !== undefined && kind !== 'ints' && !isInside(first, range)) {
    const linux = range.since === undefined ? 'the kernel takes' : `Linux ${range.since} and later take`;
    return { ...refused, message: `\`${shorten(value)}\` is refused: ${linux} ${range.from} to ${range.to}` };
  }
  if (end < 0) return undefined;
  if (end > 0 && /^[#;]/.test(words[end] as string)) {
    const instead = words.slice(0, end).join(' ');
    const message = `\`${shorten(words.slice(end).join(' '))}\` is part of the value: comments need a line of their own`;
    return { severity: 'warning', daemon: 'none', message, instead };
  }
  const bare = value.replace(/^["']|["'];?$|;$/g, '');
  const message = `\`${shorten(value)}\` is not ${kind === 'ints' ? 'numbers' : 'a number'}: the kernel refuses it`;
  return { ...refused, message, ...(plainNumber(bare) === undefined ? {} : { instead: bare }) };
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function place(section: Section, span: Span): LocalPlace {
  return { section, start: span.start - section.start, end: span.end - section.start };
}
