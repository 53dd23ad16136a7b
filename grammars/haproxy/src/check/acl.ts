import { badSign } from '../values.ts';
import { hasVariable } from './args.ts';
import { checkCriterion } from './expressions.ts';
import { refuse, type Checker } from './run.ts';

/** `acl NAME CRITERION` (cfg_parse_listen() in src/cfgparse-listen.c, then parse_acl()). */
export const checkAcl: Checker = (run, line) => {
  const { lines } = run;
  const name = lines.value(line, 1);
  if (name === '') return refuse(run, 'missing-argument', lines.lineAt(line), "'acl' needs a name and a criterion");
  // Outside double quotes a dollar is itself, not a variable.
  const dollar = name.includes('$') && !hasVariable(lines.raw(line, 1)) && !/[{<]%|\{[{#]/.test(name);
  const sign = badSign(name) ?? (dollar ? '$' : undefined);
  if (sign !== undefined)
    return refuse(run, 'invalid-name', lines.at(line, 1), `'${sign}' is not allowed in the name of an acl`);
  if (name.length === 2 && name.toLowerCase() === 'or')
    return refuse(run, 'invalid-name', lines.at(line, 1), `an acl cannot be called '${name}'`);
  if (lines.words(line) < 3)
    return refuse(run, 'missing-argument', lines.lineAt(line), `acl '${name}' has no criterion`);
  checkCriterion(run, line, 2, lines.words(line));
};

export const ACL_CHECKS: ReadonlyMap<string, Checker> = new Map([['acl', checkAcl]]);
