import { compareVersions, inVersions } from '@halint/core';
import { STATEMENTS, verdictOf, type Verdict } from '../vocabulary.ts';
import { badSign, isOpaque, timeFault } from '../values.ts';
import { checkBind, checkDefaultServer, checkServer, checkServerTemplate } from './sockets.ts';
import { checkHttpRule, checkTcpRule } from './rules.ts';
import { listed, refuse, suggestion, warn, type Checker, type Run } from './run.ts';

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

const FACILITIES: ReadonlySet<string> = new Set(
  (
    'kern user mail daemon auth syslog lpr news uucp cron auth2 ftp ntp audit alert cron2 ' +
    'local0 local1 local2 local3 local4 local5 local6 local7'
  ).split(' '),
);
const LEVELS: ReadonlySet<string> = new Set('emerg alert crit err warning notice info debug'.split(' '));

/** Keywords that take exactly so many words. */
const COUNTS: Readonly<Record<string, number>> = {
  mode: 1,
  maxconn: 1,
  retries: 1,
  default_backend: 1,
  daemon: 0,
  chroot: 1,
};

function counted(run: Run, line: number): boolean {
  const { lines } = run;
  const keyword = lines.keywords[line] as string;
  const wanted = COUNTS[keyword] ?? 0;
  const values = lines.values(line);
  if (values.length - 1 < wanted) {
    refuse(run, 'missing-argument', lines.at(line, 0), `'${keyword}' needs a value`);
    return false;
  }
  if (values.length - 1 > wanted) {
    const extra = values[wanted + 1] as string;
    refuse(
      run,
      'unexpected-argument',
      lines.at(line, wanted + 1),
      `'${keyword}' takes no further word, found '${extra}'`,
    );
  }
  return true;
}

const checkCount: Checker = (run, line) => void counted(run, line);

const checkMode: Checker = (run, line) => {
  if (!counted(run, line)) return;
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

/** Judges `option X` and `timeout X`; true when the daemon reads on. */
function subKeyword(run: Run, line: number, word: string, keyword: string): boolean {
  const index = run.lines.keywordIndex(line) + 1;
  if (word === '') {
    refuse(run, 'missing-argument', run.lines.lineAt(line), `'${keyword}' needs a name`);
    return false;
  }
  const at = run.lines.at(line, index);
  const verdict = verdictOf(`${keyword} ${word}`, run.kind, run.version);
  if (verdict.status === 'unknown' || verdict.status === 'misplaced') {
    const known = STATEMENTS.rows
      .filter((row) => row.word.startsWith(`${keyword} `))
      .map((row) => row.word.slice(keyword.length + 1));
    const { near, extra } = suggestion(at, word, known);
    refuse(run, 'unknown-keyword', at, `there is no '${keyword} ${word}'${near}`, extra);
    return false;
  }
  return report(run, verdict, at, `${keyword} ${word}`);
}

type At = Parameters<typeof refuse>[2];

/** Reports a verdict on a known keyword; true when its arguments are worth checking. */
export function report(run: Run, verdict: Verdict, at: At, word: string): boolean {
  if (!('row' in verdict)) return true;
  const { row, status } = verdict;
  const instead = row.instead === undefined ? {} : { help: `Use '${row.instead}' instead.` };
  const kind = run.kind.trimEnd();
  if (status === 'deprecated') {
    warn(
      run,
      'removed-or-deprecated-keyword',
      at,
      `'${word}' is deprecated since haproxy ${row.deprecated ?? ''}`,
      instead,
    );
    return true;
  }
  if (status === 'ignored')
    warn(run, 'ignored-keyword', at, `'${word}' has no effect in a ${kind}: it belongs in ${listed(row.in)}`);
  else if (status === 'removed') {
    refuse(
      run,
      'removed-or-deprecated-keyword',
      at,
      `'${word}' was removed in haproxy ${row.until ?? ''}, the target is ${run.version}`,
      instead,
    );
  } else if (status === 'future') {
    refuse(
      run,
      'unknown-keyword',
      at,
      `haproxy ${run.version} does not know '${word}' yet: it came with ${row.since ?? ''}`,
    );
  } else if (status === 'unnamed') {
    const old = compareVersions(run.version, '2.3') < 0;
    const why = old
      ? `haproxy ${run.version} takes no rules in defaults`
      : 'only a defaults section with a name takes rules';
    refuse(run, 'misplaced-keyword', at, `'${word}' is not allowed here: ${why}`);
  } else refuse(run, 'misplaced-keyword', at, `'${word}' is valid in ${listed(row.in)}, not in ${kind}`);
  return false;
}

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

const checkLog: Checker = (run, line) => {
  const { lines } = run;
  if (lines.keywordIndex(line) === 1) return;
  const values = lines.values(line);
  if (values.some(isOpaque)) return;
  if (values[1] === 'global' && values.length === 2) {
    if (run.kind === 'global')
      refuse(run, 'invalid-argument', lines.at(line, 1), "'log global' cannot stand in global itself");
    return;
  }
  let i = 2;
  while (/^(?:len|format|sample|profile)$/.test(values[i] ?? '')) i += 2;
  const facility = values[i];
  if (facility === undefined)
    return refuse(run, 'missing-argument', lines.lineAt(line), "'log' needs an address and a facility");
  if (!FACILITIES.has(facility)) {
    const { near, extra } = suggestion(lines.at(line, i), facility, FACILITIES);
    return refuse(run, 'invalid-argument', lines.at(line, i), `'${facility}' is no syslog facility${near}`, extra);
  }
  for (const at of [i + 1, i + 2]) {
    const level = values[at];
    if (level === undefined || LEVELS.has(level)) continue;
    return refuse(run, 'invalid-argument', lines.at(line, at), `'${level}' is no syslog level`);
  }
};

const checkAcl: Checker = (run, line) => {
  const { lines } = run;
  const name = lines.value(line, 1);
  if (name === '') return refuse(run, 'missing-argument', lines.lineAt(line), "'acl' needs a name and a criterion");
  const sign = badSign(name);
  if (sign !== undefined)
    refuse(run, 'invalid-name', lines.at(line, 1), `'${sign}' is not allowed in the name of an acl`);
  else if (name === 'or') refuse(run, 'invalid-name', lines.at(line, 1), "an acl cannot be called 'or'");
  else if (lines.words(line) < 3) refuse(run, 'missing-argument', lines.lineAt(line), `acl '${name}' has no criterion`);
};

const needsName =
  (keyword: string, what: string): Checker =>
  (run, line) => {
    if (run.lines.value(line, 1) === '')
      refuse(run, 'missing-argument', run.lines.at(line, 0), `'${keyword}' needs the name of a ${what}`);
  };

/** What else is checked of a keyword, for the proxies. */
export const PROXY_CHECKS: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['mode', checkMode],
  ['balance', checkBalance],
  ['timeout', checkTimeout],
  ['maxconn', checkCount],
  ['retries', checkCount],
  ['default_backend', checkCount],
  ['bind', checkBind],
  ['server', checkServer],
  ['server-template', checkServerTemplate],
  ['default-server', checkDefaultServer],
  ['option', checkOption],
  ['log', checkLog],
  ['acl', checkAcl],
  ['use_backend', needsName('use_backend', 'backend')],
  ['use-server', needsName('use-server', 'server')],
  ['http-request', checkHttpRule],
  ['http-response', checkHttpRule],
  ['http-after-response', checkHttpRule],
  ['tcp-request', checkTcpRule],
  ['tcp-response', checkTcpRule],
]);

export const GLOBAL_CHECKS: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['maxconn', checkCount],
  ['daemon', checkCount],
  ['chroot', checkCount],
  ['log', checkLog],
]);
