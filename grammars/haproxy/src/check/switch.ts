import { AT, checkCondition, checkFormat } from './expressions.ts';
import { isOpaque } from '../values.ts';
import { refuse, type Checker } from './run.ts';

/** `use_backend NAME [if|unless CONDITION]`; a name with `%` is a log-format string (check_config_validity()). */
const checkUseBackend: Checker = (run, line) => {
  const { lines } = run;
  const name = lines.value(line, 1);
  if (name === '')
    return refuse(run, 'missing-argument', lines.at(line, 0), "'use_backend' needs the name of a backend");
  if (name.includes('%')) checkFormat(run, line, 1, AT.feRequest);
  checkCondition(run, line, 2, AT.feSetBackend);
};

/** `use-server NAME if|unless CONDITION` */
const checkUseServer: Checker = (run, line) => {
  const { lines } = run;
  const name = lines.value(line, 1);
  if (name === '') return refuse(run, 'missing-argument', lines.at(line, 0), "'use-server' needs the name of a server");
  const word = lines.value(line, 2);
  if (isOpaque(word)) return;
  if (word !== 'if' && word !== 'unless') {
    const found = word === '' ? '' : `, not '${word}'`;
    const at = lines.at(line, word === '' ? 1 : 2);
    return refuse(
      run,
      'missing-argument',
      at,
      `'use-server ${name}' is followed by 'if' or 'unless' and a condition${found}`,
    );
  }
  if (name.includes('%')) checkFormat(run, line, 1, AT.feRequest);
  checkCondition(run, line, 2, AT.beSetServer);
};

export const SWITCH_CHECKS: ReadonlyMap<string, Checker> = new Map([
  ['use_backend', checkUseBackend],
  ['use-server', checkUseServer],
]);
