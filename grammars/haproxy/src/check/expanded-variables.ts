import { append, compareVersions, type LocalFinding, type Section } from '@halint/core';
import type { SectionUnit } from '../unit.ts';
import { checkLinesOf } from '../check.ts';
import { BARE, environmentBehind, PLAIN, quoted, setsVariables, valueOf } from '../environment.ts';
import { contextOf, type Context } from '../flow.ts';
import { keptByLines, type SectionLines } from '../lines.ts';
import { parseHaproxy, type HaproxyDocument } from '../parse.ts';
import { variablesOf } from '../tokens.ts';
import { refuse, warn } from './run.ts';

/** Where words that str2sa_range() reads may stand: it expands `$X` outside quotes too (env_expand() in src/tools.c). */
const ADDRESS_AT: ReadonlyMap<string, number> = new Map([
  ['bind', 1],
  ['dgram-bind', 1],
  ['log', 1],
  ['source', 1],
  ['mailer', 2],
  ['nameserver', 2],
  ['peer', 2],
  ['server', 2],
  ['server-template', 3],
]);

/** What haproxy sets itself, and what a process is never without (environ(7)). */
const ALWAYS_SET =
  /^(?:\..*|HAPROXY_(?:BRANCH|CFGFILES|CLI|HTTPS?_LOG_FMT|HTTP_CLF_LOG_FMT|LOCALPEER|MASTER_CLI|MWORKER|STARTUP_VERSION|TCP_LOG_FMT|TCP_CLF_LOG_FMT)|PATH|HOME|PWD|USER|LOGNAME|SHELL|LANG|TERM|HOSTNAME)$/;

/** A variable on a line: which one, and its stretch of the section's text with what stands there once it is read. */
interface Stretch {
  readonly line: number;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Outside quotes, in an address. */
  readonly bare: boolean;
  /** What the configuration sets it to; absent for a variable that nothing here sets. */
  readonly value?: string;
  /** The process may be started with another value, or with one at all. */
  readonly assumed: boolean;
  /** End of what goes when the variable is empty: since 3.0 the blanks behind a closing quote go too. */
  readonly joined: number;
  readonly text: string;
  readonly joinedText: string;
}

/** The variables of a section that the environment may bring. */
const stretchesOf = keptByLines((lines: SectionLines): readonly Stretch[] =>
  lines.mentions('$') ? [...findStretches(lines)] : [],
);

function* findStretches(lines: SectionLines): Generator<Stretch> {
  for (let line = 0; line < lines.count; line++) {
    const { kind, template } = lines.shape(line);
    if (kind !== 'statement' || template) continue;
    const words = lines.words(line);
    const addresses = addressesOf(lines, line);
    for (let i = 0; i < words; i++) {
      const raw = lines.raw(line, i);
      const start = lines.start(line, i);
      for (const { name, otherwise, ...at } of variablesOf(raw)) {
        const end = start + at.end;
        // "…${X}" next: the closing quote is kept, so that what was inside stays quoted.
        const closes = otherwise === undefined && raw.charAt(at.end) === '"';
        let joined = closes ? end + 1 : end;
        while (closes && (lines.text[joined] === ' ' || lines.text[joined] === '\t')) joined++;
        const text = otherwise ?? '';
        const joinedText = closes ? `${text}"` : text;
        yield { line, name, bare: false, assumed: true, start: start + at.start, end, joined, text, joinedText };
      }
      if (!addresses.includes(i) || raw.includes('"') || raw.includes("'")) continue;
      for (const match of raw.matchAll(BARE)) {
        const from = start + match.index;
        const end = from + match[0].length;
        // The word stays where it is, an empty one too: quotes are gone when addresses are read.
        const text = match.index === 0 ? '""' : '';
        const name = match[1] ?? match[2] ?? '';
        yield { line, name, bare: true, assumed: true, start: from, end, joined: end, text, joinedText: text };
      }
    }
  }
}

/** Indexes of the words of a line that are addresses. */
function addressesOf(lines: SectionLines, line: number): readonly number[] {
  const base = lines.keywordIndex(line);
  const keyword = lines.keywords[line] as string;
  if (keyword === 'stats') return lines.value(line, base + 1) === 'socket' ? [base + 2] : [];
  const index = ADDRESS_AT.get(keyword);
  const found = index === undefined ? [] : [base + index];
  if (!/^(?:server|server-template|default-server)$/.test(keyword)) return found;
  for (let i = 1; i < lines.words(line); i++) {
    if (/^(?:addr|source|usesrc)$/.test(lines.raw(line, i))) found.push(i + 1);
  }
  return found;
}

/** Names that lines of `global` set for all that follows. */
const namesSetIn = keptByLines((lines: SectionLines): readonly string[] => {
  const found: string[] = [];
  if (lines.kind === 'global') {
    for (let line = 1; line < lines.count; line++) {
      const keyword = lines.keywords[line];
      if (keyword === 'setenv' || keyword === 'presetenv') found.push(lines.value(line, 1));
    }
  }
  return found;
});

/** The sections of a document that matter here, kept by version: most files have none, and an edit touches one of thousands. */
interface Concerned {
  version: number;
  readonly withVariables: Set<Section<SectionUnit>>;
  readonly setters: Set<Section<SectionUnit>>;
}

const concerned = new WeakMap<HaproxyDocument, Concerned>();

function concernedOf(document: HaproxyDocument): Concerned {
  let known = concerned.get(document);
  if (known?.version === document.version) return known;
  const change = document.lastChange;
  const isNext = change !== undefined && known?.version === document.version - 1;
  if (known === undefined || !isNext) {
    known = { version: document.version, withVariables: new Set(), setters: new Set() };
    concerned.set(document, known);
  } else
    for (const section of change.removed) [known.withVariables, known.setters].forEach((set) => set.delete(section));
  known.version = document.version;
  for (const section of isNext ? change.added : document.sections) {
    const { lines } = section.unit;
    if (stretchesOf(lines).length > 0) known.withVariables.add(section);
    if (setsVariables(lines)) known.setters.add(section);
  }
  return known;
}

/** What is told of a section, kept until its variables or its context change. */
const kept = new WeakMap<SectionLines, { key: string; context: Context; findings: readonly LocalFinding[] }>();

/**
 * What haproxy refuses, or warns of, only because of what a variable is: the value that the configuration sets, or nothing where
 * neither it nor a usual environment sets one, as `haproxy -c` does in an empty environment. Values that depend on conditions are
 * left alone; what a host's unit sets is for the caller to leave out (`unset`).
 */
export function checkExpandedVariables(document: HaproxyDocument, version: string): readonly LocalFinding[] {
  const findings: LocalFinding[] = [];
  let set: ReadonlySet<string> | undefined;
  for (const section of concernedOf(document).withVariables) {
    const { lines } = section.unit;
    const all = stretchesOf(lines);
    set ??= new Set(
      document.group.flatMap((each) => [...concernedOf(each).setters].flatMap(({ unit }) => namesSetIn(unit.lines))),
    );
    const context = contextOf(document, section);
    const read = readAs(all, lines, context, (name) => ALWAYS_SET.test(name) || set?.has(name) === true);
    if (read.length === 0) continue;
    const key = `${version} ${read.map(({ start, text }) => `${start}=${text}`).join(' ')}`;
    let known = kept.get(lines);
    if (known?.key !== key || known.context !== context) {
      kept.set(lines, (known = { key, context, findings: judge(section, read, context, version) }));
    }
    append(findings, known.findings);
  }
  return findings;
}

/** Those of which it is known what they are read as: the values of the environment are put in, what else sets a name is left out. */
function readAs(
  all: readonly Stretch[],
  lines: SectionLines,
  { environment }: Context,
  isElsewhere: (name: string) => boolean,
): readonly Stretch[] {
  const changes = setsVariables(lines);
  let values = environment;
  let line = -1;
  return all.flatMap((stretch) => {
    if (changes && stretch.line !== line) values = environmentBehind(lines, environment, (line = stretch.line));
    const value = valueOf(values, stretch.name);
    if (value === undefined) return isElsewhere(stretch.name) ? [] : [stretch];
    if (stretch.bare && !PLAIN.test(value)) return [];
    const text = stretch.bare ? value : quoted(lines.text.slice(stretch.start, stretch.end), value);
    const assumed = values.settings.get(stretch.name)?.kind !== 'set';
    return [{ ...stretch, value, assumed, text, joined: stretch.end, joinedText: text }];
  });
}

/** The findings of the section as it reads with its variables, told at the variable where the line is fine with it. */
function judge(
  section: Section<SectionUnit>,
  variables: readonly Stretch[],
  context: Context,
  version: string,
): readonly LocalFinding[] {
  const { lines } = section.unit;
  const joins = compareVersions(version, '3.0') >= 0;
  let text = '';
  let from = 0;
  const first = new Map<number, Stretch>();
  const namesOn = new Map<number, string[]>();
  for (const stretch of variables) {
    const known = first.get(stretch.line);
    // What is not set is told before what is.
    if (known === undefined || (known.value !== undefined && stretch.value === undefined))
      first.set(stretch.line, stretch);
    const onLine = namesOn.get(stretch.line) ?? [];
    namesOn.set(stretch.line, onLine);
    if (stretch.assumed) onLine.push(stretch.name);
    text += lines.text.slice(from, stretch.start) + (joins ? stretch.joinedText : stretch.text);
    from = joins ? stretch.joined : stretch.end;
  }
  text += lines.text.slice(from);
  const read = parseHaproxy(text).sections;
  // A head with a variable may become something else altogether.
  if (read.length !== 1) return [];
  const { unit } = read[0] as Section<SectionUnit>;
  const before = checkLinesOf(lines, context, version);
  const refused = new Set(before.filter(({ rejects }) => rejects).map(lineOf));
  const warned = new Set(before.filter(({ daemon }) => daemon !== 'none').map(lineOf));
  const findings: LocalFinding[] = [];
  const told = new Set<number>();
  const after = checkLinesOf(unit.lines, context, version);
  // What makes haproxy fail is said before what it only warns of.
  const ordered = [...after.filter(({ rejects }) => rejects), ...after.filter(({ rejects }) => rejects !== true)];
  for (const finding of ordered) {
    const line = lineOf(finding);
    const stretch = first.get(line);
    const said = finding.rejects === true ? refused : warned;
    if (stretch === undefined || finding.daemon === 'none' || said.has(line) || told.has(line)) continue;
    told.add(line);
    const at = { section, start: stretch.start, end: stretch.end };
    if (stretch.value !== undefined) {
      findings.push({
        ...withoutFix(finding),
        ...((namesOn.get(line) ?? []).length > 0 ? { unset: namesOn.get(line) ?? [] } : {}),
        at,
        message: `${stretch.name} is '${stretch.value}' here: ${finding.message}`,
      });
      continue;
    }
    const tell = finding.rejects === true ? refuse : warn;
    tell(
      { findings },
      'unset-variable',
      at,
      `${stretch.name} is not set, so it reads as ${described(stretch)}: ${finding.message}`,
      {
        unset: namesOn.get(line) ?? [],
        help: `Set ${stretch.name} where haproxy is started or by setenv in global, or give it a default: "\${${stretch.name}-value}".`,
      },
    );
  }
  return findings;
}

/** Edits and related places of a finding are those of the text as it is read, not as it is written. */
function withoutFix({ rule, severity, daemon, rejects, at, message, help }: LocalFinding): LocalFinding {
  return {
    rule,
    severity,
    at,
    message,
    ...(daemon === undefined ? {} : { daemon }),
    ...(rejects === undefined ? {} : { rejects }),
    ...(help === undefined ? {} : { help }),
  };
}

function described({ text }: Stretch): string {
  return text === '' || text === '""' ? 'nothing' : `'${text}'`;
}

function lineOf({ at }: LocalFinding): number {
  return at.section.positionAt(at.start).line - at.section.line - 1;
}
