import { hasVariable } from './args.ts';

/** A variable with a default, or with a dot before its name (`${X-default}`, `$.LINE`), inside double quotes. */
const NEW_FORM = /\$(?:\{?\.|\{[A-Za-z_]\w*-)/;

/** Does the word, as written, hold a variable in a form that came with 2.4 (parse_line() in src/tools.c)? */
export function hasNewVariable(raw: string): boolean {
  return NEW_FORM.test(raw) && hasVariable(raw);
}
