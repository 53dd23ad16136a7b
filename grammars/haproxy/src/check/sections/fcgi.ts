import { atol } from '../../quantity/index.ts';
import { isOpaque } from '../../values.ts';
import { checkAcl } from '../acl.ts';
import { AT, checkCondition, checkFormat } from '../expressions.ts';
import { judge, judged, NOTHING, words, type Form } from '../forms.ts';
import { refuse, suggestion, type Checker, type Run } from '../run.ts';
import { checkLog } from '../log.ts';

const OPTIONS = ['keep-conn', 'get-values', 'mpxs-conns', 'max-reqs'];
const REQUESTS: Form = {
  ...words(1, 'a number'),
  first: (text) => (atol(text) === 0 ? `takes a number above 0, not '${text}'` : undefined),
};

function checkOption(run: Run, line: number): void {
  const { lines } = run;
  const index = lines.keywordIndex(line) + 1;
  const word = lines.value(line, index);
  if (isOpaque(word)) return;
  if (word === '') return refuse(run, 'missing-argument', lines.at(line, index - 1), "'option' needs a name");
  if (!OPTIONS.includes(word)) {
    const { near, extra } = suggestion(lines.at(line, index), word, OPTIONS);
    return refuse(run, 'unknown-keyword', lines.at(line, index), `an fcgi-app has no option '${word}'${near}`, extra);
  }
  if (word !== 'max-reqs') return void judge(run, line, NOTHING, 1);
  if (index === 2) return refuse(run, 'invalid-negation', lines.at(line, 0), "'option max-reqs' cannot be negated");
  judge(run, line, REQUESTS, 1);
}

const PLACES = AT.beRequest | AT.beRequestBody;

/** The formats of an application that a proxy uses; those of others are never read (proxy_fcgi_app_check()). */
export function checkParams(run: Run): void {
  const { lines } = run;
  for (let line = lines.body; line < lines.count; line++) {
    if (lines.keywords[line] === 'set-param' && lines.words(line) > 2) checkFormat(run, line, 2, PLACES);
  }
}

function checkSetParam(run: Run, line: number): void {
  const { lines } = run;
  if (isOpaque(lines.value(line, 1))) return;
  if (lines.value(line, 1) === '' || lines.value(line, 2) === '')
    return refuse(run, 'missing-argument', lines.at(line, 0), "'set-param' needs a name and a format");
  checkBehind(run, line, 3);
}

function checkPassHeader(run: Run, line: number): void {
  const { lines } = run;
  if (lines.value(line, 1) === '')
    return refuse(run, 'missing-argument', lines.at(line, 0), "'pass-header' needs a name");
  if (!isOpaque(lines.value(line, 1))) checkBehind(run, line, 2);
}

/** Only a condition may follow. */
function checkBehind(run: Run, line: number, index: number): void {
  const { lines } = run;
  const word = lines.value(line, index);
  if (word === '' || isOpaque(word)) return;
  if (word === 'if' || word === 'unless') checkCondition(run, line, index, PLACES);
  else refuse(run, 'unexpected-argument', lines.at(line, index), `only 'if' or 'unless' may follow, not '${word}'`);
}

/** Brackets that do not match: a regular expression that no library takes. */
function checkPathInfo(run: Run, line: number): void {
  if (!judge(run, line, words(1, 'a regular expression'))) return;
  const { lines } = run;
  const text = lines.value(line, 1).replace(/\\./g, '');
  if (/^[^()[\]]*$/.test(text)) return;
  const plain = text.replace(/\[\^?\]?[^\]]*\]/g, '');
  const open = plain.split('(').length - plain.split(')').length;
  if (plain.includes('[') || open > 0)
    refuse(
      run,
      'invalid-argument',
      lines.at(line, 1),
      `'${lines.value(line, 1)}' is no regular expression: a bracket is not closed`,
    );
}

/** What the application as a whole lacks (cfg_fcgi_apps_postparser). */
export function checkApp(run: Run): void {
  const { lines } = run;
  if (lines.directives || lines.templated) return;
  if (!lines.keywords.includes('docroot'))
    return refuse(run, 'missing-argument', lines.at(0, 0), "an fcgi-app needs a 'docroot'");
  let many = -1;
  for (let line = lines.body; line < lines.count; line++) {
    if (lines.keywords[line] !== 'option' || lines.keywordIndex(line) !== 0) continue;
    const word = lines.value(line, 1);
    if (word === 'mpxs-conns' || word === 'get-values') return;
    if (word === 'max-reqs' && !isOpaque(lines.value(line, 2))) many = atol(lines.value(line, 2)) === 1 ? -1 : line;
  }
  // The daemon only prints a warning, and stops.
  if (many >= 0) refuse(run, 'invalid-argument', lines.at(many, 1), "'max-reqs' above 1 needs 'option mpxs-conns'");
}

export const FCGI: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['docroot', judged(words(1, 'a directory'))],
  ['index', judged(words(1, 'a file'))],
  ['path-info', checkPathInfo],
  ['option', checkOption],
  ['set-param', checkSetParam],
  ['pass-header', checkPassHeader],
  ['acl', checkAcl],
  ['log-stderr', checkLog],
]);
