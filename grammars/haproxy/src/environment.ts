import { decode, variablesOf } from './tokens.ts';
import type { SectionLines } from './lines.ts';
import { isOpaque } from './values.ts';

/** Variables whose value the configuration itself sets, so that it is known whatever the process was started with. */
export type Environment = ReadonlyMap<string, string>;

export const NOTHING_SET: Environment = new Map();

const SETTERS: ReadonlySet<string> = new Set(['setenv', 'presetenv', 'unsetenv', 'resetenv']);

/** A section with more of them than this is nobody's: its variables are not followed. */
const MOST_SETTERS = 500;

/** Do lines of a section change the environment? Only those of `global` can. */
export function setsVariables({ kind, keywords }: SectionLines): boolean {
  return kind === 'global' && keywords.some((keyword) => SETTERS.has(keyword));
}

/**
 * The environment behind the lines of a section above line `end`. What stands in a block of `.if` may or may not be read: its
 * variables are not known then. `presetenv` counts as in an empty environment.
 */
export function environmentBehind(lines: SectionLines, before: Environment, end = lines.count): Environment {
  if (!setsVariables(lines)) return before;
  if (lines.keywords.filter((keyword) => SETTERS.has(keyword)).length > MOST_SETTERS) return NOTHING_SET;
  const values = new Map(before);
  let depth = 0;
  for (let line = 1; line < end; line++) {
    const { kind, template } = lines.shape(line);
    if (kind === 'directive') depth += { '.if': 1, '.endif': -1 }[lines.value(line, 0)] ?? 0;
    const keyword = lines.keywords[line] as string;
    if (!SETTERS.has(keyword)) continue;
    const name = lines.value(line, 1);
    if (keyword === 'resetenv') values.clear();
    else if (keyword === 'unsetenv') for (let i = 1; i < lines.words(line); i++) values.delete(lines.value(line, i));
    else if (keyword === 'setenv' || !values.has(name)) {
      const value = decode(replaceVariables(lines.raw(line, 2), values));
      if (depth > 0 || template || lines.words(line) !== 3 || isOpaque(value)) values.delete(name);
      else values.set(name, value);
    }
  }
  return values;
}

/** How the value of a variable is written between double quotes so that it is read as it is; of `${X[*]}` each word is one. */
export function quoted(variable: string, value: string): string {
  const words = variable.includes('[*]') ? value.trim().split(/\s+/) : [value];
  return words.map((word) => word.replace(/["\\$]/g, '\\$&')).join('" "');
}

/** A word as written, with the values of the variables that are known in their places. */
export function replaceVariables(raw: string, values: Environment): string {
  if (values.size === 0 || !raw.includes('$')) return raw;
  let text = '';
  let from = 0;
  for (const { start, end, name } of variablesOf(raw)) {
    const value = values.get(name);
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
  if (values.size === 0) return words.join(' ');
  return words
    .map((word, i) => (word.includes('$') ? decode(replaceVariables(lines.raw(line, i + 1), values)) : word))
    .join(' ')
    .replace(/\bdefined\(([^()]*)\)/g, (call, name: string) => (values.has(name) ? '1' : call));
}
