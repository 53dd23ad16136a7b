import type { LocalPlace } from '@halint/core';
import type { SectionLines } from '../../lines.ts';
import { STATEMENTS } from '../../vocabulary.ts';
import { isCertain, lastLine, modeOf, sourcesOf } from '../mode.ts';
import { hasBackend, hasFrontend, isDefaults } from '../places.ts';
import { isOpaque } from '../../values.ts';
import { refuse, warn, type Run } from '../run.ts';
import { checkUnusedChecks } from './unused-checks.ts';

/** A statement that counts for a section: its own last one, or one of its defaults. */
export interface Statement {
  readonly lines: SectionLines;
  readonly line: number;
}

type Match = (lines: SectionLines, line: number) => boolean;

/** The statement in force: the last one of the section, else of the defaults that it starts from. */
function inForce(run: Run, keyword: string, match?: Match): Statement | undefined {
  for (const lines of sourcesOf(run)) {
    const line = lastLine(lines, keyword, match === undefined ? undefined : (at) => match(lines, at));
    if (line >= 0) return { lines, line };
  }
  return undefined;
}

function placeOf({ lines, line }: Statement): LocalPlace {
  return lines.lineAt(line);
}

/** What haproxy warns of once a proxy is read as a whole (check_config_validity in src/cfgparse.c). */
export function checkWhole(run: Run): void {
  if (isDefaults(run) || !isCertain(run) || isDisabled(run) || run.findings.some((finding) => finding.rejects === true))
    return;
  checkUnusedChecks(run);
  checkStatsRules(run);
  checkCompressionOrder(run);
  checkExternal(run);
  checkMail(run);
  const mode = modeOf(run);
  if (mode === undefined) return;
  if (mode === 'http') return;
  checkLayer7(run, mode);
  if (!mayUpgrade(run)) checkHttpOnly(run, mode);
}

/** Accounts and rules for the statistics exclude each other. */
function checkStatsRules(run: Run): void {
  const { lines } = run;
  const word = (line: number): string => lines.value(line, 1);
  const rule = lastLine(lines, 'stats', (line) => word(line) === 'http-request');
  const account = lastLine(lines, 'stats', (line) => word(line) === 'auth' || word(line) === 'realm');
  if (rule >= 0 && account >= 0)
    refuse(
      run,
      'invalid-argument',
      lines.lineAt(rule),
      `'stats http-request' does not go with 'stats ${word(account)}'`,
    );
}

/** Answers are compressed behind the cache, so its filter stands above (cache_store_check() in src/cache.c). */
function checkCompressionOrder(run: Run): void {
  const { lines } = run;
  if (!lines.keywords.includes('filter')) return;
  const filter = (line: number, name: string): boolean =>
    lines.keywords[line] === 'filter' && lines.value(line, 1) === name;
  let compression = -1;
  for (let line = lines.body; line < lines.count; line++) {
    if (filter(line, 'compression')) compression = line;
    // A rule puts the filter of its cache in place as well.
    else if (/^cache-(?:use|store)$/.test(lines.value(line, 1))) return;
    else if (compression >= 0 && filter(line, 'cache'))
      return refuse(run, 'misplaced-keyword', lines.lineAt(line), "'filter cache' stands behind 'filter compression'", {
        help: "Write 'filter compression' below: answers are compressed once they have passed the cache.",
        related: [{ at: lines.lineAt(compression), message: 'the compression' }],
      });
  }
}

/** external-check settings without `option external-check`. */
function checkExternal(run: Run): void {
  const { lines } = run;
  checkCommand(run);
  const line = lastLine(lines, 'external-check');
  if (line < 0 || sourcesOf(run).some(hasExternal)) return;
  warn(run, 'ignored-keyword', lines.lineAt(line), "'external-check' has no effect without 'option external-check'");
}

/** A command is looked for in `external-check path`, unless it has a path of its own. */
function checkCommand(run: Run): void {
  const setting = (word: string): Statement | undefined =>
    inForce(run, 'external-check', (lines, line) => lines.value(line, 1) === word);
  const command = hasBackend(run) ? setting('command') : undefined;
  if (command === undefined || setting('path') !== undefined) return;
  const name = command.lines.value(command.line, 2);
  if (name === '' || name.startsWith('/') || isOpaque(name)) return;
  refuse(
    run,
    'invalid-argument',
    command.lines.at(command.line, 2),
    `'${name}' is not a full path, and there is no 'external-check path' to look for it`,
  );
}

function hasExternal(lines: SectionLines): boolean {
  return lastLine(lines, 'option', (line) => lines.value(line, 1) === 'external-check') >= 0;
}

/** Mails need a sender, a receiver and mailers. */
function checkMail(run: Run): void {
  const mail = own(run, 'email-alert');
  if (mail === undefined) return;
  const set = (word: string): boolean =>
    inForce(run, 'email-alert', (lines, line) => lines.value(line, 1) === word) !== undefined;
  const lacking = ['from', 'mailers', 'to'].find((word) => !set(word));
  if (lacking !== undefined) report(run, mail, `'email-alert' has no effect without 'email-alert ${lacking}'`);
}

function isDisabled(run: Run): boolean {
  for (const lines of sourcesOf(run)) {
    const off = lastLine(lines, 'disabled');
    const on = lastLine(lines, 'enabled');
    if (off !== on) return off > on;
  }
  return false;
}

/** A connection of a tcp frontend becomes http where an action or an http backend says so. */
function mayUpgrade(run: Run): boolean {
  const { lines } = run;
  if (lines.text.includes('switch-mode')) return true;
  return hasFrontend(run) && (inForce(run, 'default_backend') !== undefined || lastLine(lines, 'use_backend') >= 0);
}

const LAYER7 = /^(?:uri$|url_param$|hdr\()/;

/** Words that need HTTP and are replaced by others (proxy_cfg_ensure_no_http in src/proxy.c). */
function checkLayer7(run: Run, mode: string): void {
  const cookie = hasBackend(run) ? inForce(run, 'cookie') : own(run, 'cookie');
  if (cookie !== undefined) report(run, cookie, `'cookie' has no effect in mode ${mode}: it needs mode http`);
  const balance = hasBackend(run) ? inForce(run, 'balance') : own(run, 'balance');
  if (balance !== undefined && LAYER7.test(balance.lines.value(balance.line, 1)))
    report(
      run,
      balance,
      `'balance ${balance.lines.value(balance.line, 1)}' needs mode http: in mode ${mode} haproxy falls back to roundrobin`,
    );
}

function own(run: Run, keyword: string): Statement | undefined {
  const line = lastLine(run.lines, keyword);
  return line < 0 ? undefined : { lines: run.lines, line };
}

/** Statements that are ignored without HTTP; the daemon names them without a line. */
function checkHttpOnly(run: Run, mode: string): void {
  const stats = inForce(run, 'stats');
  if (stats !== undefined) ignored(run, stats, 'stats', mode);
  const { lines } = run;
  const capture = lastLine(lines, 'capture', (line) => lines.value(line, 1) === 'cookie');
  if (capture >= 0) ignored(run, { lines, line: capture }, 'capture cookie', mode);
  const monitor = hasFrontend(run) ? inForce(run, 'monitor-uri') : own(run, 'monitor-uri');
  if (monitor !== undefined) ignored(run, monitor, 'monitor-uri', mode);
  for (const keyword of ['http-request', 'http-response', 'http-after-response', 'redirect']) {
    const rule = own(run, keyword);
    if (rule !== undefined) ignored(run, rule, keyword, mode);
  }
  checkHttpOptions(run, mode);
}

/** Options that need HTTP: flags (cfg_opts in src/proxy.c) and headers that tell of clients (src/http_ext.c). */
const HTTP_OPTIONS: ReadonlySet<string> = new Set([
  'accept-invalid-http-request',
  'accept-invalid-http-response',
  'accept-unsafe-violations-in-http-request',
  'accept-unsafe-violations-in-http-response',
  'checkcache',
  'disable-h2-upgrade',
  'forwarded',
  'forwardfor',
  'http-buffer-request',
  'http-drop-request-trailers',
  'http-drop-response-trailers',
  'http-ignore-probes',
  'http-no-delay',
  'http-pretend-keepalive',
  'http-use-proxy-header',
  'idle-close-on-response',
  'prefer-last-server',
]);

function checkHttpOptions(run: Run, mode: string): void {
  const done = new Set<string>();
  for (const lines of sourcesOf(run)) {
    for (let line = lines.count - 1; line >= lines.body; line--) {
      if (lines.keywords[line] !== 'option') continue;
      const index = lines.keywordIndex(line);
      const name = lines.value(line, index + 1);
      if (!HTTP_OPTIONS.has(name) || done.has(name)) continue;
      done.add(name);
      if (index === 0 && takes(run, name)) ignored(run, { lines, line }, `option ${name}`, mode);
    }
  }
}

/** Has the section the side that the option is for? */
function takes(run: Run, name: string): boolean {
  const row = STATEMENTS.all(`option ${name}`)[0];
  return row?.in.includes(run.lines.kind) === true;
}

function ignored(run: Run, statement: Statement, name: string, mode: string): void {
  report(run, statement, `'${name}' has no effect in mode ${mode}: it needs mode http`);
}

function report(run: Run, statement: Statement, message: string): void {
  warn(run, 'ignored-keyword', placeOf(statement), message);
}
