// Writes what real haproxy says of each probe into its table: `node test/conformance/probes.mjs [TABLE…]`.
// A row is: context (contexts.json), text (⏎ between lines), then a letter for each version of the head line:
//   -  valid and nothing said    w  a warning on one of the probe's lines    W  a warning elsewhere or without a line
//   e  refused, one of the probe's lines named    E  refused, none of them named
import { readFileSync, writeFileSync } from 'node:fs';
import { haproxyOf, inParallel } from './daemon.mjs';
import { letterNow, tables } from './probe.mjs';

const named = process.argv.slice(2);
for (const table of named.length > 0 ? named : tables()) {
  const [head, ...rows] = readFileSync(table, 'utf8').replace(/\n+$/, '').split('\n');
  const versions = head.split('\t').slice(2);
  const missing = versions.filter((version) => haproxyOf(version) === undefined);
  if (missing.length > 0) throw new Error(`${table}: haproxy ${missing.join(', ')} is not here: npm run daemons`);
  const done = await inParallel(rows, async (row) => {
    if (row === '' || row.startsWith('#')) return row;
    const [context, text] = row.split('\t');
    const letters = [];
    for (const version of versions) letters.push(await letterNow(context, text, version));
    return [context, text, ...letters].join('\t');
  });
  writeFileSync(table, `${[head, ...done].join('\n')}\n`);
  console.log(`${table}: ${rows.length} rows`);
}
