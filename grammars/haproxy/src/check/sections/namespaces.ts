import { badSign, isOpaque } from '../../values.ts';
import { refuse, type Checker } from '../run.ts';
import { repeated } from './repeated.ts';

/** `namespace NAME…`: whether it is there depends on the machine. */
const checkNamespace: Checker = (run, line) => {
  const { lines } = run;
  for (let i = 1; lines.value(line, i) !== ''; i++) {
    const name = lines.value(line, i);
    if (isOpaque(name)) return;
    const sign = badSign(name);
    if (sign !== undefined)
      return refuse(run, 'invalid-name', lines.at(line, i), `'${sign}' is not allowed in the name of a namespace`);
    if (repeated(run, 'namespace', name))
      return refuse(run, 'duplicate-name', lines.at(line, i), `namespace '${name}' is added above already`);
  }
};

export const NAMESPACES: ReadonlyMap<string, Checker> = new Map([['namespace', checkNamespace]]);
