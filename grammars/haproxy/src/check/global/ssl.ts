import { atoi } from '../../quantity/index.ts';
import { isOpaque } from '../../values.ts';
import {
  ANYTHING,
  integer,
  judge,
  judged,
  loose,
  mild,
  NOTHING,
  NUMBER,
  ON_OFF,
  oneOf,
  time,
  words,
  type Form,
} from '../forms.ts';
import { onlyOnce } from './settings.ts';
import { keptByRun, refuse, since, suggestion, type Checker, type Run } from '../run.ts';

const TLS_VERSIONS = oneOf('SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3');

/** Words of both `ssl-default-*-options` (parse_tls_method_options). */
const METHODS = [
  'no-sslv3',
  'no-tlsv10',
  'no-tlsv11',
  'no-tlsv12',
  'no-tlsv13',
  'force-sslv3',
  'force-tlsv10',
  'force-tlsv11',
  'force-tlsv12',
  'force-tlsv13',
];

type Words = readonly (readonly [word: string, since: string])[];
const BIND_WORDS: Words = [
  ['no-tls-tickets', '2.2'],
  ['prefer-client-ciphers', '2.2'],
  ['tls-tickets', '3.1'],
  ['strict-sni', '3.1'],
  ['no-strict-sni', '3.1'],
];
const SERVER_WORDS: Words = [
  ['no-tls-tickets', '2.2'],
  ['renegotiate', '3.3'],
  ['no-renegotiate', '3.3'],
];

/** `ssl-default-bind-options`, `ssl-default-server-options`. */
const checkOptions =
  (own: Words): Checker =>
  (run, line) => {
    const { lines } = run;
    const keyword = lines.keywords[line] as string;
    if (lines.value(line, 1) === '')
      return refuse(run, 'missing-argument', lines.at(line, 0), `'${keyword}' needs an option`);
    const known = new Set([...METHODS, ...own.filter(([, version]) => since(run, version)).map(([word]) => word)]);
    for (let i = 1; lines.value(line, i) !== ''; i++) {
      const word = lines.value(line, i);
      if (isOpaque(word)) return;
      if (word === 'ssl-min-ver' || word === 'ssl-max-ver') {
        if (!checkVersion(run, line, i++)) return;
      } else if (!known.has(word)) {
        const { near, extra } = suggestion(lines.at(line, i), word, [...known, 'ssl-min-ver', 'ssl-max-ver']);
        return refuse(
          run,
          'unknown-keyword',
          lines.at(line, i),
          `'${word}' is no option of '${keyword}'${near}`,
          extra,
        );
      }
    }
  };

function checkVersion(run: Run, line: number, index: number): boolean {
  const { lines } = run;
  const word = lines.value(line, index);
  const version = lines.value(line, index + 1);
  if (isOpaque(version)) return false;
  const problem = TLS_VERSIONS.first?.(version, run);
  if (problem === undefined) return true;
  if (version === '') refuse(run, 'missing-argument', lines.at(line, index), `'${word}' needs a TLS version`);
  else {
    const { near, extra } = suggestion(lines.at(line, index + 1), version, TLS_VERSIONS.words ?? []);
    refuse(run, 'invalid-argument', lines.at(line, index + 1), `'${word}' ${problem}${near}`, extra);
  }
  return false;
}

const EXTRA_FILES: ReadonlySet<string> = new Set(['bundle', 'sctl', 'ocsp', 'issuer', 'key']);

/** `ssl-load-extra-files`: `none` and `all` stand alone. */
function checkExtraFiles(run: Run, line: number): void {
  const { lines } = run;
  const first = lines.value(line, 1);
  if (first === '')
    return refuse(run, 'missing-argument', lines.at(line, 0), "'ssl-load-extra-files' needs a kind of file");
  for (let i = 1; lines.value(line, i) !== ''; i++) {
    const word = lines.value(line, i);
    if (isOpaque(word)) return;
    const alone = word === 'none' || word === 'all';
    if (alone && i === 1 && lines.value(line, 2) === '') return;
    if (alone) return refuse(run, 'invalid-argument', lines.at(line, i), `'${word}' stands alone`);
    if (EXTRA_FILES.has(word)) continue;
    const { near, extra } = suggestion(lines.at(line, i), word, [...EXTRA_FILES, 'none', 'all']);
    return refuse(run, 'invalid-argument', lines.at(line, i), `'${word}' is no kind of file to load${near}`, extra);
  }
}

/** `ssl-engine NAME [algo LIST]`. Whether the engine is there depends on the machine. */
function checkEngine(run: Run, line: number): void {
  const { lines } = run;
  if (lines.value(line, 1) === '')
    return refuse(run, 'missing-argument', lines.at(line, 0), "'ssl-engine' needs a name");
  const algo = lines.value(line, 2);
  if (algo === '' || isOpaque(algo)) return;
  if (algo !== 'algo') return refuse(run, 'invalid-argument', lines.at(line, 2), `'algo' stands here, not '${algo}'`);
  if (lines.value(line, 3) === '')
    refuse(run, 'missing-argument', lines.at(line, 2), "'algo' needs names of algorithms");
}

const captured = new WeakSet<Run>();

/** `tune.ssl.capture-cipherlist-size` warns by the word of its row; both share a pool that is made once. */
function checkCapture(run: Run, line: number): void {
  if (!judge(run, line, integer(0))) return;
  const { lines } = run;
  if (captured.has(run))
    refuse(run, 'duplicate-keyword', lines.at(line, 0), `'${lines.keywords[line] as string}' is set already`);
  captured.add(run);
}

/** Words that a lower and an upper bound are written with; the latter may not be below the former. */
const delays = keptByRun((_: Run) => ({ least: 300, most: 3600 }));

const checkDelay =
  (upper: boolean): Checker =>
  (run, line) => {
    if (!judge(run, line, loose(integer(0)))) return;
    const bounds = delays(run);
    const { lines } = run;
    const value = Number.parseInt(lines.value(line, 1), 10) || 0;
    if (upper && bounds.least > value)
      refuse(
        run,
        'invalid-argument',
        lines.at(line, 1),
        `the longest delay ${value} is below the shortest, ${bounds.least}`,
      );
    else if (!upper && value > bounds.most)
      refuse(
        run,
        'invalid-argument',
        lines.at(line, 1),
        `the shortest delay ${value} is above the longest, ${bounds.most}`,
      );
    else if (upper) bounds.most = value;
    else bounds.least = value;
  };

/** Bits, read as an unsigned number. */
const DH: Form = {
  ...NUMBER,
  first: (bits) => (atoi(bits) >= 0 && atoi(bits) < 1024 ? `takes at least 1024 bits, not '${bits}'` : undefined),
};

const text = (takes: string): Checker => judged(words(1, takes));

/** What concerns TLS. */
export const SSL: readonly (readonly [string, Checker])[] = [
  onlyOnce('ca-base', words(1, 'a directory')),
  onlyOnce('crt-base', words(1, 'a directory')),
  onlyOnce('key-base', words(1, 'a directory')),
  ['issuers-chain-path', text('a directory')],
  ['ssl-default-bind-options', checkOptions(BIND_WORDS)],
  ['ssl-default-server-options', checkOptions(SERVER_WORDS)],
  ...['bind', 'server'].flatMap((side) =>
    ['ciphers', 'ciphersuites', 'curves', 'sigalgs', 'client-sigalgs'].map(
      (what) => [`ssl-default-${side}-${what}`, text(what)] as const,
    ),
  ),
  ['ssl-dh-param-file', text('a file')],
  ['ssl-engine', checkEngine],
  ['ssl-load-extra-del-ext', judged(ANYTHING)],
  ['ssl-load-extra-files', checkExtraFiles],
  ['ssl-mode-async', judged(ANYTHING)],
  ['ssl-passphrase-cmd', judged({ least: 0 })],
  ['ssl-propquery', judged({ least: 1, takes: 'a property query' })],
  ['ssl-provider', judged({ least: 1, takes: 'a provider' })],
  ['ssl-provider-path', judged({ least: 1, takes: 'a directory' })],
  ['ssl-security-level', judged(loose(integer(0, 5, 'whole')))],
  ['ssl-server-verify', judged(oneOf('none', 'required'))],
  ['ssl-skip-self-issued-ca', judged(ANYTHING)],
  ['tune.ssl.cachesize', judged(integer(0))],
  ['tune.ssl.maxrecord', judged(integer(0))],
  ['tune.ssl.hard-maxrecord', judged(integer(0))],
  ['tune.ssl.ssl-ctx-cache-size', judged(integer(0))],
  ['tune.ssl.capture-buffer-size', checkCapture],
  ['tune.ssl.capture-cipherlist-size', checkCapture],
  ['tune.ssl.certificate-compression', judged(oneOf('auto', 'off'))],
  ['tune.ssl.default-dh-param', judged(DH)],
  ['tune.ssl.force-private-cache', judged(NOTHING)],
  ['tune.ssl.keylog', judged(ON_OFF)],
  ['tune.ssl.lifetime', judged(time('s'))],
  ['ocsp-update.disable', mild(loose(ON_OFF))],
  ['ocsp-update.mode', mild(loose(ON_OFF))],
  ['ocsp-update.httpproxy', judged({ least: 1, most: 1, takes: 'an address' })],
  ...['ocsp-update', 'tune.ssl.ocsp-update'].flatMap((base) => [
    [`${base}.mindelay`, checkDelay(false)] as const,
    [`${base}.maxdelay`, checkDelay(true)] as const,
  ]),
];
