// Writes what real keepalived says of each configuration into its table: `node test/conformance/keepalived-answers.mjs [TABLE…]`.
// A row is: text (⏎ between lines), then for each version of the head line the lines that `keepalived -t` complains of, 0 for a complaint
// without a line, `-` for none; `x` in front: it gave up (exit status 2); `?`: it crashed or did not end.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inParallel } from './daemon.mjs';
import { askKeepalived, keepalivedOf } from './keepalived-daemon.mjs';

const FOLDER = fileURLToPath(new URL('../../grammars/keepalived/test/answers/', import.meta.url));

/** The cell for an answer. */
export function cellOf({ exit, messages }) {
  if (exit > 100) return '?';
  const lines = [...new Set(messages.filter((each) => each.class === 'config').map(({ line }) => line ?? 0))];
  return (exit === 2 ? 'x' : '') + (lines.length === 0 ? '-' : lines.sort((a, b) => a - b).join(' '));
}

/** The configuration of a row. */
export const configOf = (text) => `${text.replaceAll('⏎', '\n')}\n`;

async function write(table) {
  const [head, ...rows] = readFileSync(table, 'utf8').trimEnd().split('\n');
  const versions = head.split('\t').slice(1);
  for (const version of versions)
    if (keepalivedOf(version) === undefined) throw new Error(`keepalived ${version} is not here: npm run daemons`);
  const done = await inParallel(rows, async (row) => {
    const [text] = row.split('\t');
    const cells = [];
    for (const version of versions) cells.push(cellOf(await askKeepalived(version, configOf(text))));
    return [text, ...cells].join('\t');
  });
  writeFileSync(table, `${[head, ...done].join('\n')}\n`);
  console.log(`${table}: ${rows.length} rows`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.argv.slice(2);
  const all = readdirSync(FOLDER).map((name) => join(FOLDER, name));
  for (const table of named.length > 0 ? named : all) await write(table);
}
