import { atoi } from '../../quantity/index.ts';
import { isIpv4, isIpv6 } from '../../address/hosts.ts';
import { plainColon, readAddress } from '../../address/index.ts';
import type { SectionLines } from '../../lines.ts';
import { isOpaque } from '../../values.ts';
import { sourcesOf, proxyMode } from '../mode.ts';
import { finalProtocol } from '../proxy/unused-checks.ts';
import { refuse, since, warn, type Run } from '../run.ts';
import { connectRule, connectsToPort } from './check-connect.ts';
import { usesFcgiApp } from './fcgi-servers.ts';
import { ALL_DISABLED, disablesAll, readTlsWords, tlsWarning, type TlsWords } from './tls-range.ts';
import { inForce, inherited, isOn, optionsFrom } from './server-state.ts';

/** What the text of a proxy and its defaults make worth a look. */
interface Gates {
  readonly ssl: boolean;
  readonly tls: boolean;
  readonly check: boolean;
  readonly id: boolean;
  readonly proto: boolean;
  readonly tfo: boolean;
  readonly httpOnly: boolean;
}

function gatesOf(texts: readonly SectionLines[], mode: string | undefined): Gates {
  const has = (word: string): boolean => texts.some((lines) => lines.mentions(word));
  return {
    ssl: has('ssl'),
    tls: has('ssl') && ['-ver', 'no-tlsv', 'no-sslv', 'force-'].some(has),
    check: has('check'),
    id: has(' id'),
    proto: has('proto'),
    tfo: has('tfo'),
    httpOnly: mode !== undefined && mode !== 'http' && (has('redir') || has('cookie')),
  };
}

const isServer = (keyword: string | undefined): boolean => keyword === 'server' || keyword === 'server-template';

/** What haproxy says of the servers of a proxy when the file is read. */
export function checkServersTogether(run: Run): void {
  const { lines } = run;
  const { keywords } = lines;
  const mode = proxyMode(run);
  const gates = gatesOf([lines, ...sourcesOf(run).slice(1)], mode);
  if (!Object.values(gates).some(Boolean)) return;
  const ids = new Set<number>();
  const checksSpeakSsl = gates.ssl && connectRule(run, 'ssl');
  for (let line = lines.body; line < lines.count; line++) {
    if (!isServer(keywords[line]) || lines.shape(line).template) continue;
    const from = optionsFrom(lines, line);
    if (lines.words(line) < from) continue;
    if (gates.ssl) checkVerify(run, line, from, checksSpeakSsl);
    if (gates.tls) checkVersions(run, line, from);
    if (gates.check) checkPort(run, line, from, mode);
    if (gates.check && gates.proto) checkCheckMux(run, line, from);
    if (gates.id) checkId(run, line, from, ids);
    if (gates.proto && mode !== undefined) checkMux(run, line, from, mode);
    if (gates.tfo) checkFastOpen(run, line, from);
    if (gates.httpOnly) checkMode(run, line, from, mode as string);
  }
}

/** The versions of TLS that the server's own words and those of its default-server leave; see checkTls() for the global section. */
function checkVersions(run: Run, line: number, from: number): void {
  if (inForce(run, line, from, ['ssl', 'no-ssl'])?.word !== 'ssl' && isOn(run, line, from, 'check-ssl') !== true)
    return;
  const own = readTlsWords(run.lines.values(line).slice(from));
  const ends = [inheritedEnd(run, line, 'ssl-min-ver'), inheritedEnd(run, line, 'ssl-max-ver')];
  if (own === undefined || ends.includes(undefined)) return;
  const words = {
    min: own.min > 0 ? own.min : (ends[0]?.min ?? 0),
    max: own.max > 0 ? own.max : (ends[1]?.max ?? 0),
    off: own.off,
  };
  const at = run.lines.lineAt(line);
  const help = { help: "Write 'ssl-min-ver' and 'ssl-max-ver' alone." };
  if (words.min > 0 && words.max > 0 && disablesAll(words, 'server'))
    return refuse(run, 'invalid-argument', at, ALL_DISABLED, help);
  const said = tlsWarning(words, 'server');
  if (said !== undefined) warn(run, 'ignored-keyword', at, said, help);
}

const FORCED: readonly string[] = ['sslv3', 'tlsv10', 'tlsv11', 'tlsv12', 'tlsv13'].map(
  (version) => `force-${version}`,
);

/** What default-server says of one end of the versions; undefined when a variable may say it. */
function inheritedEnd(run: Run, line: number, word: string): TlsWords | undefined {
  const found = inherited(run, line, [word, ...FORCED]);
  return found === undefined
    ? readTlsWords([])
    : found.word === '?'
      ? undefined
      : readTlsWords([found.word, found.value]);
}

/** The place of an option on its line, else of the line. */
export function placeOf(
  run: Run,
  line: number,
  from: number,
  words: readonly string[],
): ReturnType<SectionLines['at']> {
  const { lines } = run;
  for (let i = lines.words(line) - 1; i >= from; i--)
    if (words.includes(lines.value(line, i))) return lines.at(line, i);
  return lines.lineAt(line);
}

/** ssl towards a server: its certificate is verified unless that is turned off, and that needs a ca-file. */
function checkVerify(run: Run, line: number, from: number, checksSpeakSsl: boolean): void {
  const ssl = inForce(run, line, from, ['ssl', 'no-ssl']);
  const left = ssl?.word === 'no-ssl' && since(run, '2.3') && inherited(run, line, ['ssl', 'no-ssl'])?.word === 'ssl';
  const own = ssl?.word === 'ssl' || left || isOn(run, line, from, 'check-ssl') === true;
  if (ssl?.word === '?' || (!own && !checksSpeakSsl)) return;
  const verify = inForce(run, line, from, ['verify']);
  if (verify?.word === '?' || verify?.value === 'none' || inForce(run, line, from, ['ca-file']) !== undefined) return;
  if (verify !== undefined && verify.value !== 'required') return;
  const at = placeOf(run, line, from, ['verify', 'ssl', 'check-ssl']);
  const help = { help: "Add 'ca-file' with the certificates to trust, or 'verify none' where the network is trusted." };
  if (verify !== undefined) refuse(run, 'missing-argument', at, "'verify required' needs 'ca-file'", help);
  else if (run.context.serversVerified) {
    const what = own ? 'ssl verifies' : "the 'connect ssl' of the checks verifies";
    refuse(run, 'missing-argument', at, `${what} the server, which needs 'ca-file'`, help);
  }
}

const ANY_HOST = /^(?:\*|[0.:[\]]*)$/;

/** A check needs a port: the server's, `port`, or one in `addr` (init_srv_check()). */
function checkPort(run: Run, line: number, from: number, mode: string | undefined): void {
  const { lines } = run;
  const index = from - 1;
  const plain = plainColon(lines.text, lines.start(line, index), lines.end(line, index));
  if (plain >= 0 && plain < lines.end(line, index) && !isZero(lines, plain + 1, lines.end(line, index))) return;
  const text = lines.value(line, index);
  if (isOpaque(text) || (mode !== 'http' && mode !== 'tcp')) return;
  const { rest, host, port } = readAddress(text);
  // An address that says nothing is not checked (is_inet_addr()).
  if (ANY_HOST.test(host)) return;
  if (rest !== undefined || !isLiteral(host) || (port !== undefined && /^\d/.test(port) && atoi(port) !== 0)) return;
  if (isOn(run, line, from, 'check') !== true || inForce(run, line, from, ['port']) !== undefined) return;
  const where = inForce(run, line, from, ['addr']);
  if (where !== undefined && (where.word === '?' || isOpaque(where.value) || /:\d|^\D*[@/]/.test(where.value))) return;
  if (connectsToPort(run)) return;
  refuse(
    run,
    'missing-argument',
    placeOf(run, line, from, ['check']),
    "'check' has no port: neither the server nor 'port' gives one",
  );
}

/** A check speaks HTTP where `option httpchk` asks for it, and only there (init_srv_check()). */
function checkCheckMux(run: Run, line: number, from: number): void {
  const proto = inForce(run, line, from, ['check-proto']);
  const kind = proto === undefined ? undefined : CHECK_MUXES[proto.value];
  if (kind === undefined || isOn(run, line, from, 'check') !== true) return;
  const protocol = finalProtocol(run);
  if (protocol === 'external' || (protocol === 'http-check') === (kind === 'http')) return;
  const message =
    kind === 'http'
      ? `'check-proto ${proto?.value ?? ''}' needs 'option httpchk': the check speaks no HTTP`
      : `'check-proto ${proto?.value ?? ''}' does not go with 'option httpchk'`;
  refuse(run, 'invalid-argument', placeOf(run, line, from, ['check-proto']), message);
}

const CHECK_MUXES: Readonly<Record<string, 'http' | 'tcp'>> = { h1: 'http', h2: 'http', fcgi: 'http', none: 'tcp' };

function isZero(lines: SectionLines, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (lines.text.charCodeAt(i) !== 48) return false;
  return true;
}

function isLiteral(host: string): boolean {
  const inner = host.startsWith('[') ? host.slice(1, -1) : host;
  return inner === '' || inner === '*' || isIpv4(inner) || isIpv6(inner);
}

function checkId(run: Run, line: number, from: number, ids: Set<number>): void {
  const { lines } = run;
  for (let i = from; i + 1 < lines.words(line); i++) {
    if (lines.raw(line, i) !== 'id') continue;
    const text = lines.value(line, i + 1);
    const id = atoi(text);
    if (isOpaque(text) || id <= 0) return;
    if (ids.has(id))
      refuse(run, 'invalid-argument', lines.at(line, i + 1), `id ${id} is taken by another server of this proxy`);
    ids.add(id);
    return;
  }
}

/** Protocols that a server of a mode can be spoken to in. */
const SPOKEN: Readonly<Record<string, readonly string[]>> = { http: ['h1', 'h2'], tcp: ['none'] };

const MUXES: readonly string[] = ['h1', 'h2', 'none', 'spop', 'fcgi'];

function checkMux(run: Run, line: number, from: number, mode: string): void {
  const proto = inForce(run, line, from, ['proto']);
  const usable = SPOKEN[mode];
  if (proto === undefined || usable === undefined || proto.word === '?' || usable.includes(proto.value)) return;
  // Before 3.3 QUIC was spoken by listeners alone.
  if (!MUXES.includes(proto.value) && (proto.value !== 'quic' || since(run, '3.3'))) return;
  if (proto.value === 'fcgi' && mode === 'http' && [run.lines, ...sourcesOf(run).slice(1)].some(usesFcgiApp)) return;
  refuse(
    run,
    'invalid-argument',
    placeOf(run, line, from, ['proto']),
    `a server of mode ${mode} is not spoken to in '${proto.value}'`,
  );
}

/** Data in the first packet is lost when the connection fails, so it must be retried (check_config_validity()). */
function checkFastOpen(run: Run, line: number, from: number): void {
  if (isOn(run, line, from, 'tfo') !== true) return;
  for (const lines of [run.lines, ...sourcesOf(run).slice(1)]) {
    const at = lines.keywords.lastIndexOf('retry-on');
    if (at < 0) continue;
    const words = lines.values(at);
    if (words.some(isOpaque) || words.includes('all-retryable-errors')) return;
    if (words.includes('empty-response') && words.includes('response-timeout')) return;
    break;
  }
  const help = { help: "Add 'retry-on conn-failure empty-response response-timeout'." };
  warn(run, 'ignored-keyword', placeOf(run, line, from, ['tfo']), "'tfo' needs retries of failed connections", help);
}

function checkMode(run: Run, line: number, from: number, mode: string): void {
  const redir = inForce(run, line, from, ['redir']);
  if (redir !== undefined && redir.word !== '?')
    refuse(
      run,
      'misplaced-keyword',
      placeOf(run, line, from, ['redir']),
      `'redir' is for mode http, this proxy has mode ${mode}`,
    );
  const cookie = inForce(run, line, from, ['cookie']);
  if (cookie !== undefined && cookie.word !== '?')
    warn(run, 'ignored-keyword', placeOf(run, line, from, ['cookie']), `'cookie' has no effect in mode ${mode}`);
}
