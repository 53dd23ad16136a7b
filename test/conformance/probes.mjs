// Writes what real haproxy says of each probe into its table: `node test/conformance/probes.mjs [TABLE…]`.
// A row is: context (contexts.json), text (⏎ between lines), then a letter for each version of the head line:
//   -  valid and nothing said    w  a warning on one of the probe's lines    W  a warning elsewhere or without a line
//   e  refused, one of the probe's lines named    E  refused, none of them named
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask, haproxyOf, inParallel } from './daemon.mjs';

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
function letterOf({ exit, messages }, first, last) {
  const inside = ({ line }) => line >= first && line <= last;
  if (exit === 1 || exit > 2)
    return messages.some((message) => inside(message) && (message.level === 'ALERT' || exit === 1)) ? 'e' : 'E';
  const said = messages.filter(({ level }) => level === 'WARNING' || level === 'ALERT');
  return said.some(inside) ? 'w' : said.length > 0 ? 'W' : '-';
}

const named = process.argv.slice(2);
const tables =
  named.length > 0
    ? named
    : readdirSync(folder)
        .filter((name) => name.endsWith('.tsv'))
        .map((name) => join(folder, name));
for (const table of tables) {
  const [head, ...rows] = readFileSync(table, 'utf8').replace(/\n+$/, '').split('\n');
  const versions = head.split('\t').slice(2);
  const missing = versions.filter((version) => haproxyOf(version) === undefined);
  if (missing.length > 0) throw new Error(`${table}: haproxy ${missing.join(', ')} is not here: npm run daemons`);
  const done = await inParallel(rows, async (row) => {
    if (row === '' || row.startsWith('#')) return row;
    const [context, text] = row.split('\t');
    const { config, first, last } = configOf(context, text);
    const letters = [];
    for (const version of versions) letters.push(letterOf(await ask(version, config), first, last));
    return [context, text, ...letters].join('\t');
  });
  writeFileSync(table, `${[head, ...done].join('\n')}\n`);
  console.log(`${table}: ${rows.length} rows`);
}
