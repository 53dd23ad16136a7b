import { refuse, since, type Run } from '../run.ts';

/** Words with the version they came with: before it they are told as unknown. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['nocc', '2.7'],
  ['ktls', '3.3'],
  ['nbconn', '2.9'],
]);

/**
 * Addresses and options of sockets that need `expose-experimental-directives` in global: rhttp@ since 2.9 (haproxy compares
 * three letters only, so that a host name that starts with them is taken for it), the nocc algorithm, ktls.
 */
export function checkExperiments(run: Run): void {
  const { lines } = run;
  if (!since(run, '2.7') || !/rht|nocc|ktls|nbconn/.test(lines.text)) return;
  const { keywords } = lines;
  for (let line = lines.body; line < lines.count; line++) {
    const index =
      keywords[line] === 'bind' ? 1 : keywords[line] === 'server' ? 2 : keywords[line] === 'server-template' ? 3 : -1;
    if (index < 0) continue;
    const reverse = since(run, '2.9') && lines.value(line, index).startsWith('rht');
    if (reverse) report(run, line, index);
    for (let i = index + 1; i < lines.words(line); i++) {
      const word = lines.value(line, i);
      const from = WORDS.get(word);
      if (from !== undefined && since(run, from) && (word !== 'nocc' || lines.value(line, i - 1) === 'quic-cc-algo'))
        report(run, line, i);
    }
  }
}

function report(run: Run, line: number, index: number): void {
  const word = run.lines.value(line, index);
  refuse(run, 'invalid-argument', run.lines.at(line, index), `'${word}' is experimental`, {
    help: "Write 'expose-experimental-directives' in global to allow it.",
  });
}
