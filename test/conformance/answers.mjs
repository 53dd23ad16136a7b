// Writes what a real daemon says of each configuration into its table: `node test/conformance/answers.mjs keepalived|sshd [TABLE…]`.
// A row is: a configuration (⏎ between lines, ␀ a NUL, ␌ a form feed), for some tables a connection, then a cell for each version of the head line.
//
// keepalived: the lines that `keepalived -t` complains of, 0 for a complaint without a line, `-` for none; `x` in front: it gave up (exit
// status 2); `?`: it crashed or did not end.
//
// sshd: `-` taken, `n 2` taken with a notice on line 2 (0: it has none), `e 2` refused, the first error being on line 2 (0: it has none), `? ` the machine lacks
// something. The line of a file other than sshd_config has its path: `e /etc/ssh/a:1`. `⏎⟪/etc/ssh/a⟫⏎` begins another file.
// In effective.tsv a cell is what `sshd -T` prints otherwise than for an empty configuration, ` ¦ ` between lines.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inParallel } from './daemon.mjs';

/** The configuration of a row. */
export const configOf = (text) => `${text.replaceAll('⏎', '\n').replaceAll('␀', '\0').replaceAll('␌', '\f')}\n`;

/** Files of a row by their paths, the first being `main`. */
export function filesOf(text, main) {
  const [first, ...others] = text.split(/⏎?⟪([^⟫]+)⟫⏎/);
  const files = { [main]: configOf(first) };
  for (let i = 0; i < others.length; i += 2) files[others[i]] = configOf(others[i + 1]);
  return files;
}

const numbers = (lines) => [...new Set(lines)].sort((a, b) => a - b).join(' ');

async function keepalived() {
  const { askKeepalived, whyNoKeepalived } = await import('./keepalived-daemon.mjs');
  return {
    whyNot: whyNoKeepalived,
    async cell(version, [text]) {
      const { exit, messages } = await askKeepalived(version, configOf(text));
      if (exit > 100) return '?';
      const lines = messages.filter((each) => each.class === 'config').map(({ line }) => line ?? 0);
      return (exit === 2 ? 'x' : '') + (lines.length === 0 ? '-' : numbers(lines));
    },
  };
}

async function sshd() {
  const { askSshd, effectiveOf, FILE, whyNoSshd } = await import('./sshd-daemon.mjs');
  const verdict = async (version, [text]) => {
    const { exit, messages } = await askSshd(version, filesOf(text, FILE));
    const isNotice = (each) => each.class === 'notice' || /^Disabled method /.test(each.text);
    const notices = messages.filter((each) => isNotice(each) && each.file === undefined);
    if (exit === 0) return notices.length === 0 ? '-' : `n ${numbers(notices.map(({ line }) => line))}`;
    const errors = messages.filter((each) => each.class === 'config');
    if (errors.length === 0) return '?';
    const first = errors.find(({ line }) => line > 0);
    return `e ${first?.file === undefined ? '' : `${first.file}:`}${first?.line ?? 0}`;
  };
  const changes = async (version, [text, connection]) => {
    const spec = connection === '' ? undefined : connection;
    const plain = await effectiveOf(version, '\n');
    const { exit, lines } = await effectiveOf(version, filesOf(text, FILE), spec);
    if (exit !== 0) return '?';
    const [more, less] = [lines.filter((each) => !plain.lines.includes(each)), plain.lines.filter((each) => !lines.includes(each))]; // prettier-ignore
    const name = (line) => line.split(' ')[0];
    const gone = less.filter((each) => !more.some((line) => name(line) === name(each))).map((each) => `!${each}`);
    return [...more, ...gone].join(' ¦ ') || '-';
  };
  return {
    whyNot: whyNoSshd,
    cell: (version, row, table) => (table === 'effective.tsv' ? changes : verdict)(version, row),
  };
}

const LANGUAGES = { keepalived, sshd };

async function write(table, { whyNot, cell }) {
  const [head, ...rows] = readFileSync(table, 'utf8').trimEnd().split('\n');
  const columns = head.split('\t');
  const given = columns.findIndex((name) => /^\d/.test(name));
  const versions = columns.slice(given);
  for (const version of versions) {
    const missing = await whyNot(version);
    if (missing !== undefined) throw new Error(missing);
  }
  const done = await inParallel(rows, async (row) => {
    const asked = row.split('\t').slice(0, given);
    while (asked.length < given) asked.push('');
    const cells = [];
    for (const version of versions) cells.push(await cell(version, asked, basename(table)));
    return [...asked, ...cells].join('\t');
  });
  writeFileSync(table, `${[head, ...done].join('\n')}\n`);
  console.log(`${table}: ${rows.length} rows`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [language, ...named] = process.argv.slice(2);
  if (!Object.hasOwn(LANGUAGES, language ?? ''))
    throw new Error(`usage: answers.mjs ${Object.keys(LANGUAGES).join('|')} [TABLE…]`);
  const folder = fileURLToPath(new URL(`../../grammars/${language}/test/answers/`, import.meta.url));
  const daemon = await LANGUAGES[language]();
  const tables = named.length > 0 ? named : readdirSync(folder).map((name) => join(folder, name));
  for (const table of tables) await write(table, daemon);
}
