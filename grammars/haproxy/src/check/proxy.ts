import { inVersions } from '@halint/core';
import { compareVersions } from '@halint/core';
import { STATEMENTS } from '../vocabulary.ts';
import { isOpaque, timeFault } from '../values.ts';
import { counted, hasWords } from './count.ts';
import { subKeyword } from './keyword.ts';
import { checkHttpRule, checkTcpRule } from './rules.ts';
import { listed, refuse, suggestion, type Checker } from './run.ts';

/** Modes of a proxy with the versions that know them. */
const MODES: readonly (readonly [word: string, since?: string | undefined, until?: string])[] = [
  ['tcp'],
  ['http'],
  ['health', undefined, '2.6'],
  ['log', '2.7'],
  ['spop', '3.1'],
  ['haterm', '3.3'],
];

/** Balance algorithms: exact words, and words that carry brackets. */
const ALGORITHMS: readonly (readonly [word: string, since?: string])[] = [
  ['roundrobin'],
  ['static-rr'],
  ['leastconn'],
  ['first'],
  ['source'],
  ['uri'],
  ['url_param'],
  ['random'],
  ['rdp-cookie'],
  ['hash', '2.3'],
  ['log-hash', '2.7'],
  ['sticky', '2.7'],
];

const checkMode: Checker = (run, line) => {
  if (!hasWords(run, line, 1)) return;
  const mode = run.lines.value(line, 1);
  const known = MODES.filter(([, since, until]) => inVersions(run.version, since, until)).map(([word]) => word);
  if (isOpaque(mode) || known.includes(mode)) return;
  const at = run.lines.at(line, 1);
  const { near, extra } = suggestion(at, mode, known);
  refuse(
    run,
    'unknown-mode',
    at,
    `'${mode}' is no mode of haproxy ${run.version}${near || `: ${listed(known)} are`}`,
    extra,
  );
};

const checkBalance: Checker = (run, line) => {
  const word = run.lines.value(line, 1);
  if (word === '' || isOpaque(word)) return;
  const at = run.lines.at(line, 1);
  if (/^hdr\(/.test(word)) {
    if (/^hdr\(\)/.test(word)) refuse(run, 'invalid-argument', at, "'hdr()' needs the name of a header");
    return;
  }
  const known = ALGORITHMS.filter(([, since]) => inVersions(run.version, since)).map(([name]) => name);
  if (known.includes(word) || /^(?:random|rdp-cookie)\(/.test(word)) {
    if (word === 'url_param' && run.lines.words(line) < 3) {
      refuse(run, 'missing-argument', at, "'url_param' needs the name of a parameter");
    }
    return;
  }
  const { near, extra } = suggestion(at, word, known);
  refuse(
    run,
    'unknown-balance-algorithm',
    at,
    `haproxy ${run.version} has no balance algorithm '${word}'${near}`,
    extra,
  );
};

const checkTimeout: Checker = (run, line) => {
  const { lines } = run;
  const event = lines.value(line, 1);
  if (isOpaque(event)) return;
  if (!subKeyword(run, line, event, 'timeout')) return;
  const value = lines.value(line, 2);
  if (value === '') return refuse(run, 'missing-argument', lines.lineAt(line), `'timeout ${event}' needs a time`);
  const fault = timeFault(value, run.version);
  if (fault !== undefined) refuse(run, 'invalid-argument', lines.at(line, 2), fault);
  const extra = lines.value(line, 3);
  if (extra !== '')
    refuse(run, 'unexpected-argument', lines.at(line, 3), `'timeout ${event}' takes one time, found '${extra}' too`);
};

const checkOption: Checker = (run, line) => {
  const { lines } = run;
  const index = lines.keywordIndex(line);
  const name = lines.value(line, index + 1);
  if (isOpaque(name) || !subKeyword(run, line, name, 'option')) return;
  const row = STATEMENTS.all(`option ${name}`)[0];
  const negatable = row !== undefined && 'no' in row;
  if (index === 1 && !negatable) {
    refuse(run, 'invalid-negation', lines.at(line, 0), `'option ${name}' cannot be negated`);
  } else if (negatable && row.usage === '' && compareVersions(run.version, '3.3') < 0) {
    const extra = lines.value(line, index + 2);
    if (extra !== '' && !isOpaque(extra)) {
      refuse(
        run,
        'unexpected-argument',
        lines.at(line, index + 2),
        `'option ${name}' takes no further word, found '${extra}'`,
      );
    }
  }
};

const needsName =
  (keyword: string, what: string): Checker =>
  (run, line) => {
    if (run.lines.value(line, 1) === '')
      refuse(run, 'missing-argument', run.lines.at(line, 0), `'${keyword}' needs the name of a ${what}`);
  };

/** What is checked of the keywords of proxies, their sockets apart (sockets.ts). */
export const PROXY_CHECKS: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['mode', checkMode],
  ['balance', checkBalance],
  ['timeout', checkTimeout],
  ['maxconn', counted(1)],
  ['retries', counted(1)],
  ['default_backend', counted(1)],
  ['option', checkOption],
  ['use_backend', needsName('use_backend', 'backend')],
  ['use-server', needsName('use-server', 'server')],
  ['http-request', checkHttpRule],
  ['http-response', checkHttpRule],
  ['http-after-response', checkHttpRule],
  ['tcp-request', checkTcpRule],
  ['tcp-response', checkTcpRule],
]);
