import { parseConfig } from '@halint/engine';
import { displayOf, findConfig, readConfigText } from '@halint/inventory';
import { stringify } from 'yaml';
import { configJsonSchema } from '../../schemas.ts';
import { readSettings } from '../context.ts';
import { UsageError } from '../exit.ts';

/** `halint config show PATH`: the settings in force for a path and the file they come from. */
export function configShow(path: string, named: string | undefined): string {
  const settings = readSettings([path], named === undefined ? {} : { config: named });
  const from = settings.file === undefined ? '# no halint.config.yaml: defaults' : `# from ${settings.file}`;
  return `${from}\n${stringify({ preset: 'recommended', ...(settings.config ?? { version: 1 }) })}`;
}

/** `halint config check PATH`: every problem of the settings file, a line each; undefined when there is none. */
export function configCheck(path: string, named: string | undefined): { readonly text: string; readonly ok: boolean } {
  const file = named ?? findConfig(path);
  if (file === undefined) throw new UsageError(`${path}: no halint.config.yaml here or above`);
  const display = displayOf(file, process.cwd());
  const read = parseConfig(readConfigText(file));
  if ('config' in read) return { text: `${display}: ok\n`, ok: true };
  return {
    text: read.problems.map((each) => `${display}:${each.line}:${each.column}: ${each.message}\n`).join(''),
    ok: false,
  };
}

/** `halint config schema`: the JSON Schema of halint.config.yaml. */
export function configSchemaText(): string {
  return JSON.stringify(configJsonSchema, null, 2) + '\n';
}
