import { nearest, type LocalFinding, type LocalPlace, type Section, type Span } from '@halint/core';
import type { Assignment, SystemdUnit, UnitSection, Unreadable } from './ast.ts';
import { KEYWORDS, KNOWN_SECTIONS, OTHER_SECTIONS, TABLE } from './keywords.ts';
import { valueFault } from './values.ts';

/** Lines that systemd passes over with a message in the journal; it goes on behind them, so that nothing `rejects` a file. */
export function check(section: Section<SystemdUnit>): readonly LocalFinding[] {
  const { outside, sections } = section.unit;
  const found = [
    ...outside.map((statement) =>
      statement.kind === 'unreadable'
        ? unreadable(section, statement)
        : said(section, statement.key.span, `${statement.key.value} stands above the first section: it is ignored`),
    ),
    ...sections.flatMap((each) => checkSection(section, each)),
  ];
  // systemd reads no further.
  const statements = [...outside, ...sections.flatMap((each) => each.statements)];
  const stop = statements.find((each) => each.kind === 'unreadable' && isHead(each))?.span.start ?? Infinity;
  return found.filter(({ at }) => section.start + at.start <= stop);
}

function isHead({ text }: Unreadable): boolean {
  return text.startsWith('[');
}

function checkSection(section: Section, { name, statements }: UnitSection): LocalFinding[] {
  const heads = statements.filter((each) => each.kind === 'unreadable').filter(isHead);
  // X- is for other programs: systemd does not look at it.
  if (isOpaque(name.value) || name.value.startsWith('X-')) return heads.map((each) => unreadable(section, each));
  if (!KNOWN_SECTIONS.has(name.value) && !OTHER_SECTIONS.has(name.value)) {
    const meant = nearest(name.value, KNOWN_SECTIONS);
    const message = `no section [${name.value}]${meant === undefined ? '' : `; did you mean [${meant}]?`}`;
    const ignored = said(section, name.span, message, 'Everything in it is ignored.');
    return [ignored, ...heads.map((each) => unreadable(section, each))];
  }
  const broken = statements.filter((each) => each.kind === 'unreadable').map((each) => unreadable(section, each));
  if (OTHER_SECTIONS.has(name.value)) return broken;
  const unknown = statements.flatMap((each) =>
    each.kind === 'assignment' ? (checkKey(section, each, name.value) ?? []) : [],
  );
  return [...unknown, ...broken];
}

function checkKey(section: Section, assignment: Assignment, where: string): LocalFinding | undefined {
  const { key } = assignment;
  if (isOpaque(key.value) || key.value.startsWith('X-')) return undefined;
  const row = TABLE.find(key.value, where);
  if (row !== undefined) return checkValue(section, assignment, row.usage);
  const elsewhere = TABLE.all(key.value)[0]?.in ?? [];
  if (elsewhere.length > 0) {
    const places = elsewhere.map((place) => `[${place}]`).join(' or ');
    return said(section, key.span, `${key.value} belongs in ${places}: it is ignored in [${where}]`);
  }
  const words = KEYWORDS.filter((row) => row.in.includes(where)).map((row) => row.word);
  const meant = words.find((word) => word.toLowerCase() === key.value.toLowerCase()) ?? nearest(key.value, words);
  if (meant === undefined) {
    const message = `${key.value} is no directive of [${where}] in systemd 252 to 262: it is ignored`;
    return said(section, key.span, message);
  }
  return {
    ...said(
      section,
      key.span,
      `no directive ${key.value} in [${where}]; did you mean ${meant}?`,
      'The line is ignored.',
    ),
    fix: { title: `write ${meant}`, safety: 'unsafe', edits: [{ at: place(section, key.span), text: meant }] },
  };
}

function checkValue(section: Section, { key, value }: Assignment, usage: string): LocalFinding | undefined {
  if (value === undefined || isOpaque(value.value)) return undefined;
  const fault = valueFault(key.value, value.value, usage);
  if (fault === undefined) return undefined;
  const { message, meant, fatal } = fault;
  const at = place(section, value.span);
  const outcome = fatal === true ? 'systemd does not load the unit.' : 'systemd ignores it; what stood before counts.';
  return {
    ...said(section, value.span, message, outcome),
    ...(fatal === true ? { severity: 'error' as const } : {}),
    ...(meant === undefined
      ? {}
      : { fix: { title: `write ${meant}`, safety: 'unsafe' as const, edits: [{ at, text: meant }] } }),
  };
}

function unreadable(section: Section, statement: Unreadable): LocalFinding {
  const { text, span } = statement;
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  if (isHead(statement)) {
    return {
      ...said(section, span, `\`${shown}\` is no section head: nothing below it counts`),
      severity: 'error',
      help: 'In the file of a unit it keeps the whole unit from being loaded.',
    };
  }
  const what = text.startsWith('=') ? 'no directive before `=`' : 'no `=`';
  return said(section, span, `${what} in \`${shown}\`: the line sets nothing`);
}

function said(section: Section, span: Span, message: string, help?: string): LocalFinding {
  const base = {
    rule: 'systemd/syntax',
    severity: 'warning',
    daemon: 'warning',
    at: place(section, span),
    message,
  } as const;
  return help === undefined ? base : { ...base, help };
}

/** Placeholders of templates stand for anything. */
function isOpaque(text: string): boolean {
  return /\{\{|<%|\$\{/.test(text);
}

function place(section: Section, span: Span): LocalPlace {
  return { section, start: span.start - section.start, end: span.end - section.start };
}
