import type { Args } from '../args.ts';
import { checkFormat, checkSample, type Places } from '../expressions.ts';
import { listed, since } from '../run.ts';

const SCOPES = ['proc', 'sess', 'txn', 'req', 'res', 'check'];
/** Conditions of set-var came with 2.5. */
const CONDITIONS: ReadonlySet<string> = new Set([
  'ifexists',
  'ifnotexists',
  'ifempty',
  'ifnotempty',
  'ifset',
  'ifnotset',
  'ifgt',
  'iflt',
]);

/** What is wrong with the name of a variable (vars_hash_name in src/vars.c), or undefined. */
export function variableFault(name: string): string | undefined {
  const dot = name.indexOf('.');
  const scope = dot < 0 ? '' : name.slice(0, dot);
  if (name === '') return 'a variable needs a name';
  if (!SCOPES.includes(scope) || dot === name.length - 1)
    return `the name of a variable starts with its scope: '${name}' does not start with ${listed(SCOPES)} and a dot`;
  const sign = /[^A-Za-z0-9_.]/.exec(name.slice(dot + 1))?.[0];
  return sign === undefined ? undefined : `'${sign}' is not allowed in the name of a variable`;
}

/** The name in the brackets of the word, and what follows it behind commas; undefined when the line is refused. */
function readBrackets(args: Args, index: number): readonly string[] | undefined {
  const word = args.get(index);
  const open = word.indexOf('(');
  if (open < 0 || !word.endsWith(')')) {
    args.bad(index, `'${open < 0 ? word : word.slice(0, open)}' needs the name of a variable in brackets`);
    return undefined;
  }
  const inside = word.slice(open + 1, -1);
  const parts = since(args.run, '2.5') ? inside.split(',') : [inside];
  const fault = variableFault(parts[0] ?? '');
  if (fault === undefined) return parts;
  args.bad(index, fault, 'invalid-name');
  return undefined;
}

/** unset-var(NAME); the index behind it, -1 when refused. */
export function unsetVariable(args: Args, index: number): number {
  const parts = readBrackets(args, index);
  if (parts === undefined) return -1;
  if (parts.length < 2 || parts[1] === '') return index + 1;
  args.bad(index, "'unset-var' takes no condition: only the name of a variable");
  return -1;
}

/** set-var(NAME[,COND…]) EXPRESSION and set-var-fmt(NAME[,COND…]) FORMAT. */
export function setVariable(args: Args, index: number, places: Places, formatPlaces: Places): number {
  const { run, line } = args;
  const parts = readBrackets(args, index);
  if (parts === undefined) return -1;
  const wrong = parts.slice(1).find((part) => part !== '' && !CONDITIONS.has(part));
  if (wrong !== undefined && !parts.slice(1, parts.indexOf(wrong)).includes('')) {
    args.bad(index, `'${wrong}' is no condition of set-var: ${listed([...CONDITIONS])} are`);
    return -1;
  }
  const format = args.get(index).startsWith('set-var-fmt');
  // A missing format is an empty one.
  if (format && args.get(index + 1) === '') return index + 1;
  if (!args.needs(index + 1, `'${args.get(index)}' needs an expression`)) return args.open ? index + 1 : -1;
  if (!format) return checkSample(run, line, args.place(index + 1), places);
  checkFormat(run, line, args.place(index + 1), formatPlaces);
  return index + 2;
}
