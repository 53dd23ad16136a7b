import { MOST_YAML_LEVELS, tooDeepLine } from '@halint/core';
import * as v from 'valibot';
import { LineCounter, parseDocument, visit } from 'yaml';

/** What `off` adds to the severities. */
export type RuleSetting = 'off' | 'info' | 'warning' | 'error';

const setting = v.picklist(['off', 'info', 'warning', 'error'], 'must be off, info, warning or error');
const preset = v.picklist(
  ['recommended', 'ssh-vip', 'facts', 'strict', 'all'],
  'must be recommended, ssh-vip, facts, strict or all',
);
const version = v.pipe(v.union([v.string(), v.number()]), v.transform(String));
const targets = v.strictObject({
  haproxy: v.optional(version),
  keepalived: v.optional(version),
  openssh: v.optional(version),
  os: v.optional(v.string()),
});

/** halint.config.yaml, format 1. */
export const configSchema = v.strictObject({
  version: v.literal(1, 'must be 1'),
  hosts: v.optional(
    v.record(
      v.string(),
      v.strictObject({
        root: v.optional(v.string()),
        files: v.optional(v.record(v.string(), v.string())),
        addresses: v.optional(v.record(v.string(), v.array(v.string()))),
        targets: v.optional(targets),
      }),
    ),
  ),
  targets: v.optional(targets),
  rules: v.optional(v.record(v.string(), setting)),
  preset: v.optional(preset),
  ignore: v.optional(
    v.array(
      v.strictObject({
        rule: v.string(),
        host: v.optional(v.string()),
        file: v.optional(v.string()),
        reason: v.pipe(v.string(), v.nonEmpty('must not be empty: say why the finding is accepted')),
        until: v.optional(v.union([v.string(), v.date()])),
      }),
    ),
  ),
});

export type Config = v.InferOutput<typeof configSchema>;
export type PresetName = NonNullable<Config['preset']>;

export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Reads halint.config.yaml. Problems are data: the caller says them with the file's name and exits 2. */
export function parseConfig(
  text: string,
): { readonly config: Config } | { readonly problems: readonly ConfigProblem[] } {
  const deep = tooDeepLine(text);
  if (deep !== undefined)
    return { problems: [{ line: deep, column: 1, message: `nested deeper than ${MOST_YAML_LEVELS} levels` }] };
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map((error) => {
        const { line, col } = counter.linePos(error.pos[0]);
        return { line, column: col, message: error.message };
      }),
    };
  }
  let settings: unknown;
  try {
    settings = document.toJS();
  } catch (error) {
    // An alias of what is not there, or aliases of aliases that would fill the memory.
    if (!(error instanceof ReferenceError)) throw error;
    let at = 0;
    visit(document, { Alias: (_, { range }) => ((at = range?.[0] ?? 0), visit.BREAK) });
    const { line, col } = counter.linePos(at);
    return { problems: [{ line, column: col, message: aliasFault(error.message) }] };
  }
  const checked = v.safeParse(configSchema, settings);
  if (checked.success) return { config: checked.output };
  return {
    problems: checked.issues.map((issue) => {
      const path = (issue.path ?? []).map((item) => item.key as string | number);
      const node = [...path.keys()].reverse().map((i) => document.getIn(path.slice(0, i + 1), true));
      const ranged = node.find((each): each is { range: [number, number, number] } => hasRange(each));
      const { line, col } = counter.linePos(ranged?.range[0] ?? 0);
      return { line: Math.max(1, line), column: Math.max(1, col), message: wording(path.join('.'), issue) };
    }),
  };
}

function aliasFault(message: string): string {
  return message.startsWith('Unresolved alias')
    ? message
    : 'aliases of aliases make too much of this file; write it out';
}

function hasRange(node: unknown): boolean {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function wording(path: string, issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' && issue.expected === 'never') return `${path}: unknown key`;
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
