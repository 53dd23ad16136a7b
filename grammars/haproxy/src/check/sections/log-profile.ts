import { isOpaque } from '../../values.ts';
import { AT, checkFormat } from '../expressions.ts';
import { judged } from '../forms.ts';
import { refuse, suggestion, type Checker, type Run } from '../run.ts';

const STEPS = [
  'accept',
  'request',
  'connect',
  'response',
  'close',
  'error',
  'any',
  'quic-init',
  'tcp-req-conn',
  'tcp-req-sess',
  'tcp-req-cont',
  'tcp-res-cont',
  'http-req',
  'http-res',
  'http-after-res',
];

/** `on STEP drop`, `on STEP [format F] [sd F]`. */
function checkOn(run: Run, line: number): void {
  const { lines } = run;
  const step = lines.value(line, 1);
  if (isOpaque(step)) return;
  if (step === '') return refuse(run, 'missing-argument', lines.at(line, 0), "'on' needs a log step");
  if (!STEPS.includes(step)) {
    const { near, extra } = suggestion(lines.at(line, 1), step, STEPS);
    return refuse(run, 'invalid-argument', lines.at(line, 1), `'${step}' is no log step${near}`, extra);
  }
  let i = 2;
  for (; lines.value(line, i) !== '';) {
    const word = lines.value(line, i);
    if (isOpaque(word)) return;
    if (word === 'drop' && i === 2) i++;
    else if (word === 'format' || word === 'sd') {
      if (lines.value(line, i + 1) === '')
        return refuse(run, 'missing-argument', lines.at(line, i), `'${word}' needs a log format`);
      checkFormat(run, line, i + 1, AT.log);
      i += 2;
    } else {
      const { near, extra } = suggestion(lines.at(line, i), word, ['drop', 'format', 'sd']);
      return refuse(
        run,
        'unknown-keyword',
        lines.at(line, i),
        `'on ${step}' takes drop, format or sd, not '${word}'${near}`,
        extra,
      );
    }
  }
  if (i === 2) refuse(run, 'missing-argument', lines.at(line, 1), `'on ${step}' needs drop, format or sd`);
}

export const LOG_PROFILE: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['log-tag', judged({ least: 1, takes: 'a tag' })],
  ['on', checkOn],
]);
