// A probe: a piece of configuration in a context (contexts.json), and a letter for what the daemon answers to it.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask, fetchedOf, haproxyOf } from './daemon.mjs';
import { askKeepalived } from './keepalived-daemon.mjs';

/** Where the probes of a language are, its daemon, and how an answer becomes a letter. */
export const LANGUAGES = {
  haproxy: { daemonOf: haproxyOf, ask, letterOf: haproxyLetter },
  keepalived: {
    daemonOf: (version) => fetchedOf('keepalived', version),
    ask: askKeepalived,
    letterOf: keepalivedLetter,
  },
};

const folderOf = (language) => fileURLToPath(new URL(`../../grammars/${language}/test/probes/`, import.meta.url));

/** The language of a table: its folder is grammars/LANGUAGE/test/probes. */
export const languageOf = (table) => basename(dirname(dirname(dirname(table))));

/** The configuration of a probe and the lines in it that are the probe's own. */
export function configOf(context, text, language = 'haproxy') {
  const frame = JSON.parse(readFileSync(join(folderOf(language), 'contexts.json'), 'utf8'))[context];
  if (frame === undefined) throw new Error(`no context ${context} in contexts.json`);
  const own = text.split('⏎');
  const at = frame.indexOf('@');
  const lines = [...frame.slice(0, at), ...own, ...frame.slice(at + 1)];
  return { config: `${lines.join('\n')}\n`, first: at + 1, last: at + own.length };
}

/**
 * haproxy: `-` valid and nothing said; `w` a warning on one of the probe's lines, `W` one elsewhere or without a line; `e` refused, one of
 * the probe's lines named, `E` refused, none of them named.
 */
function haproxyLetter({ exit, messages }, first, last) {
  const inside = ({ line }) => line >= first && line <= last;
  if (exit === 1 || exit > 2)
    return messages.some((message) => inside(message) && (message.level === 'ALERT' || exit === 1)) ? 'e' : 'E';
  const said = messages.filter(({ level }) => level === 'WARNING' || level === 'ALERT');
  return said.some(inside) ? 'w' : said.length > 0 ? 'W' : '-';
}

/**
 * keepalived, what it says of the machine left out: `-` nothing said; `e` something on one of the probe's lines, `E` something elsewhere or
 * without a line; `x` it gave up (exit status 2); `!` it crashed, which is no verdict.
 */
function keepalivedLetter({ exit, messages }, first, last) {
  if (exit >= 124) return '!';
  if (exit === 2) return 'x';
  const said = messages.filter((message) => message.class === 'config');
  return said.some(({ line }) => line >= first && line <= last) ? 'e' : said.length > 0 ? 'E' : '-';
}

/** Paths of the tables of a language. */
export function tables(language = 'haproxy') {
  const folder = folderOf(language);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.tsv'))
    .map((name) => join(folder, name));
}

/** The letter for what the daemon of a version answers now. */
export async function letterNow(context, text, version, language = 'haproxy') {
  const { config, first, last } = configOf(context, text, language);
  return LANGUAGES[language].letterOf(await LANGUAGES[language].ask(version, config), first, last);
}
