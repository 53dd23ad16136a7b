import { isOpaque } from '../../values.ts';
import { integer, judge, judged, loose, oneOf, words, type Form, ANYTHING, time } from '../forms.ts';
import { refuse, since, type Checker, type Run } from '../run.ts';

/** In either case (strcasecmp). */
const CHALLENGE: Form = {
  least: 1,
  takes: 'HTTP-01 or DNS-01',
  words: ['HTTP-01', 'DNS-01'],
  first: (text) => (/^(?:http|dns)-01$/i.test(text) ? undefined : `takes HTTP-01 or DNS-01, not '${text}'`),
};

/** A section without a directory (cfg_postsection_acme). */
export function checkAcme(run: Run): void {
  const { lines } = run;
  if (lines.directives || lines.templated || lines.keywords.includes('directory') || since(run, '3.3')) return;
  refuse(run, 'missing-argument', lines.at(0, 0), "an acme section needs a 'directory'");
}

const CURVES = oneOf('P-256', 'P-384', 'P-521');

function checkCurves(run: Run, line: number): void {
  const text = run.lines.value(line, 1);
  if (!judge(run, line, words(1, 'a curve')) || isOpaque(text)) return;
  judge(run, line, CURVES);
}

export const ACME: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['directory', judged(words(1, 'an address'))],
  ['contact', judged(words(1, 'a mail address'))],
  ['account-key', judged({ least: 1, most: 2, takes: 'a file' })],
  ['challenge', judged({ ...CHALLENGE, most: 2 })],
  ['keytype', judged(oneOf('RSA', 'ECDSA'))],
  ['bits', judged(integer(-Infinity, Infinity, 'whole'))],
  ['curves', checkCurves],
  ['map', judged(words(1, 'a map'))],
  ['profile', judged(words(1, 'a profile'))],
  ['reuse-key', judged(oneOf('on', 'off'))],
  ['challenge-ready', judged(ANYTHING)],
  ['dns-delay', judged(loose(time('s')))],
  ['dns-timeout', judged(loose(time('s')))],
]);
