import { nearest, type LocalFinding, type LocalPlace, type Section, type Span } from '@halint/core';
import type { Assignment, SysctlStatement, SysctlUnit, Unreadable, Word } from './ast.ts';
import { isOpaque } from './apply.ts';
import { isGlob, normalizeKey } from './key.ts';
import { KEYWORDS, tableWord, TABLE, valueKind, type ValueKind } from './keywords.ts';

const RULE = 'sysctl/syntax';

/** Lines that set nothing, or not what they say. systemd-sysctl goes on behind them, so that nothing `rejects` a file. */
export function check(section: Section<SysctlUnit>): readonly LocalFinding[] {
  return section.unit.statements.flatMap((statement) => checkStatement(section, statement));
}

function checkStatement(section: Section, statement: SysctlStatement): readonly LocalFinding[] {
  if (statement.kind === 'unreadable') return [unreadable(section, statement)];
  const key = checkKey(section, statement.key);
  if (key !== undefined) return [key];
  return statement.kind === 'assignment' ? checkValue(section, statement) : [];
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
  const meant = meantKey(key);
  if (meant === undefined) return undefined;
  return {
    ...base,
    message: `no kernel setting ${word.value}; did you mean ${meant}?`,
    help: 'At boot an unknown key is passed over without a word',
    fix: { title: `write ${meant}`, safety: 'unsafe', edits: [{ at: place(section, word.span), text: meant }] },
  };
}

const WORDS = KEYWORDS.map((row) => row.word);

/** Only a slip of one or two letters in a long name counts: the kernel has thousands of keys that no table here names. */
function meantKey(key: string): string | undefined {
  const lower = key.toLowerCase();
  if (lower !== key && TABLE.all(tableWord(lower)).length > 0) return lower;
  const word = tableWord(key);
  const name = word.slice(word.lastIndexOf('.') + 1);
  if (name.length < 8) return undefined;
  const meant = nearest(word, WORDS);
  if (meant === undefined || isOtherKey(word, meant)) return undefined;
  const part = /^net\.ipv[46]\.(?:conf|neigh)\.([^.]+)\./.exec(key)?.[1];
  return part === undefined ? meant : meant.replace('*', part);
}

/** Names that differ in a digit are settings of their own: tcp_retries1. */
function isOtherKey(word: string, meant: string): boolean {
  const digits = (text: string): string => text.replace(/\D/g, '');
  return digits(word) !== digits(meant) || KERNEL_NEIGHBOURS.has(word.slice(word.lastIndexOf('.') + 1));
}

/** Other real settings that resemble one of the table (Linux 4.18 to 6.18). */
const KERNEL_NEIGHBOURS = new Set([
  'bc_forwarding',
  'mc_forwarding',
  'nf_conntrack_sctp_timeout_established',
  'optmem_max',
  'tcp_dsack',
  'tcp_fack',
]);

function checkValue(section: Section, statement: Assignment): readonly LocalFinding[] {
  const { key, value } = statement;
  const base = { rule: RULE, severity: 'error', daemon: 'warning' } as const;
  if (value === undefined) {
    return [{ ...base, at: place(section, statement.span), message: `${key.value} has no value: it is not set` }];
  }
  const kind = valueKind(normalizeKey(key.value));
  if (kind === undefined || kind === 'text' || isOpaque(value.value)) return [];
  const wrong = wrongNumber(value.value, kind);
  if (wrong === undefined) return [];
  const at = place(section, value.span);
  const fix =
    wrong.instead === undefined ? undefined : { title: `write ${wrong.instead}`, edits: [{ at, text: wrong.instead }] };
  const { severity, daemon, message } = wrong;
  return [
    { ...base, severity, daemon, at, message, ...(fix === undefined ? {} : { fix: { ...fix, safety: 'safe' } }) },
  ];
}

interface Wrong {
  readonly severity: 'error' | 'warning';
  readonly daemon: 'warning' | 'none';
  readonly message: string;
  readonly instead?: string;
}

/** The kernel reads numbers up to a blank and refuses anything that follows directly: `1 # on` is 1, `1;` an error. */
function wrongNumber(value: string, kind: ValueKind): Wrong | undefined {
  const expected = kind === 'ints' ? 'numbers' : 'a number';
  const words = value.split(/[ \t]+/);
  const good = words.findIndex((word) => !/^-?(?:\d+|0[xX][0-9a-fA-F]+)$/.test(word));
  if (good < 0) return undefined;
  if (good > 0 && /^[#;]/.test(words[good] as string)) {
    const instead = words.slice(0, good).join(' ');
    const message = `\`${shorten(words.slice(good).join(' '))}\` is part of the value: comments need a line of their own`;
    return { severity: 'warning', daemon: 'none', message, instead };
  }
  const bare = value.replace(/^["']|["'];?$|;$/g, '');
  const message = `\`${shorten(value)}\` is not ${expected}: the kernel refuses it`;
  return { severity: 'error', daemon: 'warning', message, ...(/^-?\d+$/.test(bare) ? { instead: bare } : {}) };
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function place(section: Section, span: Span): LocalPlace {
  return { section, start: span.start - section.start, end: span.end - section.start };
}
