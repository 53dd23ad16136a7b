import { BIND_OPTIONS, optionLength } from '../../options.ts';
import { isOpaque } from '../../values.ts';
import { sourcesOf, proxyMode } from '../mode.ts';
import { refuse, since, warn, type Run } from '../run.ts';
import { ALL_DISABLED, disablesAll, readTlsWords, tlsWarning } from './tls-range.ts';

const QUIC = /^quic(?:\+|4@|6@)/;
const CERTIFICATES: readonly string[] = ['crt', 'crt-list', 'default-crt'];

/** The options of a bind line by word with what stands behind each (the last one counts); undefined when a variable may hide one. */
function optionsOf(run: Run, line: number): ReadonlyMap<string, number> | undefined {
  const { lines } = run;
  const found = new Map<string, number>();
  if (lines.shape(line).template) return undefined;
  for (let i = 2; i < lines.words(line);) {
    const word = lines.value(line, i);
    if (word === '') break;
    if (isOpaque(word)) return undefined;
    found.set(word, i);
    i += optionLength(BIND_OPTIONS.get(word), (j) => lines.value(line, j), i);
  }
  return found;
}

/** What haproxy says of the listeners of a proxy when the file is read. */
export function checkBindsTogether(run: Run): void {
  const { lines } = run;
  const { keywords } = lines;
  const ids = new Set<string>();
  const elsewhere =
    since(run, '3.1') && [lines, ...sourcesOf(run).slice(1)].some((each) => each.keywords.includes('ssl-f-use'));
  for (let line = lines.body; line < lines.count; line++) {
    if (keywords[line] !== 'bind' || (lines.words(line) < 3 && !QUIC.test(lines.value(line, 1)))) continue;
    const options = optionsOf(run, line);
    if (options === undefined) continue;
    checkCertificates(run, line, options, elsewhere);
    if (options.has('ssl') || QUIC.test(lines.value(line, 1))) checkVersions(run, line);
    checkMux(run, line, options);
    checkId(run, line, options, ids);
  }
}

function checkCertificates(run: Run, line: number, options: ReadonlyMap<string, number>, elsewhere: boolean): void {
  const { lines } = run;
  const address = lines.value(line, 1);
  const ssl = options.get('ssl') ?? (QUIC.test(address) && since(run, '2.6') ? 1 : undefined);
  if (ssl === undefined || isOpaque(address)) return;
  const has = (word: string): boolean => options.has(word);
  const certified = elsewhere || CERTIFICATES.some(has);
  const at = lines.at(line, ssl);
  if (!certified) {
    const help = { help: "Add 'crt' with the file of the certificate." };
    if (has('strict-sni') && !has('generate-certificates'))
      warn(run, 'missing-argument', at, 'ssl without a certificate: no connection will succeed', help);
    else refuse(run, 'missing-argument', at, 'ssl needs a certificate', help);
  } else if (has('generate-certificates') && !has('ca-sign-file')) {
    refuse(
      run,
      'missing-argument',
      lines.at(line, options.get('generate-certificates') ?? 0),
      "'generate-certificates' needs 'ca-sign-file'",
    );
  }
  const verify = options.get('verify');
  const method = verify === undefined ? '' : lines.value(line, verify + 1);
  if (verify === undefined || (method !== 'required' && method !== 'optional') || has('crt-list') || elsewhere) return;
  if (!has('ca-file') && !has('ca-verify-file'))
    refuse(run, 'missing-argument', lines.at(line, verify + 1), `'verify ${method}' needs 'ca-file'`);
}

/** The certificates of the listeners of a section that is no proxy. */
export function checkBindCertificates(run: Run): void {
  const { lines } = run;
  for (let line = lines.body; line < lines.count; line++) {
    const options = lines.keywords[line] === 'bind' ? optionsOf(run, line) : undefined;
    if (options !== undefined) checkCertificates(run, line, options, false);
  }
}

/** Ends of the range that the line sets itself; what the global section may add is judged by checkTls(). */
function checkVersions(run: Run, line: number): void {
  const { lines } = run;
  const words = readTlsWords(lines.values(line).slice(2));
  if (words === undefined) return;
  const help = { help: "Write 'ssl-min-ver' and 'ssl-max-ver' alone." };
  if (words.min > 0 && words.max > 0 && disablesAll(words, 'bind'))
    return refuse(run, 'invalid-argument', lines.lineAt(line), ALL_DISABLED, help);
  const said = tlsWarning(words, 'bind');
  if (said !== undefined) warn(run, 'ignored-keyword', lines.lineAt(line), said, help);
}

/** Protocols that a listener of a mode can speak. */
const LISTENERS: Readonly<Record<string, readonly string[]>> = { http: ['h1', 'h2'], tcp: ['none'] };

function checkMux(run: Run, line: number, options: ReadonlyMap<string, number>): void {
  const { lines } = run;
  const index = options.get('proto');
  const quic = QUIC.test(lines.value(line, 1));
  if (quic && options.has('accept-proxy') && since(run, '2.7'))
    refuse(
      run,
      'invalid-argument',
      lines.at(line, options.get('accept-proxy') ?? 0),
      "QUIC has no PROXY protocol: 'accept-proxy' is not taken",
    );
  const mode = proxyMode(run);
  if (quic && mode === 'tcp' && since(run, '2.6') && index === undefined)
    return refuse(run, 'invalid-argument', lines.at(line, 1), 'a listener of mode tcp does not speak QUIC');
  if (index === undefined || mode === undefined) return;
  const name = lines.value(line, index + 1);
  if (!['h1', 'h2', 'none', 'fcgi', 'spop', 'quic'].includes(name)) return;
  const usable = quic ? (mode === 'http' ? ['quic'] : mode === 'tcp' ? [] : undefined) : LISTENERS[mode];
  if (usable !== undefined && !usable.includes(name))
    refuse(
      run,
      'invalid-argument',
      lines.at(line, index + 1),
      `a listener of mode ${mode} does not speak '${name}'${quic ? ' over QUIC' : ''}`,
    );
}

function checkId(run: Run, line: number, options: ReadonlyMap<string, number>, ids: Set<string>): void {
  const { lines } = run;
  const index = options.get('id');
  if (index === undefined) return;
  const address = lines.value(line, 1);
  const range = /:(\d+)-(\d+)$/.exec(address);
  if (/,./.test(address) || (range !== null && Number(range[1]) < Number(range[2])))
    return refuse(run, 'invalid-argument', lines.at(line, index), "'id' is for one socket, this line opens several");
  const id = lines.value(line, index + 1);
  if (isOpaque(id)) return;
  if (ids.has(id))
    refuse(run, 'invalid-argument', lines.at(line, index + 1), `id ${id} is taken by another bind of this proxy`);
  ids.add(id);
}
