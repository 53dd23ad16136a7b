import { decode, variablesOf } from './tokens.ts';
import type { SectionLines } from './lines.ts';
import { isOpaque } from './values.ts';

/** What lines of `global` make of a variable. `value`: what `haproxy -c` in an empty environment sees. */
export type Setting =
  | { readonly kind: 'set'; readonly value: string }
  /** presetenv: counts where haproxy is started without the variable. */
  | { readonly kind: 'preset'; readonly value: string }
  /** Made of variables that haproxy may be started with. */
  | { readonly kind: 'assumed'; readonly value: string }
  /** Named by resetenv: as haproxy was started with it. */
  | { readonly kind: 'kept' }
  | { readonly kind: 'unset' }
  /** A condition or a placeholder decides. */
  | { readonly kind: 'unknown' };

/** The variables that the configuration itself sets and unsets, so that it is known what they are whatever the process was started with. */
export interface Environment {
  readonly settings: ReadonlyMap<string, Setting>;
  /** What becomes of variables that no line names: resetenv drops them. */
  readonly others: 'kept' | 'unset' | 'unknown';
}

export const NOTHING_SET: Environment = { settings: new Map(), others: 'kept' };

const SETTERS: ReadonlySet<string> = new Set(['setenv', 'presetenv', 'unsetenv', 'resetenv']);

/** A section with more of them than this is nobody's: its variables are not followed. */
const MOST_SETTERS = 500;
const NOT_FOLLOWED: Environment = { settings: new Map(), others: 'unknown' };

/** The value of a variable that the configuration sets; `presetenv` counts as in an empty environment. */
export function valueOf({ settings }: Environment, name: string): string | undefined {
  const setting = settings.get(name);
  return setting !== undefined && 'value' in setting ? setting.value : undefined;
}

/**
 * What a variable surely holds in a process of its host, '' where it is unset; undefined where that is not known. A variable that neither the
 * configuration nor the unit names counts as not known: somebody means to set it.
 * @param otherwise what `${X-VALUE}` gives where the variable is unset; one that is empty is set (2.6, 3.0 and 3.2).
 */
export function sureValue(
  { settings, others }: Environment,
  name: string,
  started: ReadonlyMap<string, string> | undefined,
  otherwise?: string,
): string | undefined {
  const setting = settings.get(name) ?? { kind: others };
  switch (setting.kind) {
    case 'set':
      return setting.value;
    case 'unset':
      return otherwise ?? '';
    case 'preset':
      return started === undefined ? undefined : (started.get(name) ?? setting.value);
    case 'kept':
      return started === undefined ? undefined : (started.get(name) ?? otherwise);
    case 'assumed':
    case 'unknown':
      return undefined;
  }
}

/** `$X` or `${X}` where str2sa_range() reads it: it expands variables outside of double quotes too (env_expand() in src/tools.c). */
export const BARE = /\$(?:\{([A-Za-z0-9_]*)\}?|([A-Za-z0-9_]+))/g;

/** Signs of a value that need no quotes, blanks and comments apart. */
export const PLAIN = /^[\w.:/@*,+[\]-]+$/;

/**
 * A word that is a list of addresses, each with its variables put in where it is sure what they hold, else as written. Variables between
 * double quotes come first, then the word is cut at its commas, then come bare ones, between single quotes too: haproxy 2.6, 3.0 and 3.2.
 */
export function addressesWith(
  raw: string,
  hold: (name: string, otherwise?: string) => string | undefined,
): readonly string[] {
  const written = decode(raw).split(',');
  // A backslash before a dollar is read twice, to nobody's use.
  if (!raw.includes('$') || raw.includes('\\')) return written;
  const value = (name: string, otherwise?: string): string | undefined => {
    const held = hold(name, otherwise);
    return held === '' || (held !== undefined && PLAIN.test(held)) ? held : undefined;
  };
  let text = '';
  let from = 0;
  for (const { start, end, name, otherwise } of variablesOf(raw)) {
    const held = value(name, otherwise);
    // Only braces keep what stands behind a variable from being read as more of its name.
    if (held === undefined && raw[start + 1] !== '{') return written;
    text += raw.slice(from, start) + (held ?? raw.slice(start, end));
    from = end;
  }
  return decode(text + raw.slice(from))
    .split(',')
    .map((each) => {
      const names = [...each.matchAll(BARE)].map(([, braced, plain]) => braced ?? plain ?? '');
      if (names.some((name) => value(name) === undefined)) return each;
      return each.replace(BARE, (_, braced?: string, plain?: string) => value(braced ?? plain ?? '') ?? '');
    });
}

/** Do lines of a section change the environment? Only those of `global` can. */
export function setsVariables({ kind, keywords }: SectionLines): boolean {
  return kind === 'global' && keywords.some((keyword) => SETTERS.has(keyword));
}

/** What is behind whole sections, so that it stays the same object as long as they and what is above them do. */
const behindWhole = new WeakMap<SectionLines, { readonly before: Environment; readonly behind: Environment }>();

/**
 * The environment behind the lines of a section above line `end`. What stands in a block of `.if` may or may not be read: its
 * variables are not known then; `depth`: blocks that are open where the section starts.
 */
export function environmentBehind(lines: SectionLines, before: Environment, end = lines.count, depth = 0): Environment {
  if (!setsVariables(lines)) return before;
  if (lines.keywords.filter((keyword) => SETTERS.has(keyword)).length > MOST_SETTERS) return NOT_FOLLOWED;
  if (end !== lines.count) return walk(lines, before, end, depth);
  const known = behindWhole.get(lines);
  if (known?.before === before) return known.behind;
  const behind = walk(lines, before, end, depth);
  behindWhole.set(lines, { before, behind });
  return behind;
}

function walk(lines: SectionLines, before: Environment, end: number, open: number): Environment {
  const settings = new Map(before.settings);
  let { others } = before;
  let depth = open;
  for (let line = 1; line < end; line++) {
    const { kind, template } = lines.shape(line);
    if (kind === 'directive') depth += { '.if': 1, '.endif': -1 }[lines.value(line, 0)] ?? 0;
    const keyword = lines.keywords[line] as string;
    if (!SETTERS.has(keyword)) continue;
    const isSure = depth <= 0 && !template;
    const named = lines.values(line).slice(1);
    const name = named[0] ?? '';
    if (keyword === 'setenv') settings.set(name, isSure ? settingOf(lines, line, settings) : UNKNOWN);
    else if (keyword === 'unsetenv') for (const each of named) settings.set(each, isSure ? UNSET : UNKNOWN);
    else if (keyword === 'presetenv') {
      const known = settings.get(name) ?? { kind: others };
      const own = isSure ? settingOf(lines, line, settings) : UNKNOWN;
      if (known.kind === 'unset') settings.set(name, own);
      else if (known.kind === 'kept') settings.set(name, own.kind === 'set' ? { ...own, kind: 'preset' } : own);
      else if (!settings.has(name)) settings.set(name, own.kind === 'set' ? { ...own, kind: 'assumed' } : own);
    } else {
      // Words of resetenv are the variables that stay.
      for (const each of named) if (!settings.has(each)) settings.set(each, { kind: others });
      const stay = new Set(named);
      for (const each of settings.keys()) if (!stay.has(each)) settings.set(each, isSure ? UNSET : UNKNOWN);
      if (others !== 'unset') others = isSure ? 'unset' : 'unknown';
    }
  }
  return { settings, others };
}

const UNSET: Setting = { kind: 'unset' };
const UNKNOWN: Setting = { kind: 'unknown' };

/** What a `setenv` line gives its variable. */
function settingOf(lines: SectionLines, line: number, settings: Environment['settings']): Setting {
  const raw = lines.raw(line, 2);
  const value = lines.words(line) === 3 ? decode(replaceVariables(raw, { settings, others: 'kept' })) : '';
  if (value === '' || isOpaque(value)) return UNKNOWN;
  const isSure = variablesOf(raw).every(({ name }) => settings.get(name)?.kind === 'set');
  return { kind: isSure ? 'set' : 'assumed', value };
}

/** How the value of a variable is written between double quotes so that it is read as it is; of `${X[*]}` each word is one. */
export function quoted(variable: string, value: string): string {
  const words = variable.includes('[*]') ? value.trim().split(/\s+/) : [value];
  return words.map((word) => word.replace(/["\\$]/g, '\\$&')).join('" "');
}

/** A word as written, with the values of the variables that are known in their places. */
export function replaceVariables(raw: string, values: Environment): string {
  if (values.settings.size === 0 || !raw.includes('$')) return raw;
  let text = '';
  let from = 0;
  for (const { start, end, name } of variablesOf(raw)) {
    const value = valueOf(values, name);
    if (value === undefined) continue;
    text += raw.slice(from, start) + quoted(raw.slice(start, end), value);
    from = end;
  }
  return text + raw.slice(from);
}

/**
 * The words behind `.if` or `.elif`, glued together again as the daemon does, with what the configuration sets put in:
 * defined(X) of such a variable is 1. Others are left as they are written: the condition depends on the machine.
 */
export function conditionWith(lines: SectionLines, line: number, values: Environment): string {
  const words = lines.values(line).slice(1);
  if (values.settings.size === 0) return words.join(' ');
  return words
    .map((word, i) => (word.includes('$') ? decode(replaceVariables(lines.raw(line, i + 1), values)) : word))
    .join(' ')
    .replace(/\bdefined\(([^()]*)\)/g, (call, name: string) => (valueOf(values, name) !== undefined ? '1' : call));
}
