import type { LanguageId, Node } from '@halint/core';
import { languages } from '../../knowledge.ts';
import { printNode, treeJson } from '../../tree.ts';
import { UsageError } from '../exit.ts';
import { readInput } from '../context.ts';

/** `halint parse FILE`: the typed tree, indented for people or as JSON. Secrets are masked in both. */
export async function parseText(file: string, as: LanguageId | undefined, format: 'tree' | 'json'): Promise<string> {
  const settings = { config: undefined, file: undefined, folder: process.cwd() };
  const snapshot = await readInput([file], as === undefined ? {} : { as }, settings);
  const host = snapshot.hosts[0];
  const found = host === undefined ? undefined : [...host.files.values()].find((each) => each.language !== undefined);
  if (found?.language === undefined)
    throw new UsageError(`${file}: ${snapshot.notes[0]?.message ?? 'not a file that halint knows'}`);
  const language = languages.find((each) => each.id === found.language);
  if (language === undefined) throw new UsageError(`${file}: no language ${found.language}`);
  const document = language.parse(found.text);
  const root = document.ast as Node;
  return format === 'json'
    ? JSON.stringify(treeJson(root, document, language.id), null, 2) + '\n'
    : printNode(root, document, language.id);
}
