// Writes what the real daemon says of each probe into its table: `node test/conformance/probes.mjs [TABLE…]`, else all of them.
// A row is: context (contexts.json), text (⏎ between lines), then a letter for each version of the head line (probe.mjs).
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { inParallel } from './daemon.mjs';
import { LANGUAGES, languageOf, letterNow, tables } from './probe.mjs';

const named = process.argv.slice(2).map((path) => resolve(path));
for (const table of named.length > 0 ? named : Object.keys(LANGUAGES).flatMap((language) => tables(language))) {
  const language = languageOf(table);
  const [head, ...rows] = readFileSync(table, 'utf8').replace(/\n+$/, '').split('\n');
  const versions = head.split('\t').slice(2);
  const missing = versions.filter((version) => LANGUAGES[language].daemonOf(version) === undefined);
  if (missing.length > 0) throw new Error(`${table}: ${language} ${missing.join(', ')} is not here: npm run daemons`);
  const done = await inParallel(rows, async (row) => {
    if (row === '' || row.startsWith('#')) return row;
    const [context, text] = row.split('\t');
    const letters = [];
    for (const version of versions) letters.push(await letterNow(context, text, version, language));
    return [context, text, ...letters].join('\t');
  });
  writeFileSync(table, `${[head, ...done].join('\n')}\n`);
  console.log(`${table}: ${rows.length} rows`);
}
