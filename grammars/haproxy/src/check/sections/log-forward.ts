import { isOpaque } from '../../values.ts';
import { judge, loose, NOTHING, NUMBER, oneOf, time } from '../forms.ts';
import { checkDgramBind } from '../sockets/bind.ts';
import { checkBindCertificates } from '../sockets/binds-together.ts';
import { checkLog } from '../log.ts';
import { aside, refuse, since, suggestion, warn, type Checker, type Run } from '../run.ts';
import { SOCKET_CHECKS } from '../sockets.ts';

const TIME = loose(time());
const OPTIONS = ['dont-parse-log', 'assume-rfc6587-ntf', 'host'];
const HOST = loose(oneOf('replace', 'fill', 'keep', 'append'));

function checkTimeout(run: Run, line: number): void {
  const { lines } = run;
  const word = lines.value(line, 1);
  if (isOpaque(word)) return;
  if (word === 'client') return void judge(run, line, TIME, 1);
  const at = lines.at(line, word === '' ? 0 : 1);
  const { near, extra } = suggestion(at, word, ['client']);
  const rule = word === '' ? 'missing-argument' : 'unknown-keyword';
  refuse(run, rule, at, `'timeout' takes client and a time here, not '${word}'${near}`, extra);
}

function checkOption(run: Run, line: number): void {
  const { lines } = run;
  const index = lines.keywordIndex(line) + 1;
  const word = lines.value(line, index);
  if (isOpaque(word)) return;
  if (word === '') return refuse(run, 'missing-argument', lines.at(line, index - 1), "'option' needs a name");
  if (!OPTIONS.includes(word)) {
    const { near, extra } = suggestion(lines.at(line, index), word, OPTIONS);
    return refuse(
      run,
      'unknown-keyword',
      lines.at(line, index),
      `a log-forward section has no option '${word}'${near}`,
      extra,
    );
  }
  judge(run, line, word === 'host' ? HOST : NOTHING, 1);
}

/** `bind`, `dgram-bind`: without an address nothing is opened. */
function checkBind(run: Run, line: number): void {
  if (run.lines.value(line, 1) === '') return;
  const other = aside(run);
  if (run.lines.keywords[line] === 'bind') SOCKET_CHECKS.get('bind')?.(other, line);
  else checkDgramBind(other, line);
  // Until 2.7 the daemon named a bad address of `bind` and went on.
  const lenient = run.lines.keywords[line] === 'bind' && !since(run, '2.7');
  for (const finding of other.findings) {
    if (lenient && finding.rule === 'haproxy/invalid-address')
      warn(run, 'invalid-address', finding.at, finding.message);
    else run.findings.push(finding);
  }
}

export const LOG_FORWARD: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['bind', checkBind],
  ['dgram-bind', checkBind],
  ['log', checkLog],
  ['maxconn', (run, line) => void judge(run, line, NUMBER)],
  ['backlog', (run, line) => void judge(run, line, NUMBER)],
  ['timeout', checkTimeout],
  ['option', checkOption],
]);

/** A section that listens nowhere. */
export function checkLogForward(run: Run): void {
  const { lines } = run;
  if (lines.directives || lines.templated) return;
  if (!run.findings.some(({ rejects }) => rejects)) checkBindCertificates(run);
  const opens = (keyword: string, line: number): boolean =>
    /^(?:dgram-)?bind$/.test(keyword) && lines.value(line, 1) !== '';
  if (lines.keywords.some(opens)) return;
  warn(run, 'missing-argument', lines.at(0, 0), "a log-forward section without 'bind' or 'dgram-bind'");
}
