import { atoi } from '../../quantity/index.ts';
import { isOpaque } from '../../values.ts';
import { refuse, since, type Checker, type Run } from '../run.ts';

const CODES = [200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 421, 425, 429, 500, 502, 503, 504];
/** Codes that came later (http_err_codes). */
const LATER: readonly (readonly [number, string])[] = [
  [501, '2.3'],
  [422, '2.5'],
  [414, '3.1'],
  [431, '3.1'],
];

/** The status codes that an error page may be given for. */
export function hasErrorPage(run: Run, code: number): boolean {
  return CODES.includes(code) || LATER.some(([later, version]) => later === code && since(run, version));
}

function checkErrorfile(run: Run, line: number): void {
  const { lines } = run;
  const code = lines.value(line, 1);
  if (isOpaque(code) || isOpaque(lines.value(line, 2))) return;
  if (code === '' || lines.value(line, 2) === '')
    return refuse(run, 'missing-argument', lines.at(line, 0), "'errorfile' needs a status code and a file");
  if (!hasErrorPage(run, atoi(code)))
    refuse(run, 'invalid-argument', lines.at(line, 1), `there is no error page for the status '${code}'`);
}

export const HTTP_ERRORS: ReadonlyMap<string, Checker> = new Map<string, Checker>([['errorfile', checkErrorfile]]);
