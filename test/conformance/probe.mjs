// A probe: a piece of configuration in a context (contexts.json), and a letter for what haproxy answers to it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask } from './daemon.mjs';

const folder = fileURLToPath(new URL('../../grammars/haproxy/test/probes/', import.meta.url));
const contexts = JSON.parse(readFileSync(join(folder, 'contexts.json'), 'utf8'));

/** The configuration of a probe and the lines in it that are the probe's own. */
export function configOf(context, text) {
  const frame = contexts[context];
  if (frame === undefined) throw new Error(`no context ${context} in contexts.json`);
  const own = text.split('⏎');
  const at = frame.indexOf('@');
  const lines = [...frame.slice(0, at), ...own, ...frame.slice(at + 1)];
  return { config: `${lines.join('\n')}\n`, first: at + 1, last: at + own.length };
}

/** The letter of an answer. */
export function letterOf({ exit, messages }, first, last) {
  const inside = ({ line }) => line >= first && line <= last;
  if (exit === 1 || exit > 2)
    return messages.some((message) => inside(message) && (message.level === 'ALERT' || exit === 1)) ? 'e' : 'E';
  const said = messages.filter(({ level }) => level === 'WARNING' || level === 'ALERT');
  return said.some(inside) ? 'w' : said.length > 0 ? 'W' : '-';
}

/** Paths of the tables. */
export function tables() {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.tsv'))
    .map((name) => join(folder, name));
}

/** The letter for what the haproxy of a version answers now. */
export async function letterNow(context, text, version) {
  const { config, first, last } = configOf(context, text);
  return letterOf(await ask(version, config), first, last);
}
