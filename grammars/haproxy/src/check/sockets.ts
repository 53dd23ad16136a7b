import { compareVersions, type LocalPlace } from '@halint/core';
import { plainColon, splitAddress } from '../address.ts';
import { BIND_OPTIONS, knows, optionLength, optionRow, SERVER_OPTIONS, type OptionTable } from '../options.ts';
import { badSign, isBadIpv4, isOpaque, timeFault } from '../values.ts';
import { checkLog } from './log.ts';
import { refuse, suggestion, type Checker, type Run } from './run.ts';

/** Options whose argument is a time; haproxy refuses 0 for the check intervals. */
const TIMES: ReadonlySet<string> = new Set(['inter', 'fastinter', 'downinter', 'slowstart']);
const INTERVALS: ReadonlySet<string> = new Set(['inter', 'fastinter', 'downinter']);
const COUNTS: ReadonlySet<string> = new Set(['rise', 'fall', 'id']);
/** Options that are refused at the end of a line; others take an empty word for their argument. */
const NEEDS_ARGUMENT: ReadonlySet<string> = new Set([
  'inter',
  'fastinter',
  'downinter',
  'rise',
  'fall',
  'cookie',
  'name',
  'interface',
]);

function checkBind(run: Run, line: number): void {
  const { lines } = run;
  if (lines.words(line) < 2) return refuse(run, 'missing-argument', lines.at(line, 0), "'bind' needs an address");
  for (const part of lines.value(line, 1).split(',')) {
    const fault = part === '' ? undefined : bindFault(part, run.version);
    if (fault !== undefined) refuse(run, 'invalid-address', lines.at(line, 1), fault);
  }
  checkOptions(run, line, 2, BIND_OPTIONS, 'bind');
}

/** What is wrong with an address to bind, or undefined (str2sa_range with PA_O_PORT_MAND and PA_O_PORT_RANGE). */
function bindFault(text: string, version: string): string | undefined {
  const { host, portText, port, portEnd, special, opaque } = splitAddress(text);
  if (special || opaque) return undefined;
  if (portText === undefined || portText === '') return `'${text}' has no port`;
  if (port === undefined || portEnd === undefined) {
    return /^\d+\+/.test(portText)
      ? undefined
      : `'${portText}' is not a port: write a number from 1 to 65535 or a range`;
  }
  const bad = [port, portEnd].find((value) => value < 1 || value > 65_535);
  if (bad !== undefined) return `port ${bad} is not within 1 and 65535`;
  if (portEnd < port && compareVersions(version, '2.3') >= 0) return `port range ${portText} runs backwards`;
  return isBadIpv4(host) || host.startsWith('[') ? `'${host}' is not an address` : undefined;
}

function checkServer(run: Run, line: number): void {
  const { lines } = run;
  if (lines.words(line) < 3) {
    return refuse(run, 'missing-argument', lines.lineAt(line), "'server' needs a name and an address");
  }
  const sign = badSign(lines.value(line, 1));
  if (sign !== undefined) refuse(run, 'invalid-name', lines.at(line, 1), `'${sign}' is not allowed in a server name`);
  checkServerAddress(run, line, 2);
  checkOptions(run, line, 3, SERVER_OPTIONS, 'server');
}

function checkServerTemplate(run: Run, line: number): void {
  const { lines } = run;
  if (lines.words(line) < 4) {
    return refuse(
      run,
      'missing-argument',
      lines.lineAt(line),
      "'server-template' needs a prefix, a number or range and an address",
    );
  }
  const range = lines.value(line, 2);
  if (!isOpaque(range) && !/^(?:0*[1-9]|\d+-\d)/.test(range)) {
    refuse(run, 'invalid-argument', lines.at(line, 2), `'${range}' is not a number or range of servers`);
  }
  checkServerAddress(run, line, 3);
  checkOptions(run, line, 4, SERVER_OPTIONS, 'server-template');
}

function checkDefaultServer(run: Run, line: number): void {
  checkOptions(run, line, 1, SERVER_OPTIONS, 'default-server');
}

function checkServerAddress(run: Run, line: number, index: number): void {
  if (plainColon(run.lines.text, run.lines.start(line, index), run.lines.end(line, index)) >= 0) return;
  const text = run.lines.value(line, index);
  const { host, portText, port, special, opaque } = splitAddress(text);
  if (special || opaque) return;
  const at = run.lines.at(line, index);
  if (portText !== undefined && portText !== '') {
    if (/^\d+-\d+$/.test(portText))
      refuse(run, 'invalid-address', at, `a server has one port, not the range ${portText}`);
    else if (!/^[+-]?\d+$/.test(portText))
      refuse(run, 'invalid-address', at, `'${portText}' is not a port: write a number`);
    else if (port !== undefined && port > 65_535 && compareVersions(run.version, '2.3') >= 0) {
      refuse(run, 'invalid-address', at, `port ${port} is above 65535`);
    }
  }
  if (!isBadIpv4(host)) return;
  // With init-addr haproxy may start with an address that it could not resolve.
  const lenient = [run.lines.text, run.context.defaults?.text ?? ''].some((part) => part.includes('init-addr'));
  if (!lenient) refuse(run, 'invalid-address', at, `'${host}' is not an address`);
}

function checkOptions(run: Run, line: number, from: number, table: OptionTable, keyword: string): void {
  const { lines } = run;
  const count = lines.words(line);
  for (let i = from; i < count;) {
    const raw = lines.raw(line, i);
    const plain = table.get(raw);
    const word = plain === undefined ? lines.value(line, i) : raw;
    if (word === '') return;
    const row = plain ?? optionRow(table, word);
    if (!knows(row, run.version)) {
      // A word that a variable will fill in: nothing behind it can be told apart either.
      if (isOpaque(word)) return;
      return unknownOption(run, lines.at(line, i), word, row, table, keyword);
    }
    if (row?.args === 1) checkArgument(run, line, i, word);
    i += plain !== undefined && plain.args >= 0 ? 1 + plain.args : optionLength(row, (j) => lines.value(line, j), i);
  }
}

type Row = ReturnType<typeof optionRow>;

function unknownOption(run: Run, at: LocalPlace, word: string, row: Row, table: OptionTable, keyword: string): void {
  if (row === undefined) {
    const { near, extra } = suggestion(at, word, table.keys());
    return refuse(run, 'unknown-keyword', at, `'${word}' is no word of a ${keyword} line${near}`, extra);
  }
  const early = row.since !== undefined && compareVersions(run.version, row.since) < 0;
  const when = early ? `came with haproxy ${row.since}` : `was removed in haproxy ${row.until ?? ''}`;
  refuse(
    run,
    early ? 'unknown-keyword' : 'removed-or-deprecated-keyword',
    at,
    `'${word}' ${when}, the target is ${run.version}`,
  );
}

function checkArgument(run: Run, line: number, i: number, word: string): void {
  const { lines } = run;
  if (i + 1 >= lines.words(line)) {
    if (NEEDS_ARGUMENT.has(word)) refuse(run, 'missing-argument', lines.at(line, i), `'${word}' needs a value`);
    return;
  }
  const timed = TIMES.has(word);
  if (!timed && word !== 'weight' && !COUNTS.has(word)) return;
  const value = lines.value(line, i + 1);
  if (isOpaque(value)) return;
  const fault = timed ? timedFault(word, value, run.version) : numberFault(word, value);
  if (fault !== undefined) refuse(run, 'invalid-argument', lines.at(line, i + 1), fault);
}

function timedFault(word: string, value: string, version: string): string | undefined {
  return INTERVALS.has(word) && /^0+(?:[a-z]*)$/.test(value) ? `'${word}' cannot be 0` : timeFault(value, version);
}

/** atol() reads leading digits and takes anything else for 0. */
function numberFault(word: string, value: string): string | undefined {
  const number = Number.parseInt(value, 10) || 0;
  if (word === 'weight') return number < 0 || number > 256 ? `weight ${number} is not within 0 and 256` : undefined;
  return number < 1 ? `'${word}' must be at least 1, not '${value}'` : undefined;
}

/** What is checked of the keywords that open, name or describe sockets. */
export const SOCKET_CHECKS: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['bind', checkBind],
  ['server', checkServer],
  ['server-template', checkServerTemplate],
  ['default-server', checkDefaultServer],
  ['log', checkLog],
]);
