import { isOpaque } from '../../values.ts';
import { addressFault, BIND_ADDRESS, DGRAM_BIND_ADDRESS, type Wants } from './address.ts';
import { checkOptions } from './options.ts';
import { refuse, refusedSince, since, warn, type Checker, type Run } from '../run.ts';

/** One address or several joined by commas; a comma at the end is passed over (str2listener()). */
export function checkAddresses(run: Run, line: number, index: number, wants: Wants): void {
  const text = run.lines.value(line, index);
  if (isOpaque(text)) return;
  const at = run.lines.at(line, index);
  const parts = text.split(',');
  const last = parts.length - 1;
  let fault: string | undefined;
  for (let i = 0; i <= last && fault === undefined; i++) {
    const part = parts[i] as string;
    if (part !== '' || i < last || last === 0) fault = addressFault(part, wants, run.version);
  }
  fault ??= mixFault(parts);
  if (fault !== undefined) refuse(run, 'invalid-address', at, fault);
}

const QUIC = /^quic(?:\+|4@|6@)/;

/** Sockets of streams and of datagrams, or reverse HTTP and others, do not share a line. */
function mixFault(parts: readonly string[]): string | undefined {
  if (parts.length < 2) return undefined;
  const used = parts.filter((part) => part !== '');
  const quic = used.filter((part) => QUIC.test(part)).length;
  if (quic > 0 && quic < used.length) return 'QUIC and other addresses do not share a line';
  const reverse = used.filter((part) => part.startsWith('rhttp@')).length;
  return reverse > 0 && reverse < used.length ? 'rhttp@ and other addresses do not share a line' : undefined;
}

/** Options that a reverse HTTP listener takes since 2.9 (bind_kws[].rhttp_ok). */
const REVERSE_OPTIONS: ReadonlySet<string> = new Set('guid-prefix id idle-ping label name nbconn thread'.split(' '));

/** The words of a bind line, or of a line alike, from the address at `from` on. */
export function checkBindWords(run: Run, line: number, from: number): void {
  const { lines } = run;
  const before = run.findings.length;
  checkAddresses(run, line, from, BIND_ADDRESS);
  // The daemon reads no further, but in a log-forward section before 2.7.
  if (refusedSince(run, before) && (lines.kind !== 'log-forward' || since(run, '2.7'))) return;
  if (!checkOptions(run, line, from + 1, 'bind', 'bind')) return;
  const address = lines.value(line, from);
  if (address.startsWith('rhttp@')) checkReverse(run, line, from);
  else if (hasWord(run, line, from + 1, 'nbconn')) notReverse(run, line, from);
}

function hasWord(run: Run, line: number, from: number, word: string): boolean {
  for (let i = from; i < run.lines.words(line); i++) if (run.lines.value(line, i) === word) return true;
  return false;
}

function notReverse(run: Run, line: number, from: number): void {
  refuse(run, 'invalid-argument', run.lines.at(line, from), "'nbconn' is taken with an rhttp@ address only");
}

function checkReverse(run: Run, line: number, from: number): void {
  const { lines } = run;
  for (let i = from + 1; i < lines.words(line); i += 2) {
    const word = lines.value(line, i);
    if (word === '' || isOpaque(word)) return;
    if (!REVERSE_OPTIONS.has(word))
      return refuse(run, 'invalid-argument', lines.at(line, i), `'${word}' is not taken with an rhttp@ address`);
  }
}

/** QUIC of a proxy without `ssl`. */
function warnPlainQuic(run: Run, line: number): void {
  const { lines } = run;
  const address = lines.value(line, 1);
  if (!QUIC.test(address) || !since(run, '2.6') || isOpaque(address) || hasWord(run, line, 2, 'ssl')) return;
  warn(run, 'missing-argument', lines.at(line, 1), 'QUIC turns on ssl by itself', { help: "Write 'ssl' to say so." });
}

export const checkBind: Checker = (run, line) => {
  const { lines } = run;
  if (lines.words(line) < 2 || lines.value(line, 1) === '')
    return refuse(run, 'missing-argument', lines.at(line, 0), "'bind' needs an address");
  checkBindWords(run, line, 1);
  warnPlainQuic(run, line);
};

/** A datagram socket of log-forward, with the options of `bind`. */
export const checkDgramBind: Checker = (run, line) => {
  const { lines } = run;
  if (lines.words(line) < 2) return refuse(run, 'missing-argument', lines.at(line, 0), "'dgram-bind' needs an address");
  checkAddresses(run, line, 1, DGRAM_BIND_ADDRESS);
  checkOptions(run, line, 2, 'bind', 'dgram-bind');
};
