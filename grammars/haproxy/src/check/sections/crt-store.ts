import type { SectionLines } from '../../lines.ts';
import { isWhole } from '../../quantity/index.ts';
import { isOpaque } from '../../values.ts';
import { judged } from '../forms.ts';
import { refuse, since, suggestion, warn, type Checker, type Run } from '../run.ts';
import { firstLine, repeated } from './repeated.ts';

type Value = 'text' | 'switch' | 'number';
/** Words of `load`, which a crt-list takes too. */
export const CERTIFICATE_WORDS: readonly (readonly [word: string, since: string, value: Value])[] = [
  ['crt', '2.9', 'text'],
  ['alias', '2.9', 'text'],
  ['key', '2.9', 'text'],
  ['ocsp', '2.9', 'text'],
  ['issuer', '2.9', 'text'],
  ['sctl', '2.9', 'text'],
  ['ocsp-update', '2.9', 'switch'],
  ['acme', '3.1', 'text'],
  ['domains', '3.1', 'text'],
  ['ips', '3.3', 'text'],
  ['jwt', '3.3', 'switch'],
  ['generate-dummy', '3.3', 'switch'],
  ['keytype', '3.3', 'text'],
  ['bits', '3.3', 'number'],
  ['curves', '3.3', 'text'],
];

/** What a `load` line is found by: `@` with its alias, else its file; '' without either. */
export function storeName(lines: SectionLines, line: number): string {
  let crt = '';
  let alias = '';
  for (let i = 1; lines.value(line, i) !== ''; i += 2) {
    if (lines.value(line, i) === 'crt') crt = lines.value(line, i + 1);
    else if (lines.value(line, i) === 'alias') alias = lines.value(line, i + 1);
  }
  return alias === '' ? crt : `@${alias}`;
}

/** `load crt FILE [alias NAME] …`: pairs of a word and its value. */
function checkLoad(run: Run, line: number): void {
  const { lines } = run;
  const said = new Set<string>();
  let crt = '';
  for (let i = 1; lines.value(line, i) !== ''; i += 2) {
    const word = lines.value(line, i);
    const value = lines.value(line, i + 1);
    if (isOpaque(word) || isOpaque(value)) return;
    const row = CERTIFICATE_WORDS.find(([known, version]) => known === word && since(run, version));
    if (row === undefined) {
      const known = CERTIFICATE_WORDS.filter(([, version]) => since(run, version)).map(([name]) => name);
      const { near, extra } = suggestion(lines.at(line, i), word, known);
      return refuse(run, 'unknown-keyword', lines.at(line, i), `'${word}' is no word of 'load'${near}`, extra);
    }
    if (row[2] === 'switch' && value !== 'on' && value !== 'off')
      return refuse(
        run,
        'invalid-argument',
        lines.at(line, value === '' ? i : i + 1),
        `'${word}' takes on or off, not '${value}'`,
      );
    if (row[2] === 'number' && !isWhole(value))
      return refuse(run, 'invalid-argument', lines.at(line, i + 1), `'${word}' takes a number, not '${value}'`);
    if (word === 'alias' && value.startsWith('/'))
      return refuse(run, 'invalid-argument', lines.at(line, i + 1), "an alias does not start with '/'");
    if (since(run, '3.1') && said.has(word) && word !== 'alias')
      warn(run, 'ignored-keyword', lines.at(line, i), `'${word}' stands on the line already: this one counts`);
    said.add(word);
    if (word === 'crt') crt = value;
  }
  if (crt === '') return refuse(run, 'missing-argument', lines.at(line, 0), "'load' needs 'crt' and a file");
  const name = storeName(lines, line);
  if (repeated(run, 'store', name))
    refuse(run, 'duplicate-name', lines.at(line, 0), `'${name.replace(/^@/, '')}' is loaded above already`);
}

function checkBase(run: Run, line: number): void {
  judged({ least: 1, takes: 'a directory' })(run, line);
  const { lines } = run;
  const load = firstLine(run, 'load');
  if (load >= 0 && load < line)
    refuse(
      run,
      'misplaced-keyword',
      lines.at(line, 0),
      `'${lines.keywords[line] as string}' must stand above the first 'load'`,
    );
}

export const CRT_STORE: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['crt-base', checkBase],
  ['key-base', checkBase],
  ['load', checkLoad],
]);
