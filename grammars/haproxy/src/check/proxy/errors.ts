import { atol } from '../../quantity/index.ts';
import { Args } from '../args.ts';
import { AT } from '../expressions.ts';
import { checkReply, errorCodes } from '../rules/reply.ts';
import { since, type Checker } from '../run.ts';

/** `errorfile CODE FILE`, `errorloc CODE URL` and their kin: a word too many is refused since 3.2. */
export const checkErrorFile: Checker = (run, line) => {
  const args = new Args(run, line);
  const what = args.keyword === 'errorfile' ? 'a file' : 'a URL';
  if (!args.needs(2, `'${args.keyword}' needs a status code and ${what}`)) return;
  if (since(run, '3.1') && !args.ends(3)) return;
  checkCode(args, 1);
};

export const checkErrorFiles: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.needs(1, "'errorfiles' needs the name of an http-errors section")) return;
  for (let i = 2; i < args.count; i++) if (!checkCode(args, i)) return;
};

function checkCode(args: Args, index: number): boolean {
  const code = atol(args.get(index));
  return (
    errorCodes(args.run).includes(code) ||
    args.bad(
      index,
      `haproxy has no error page for status '${args.get(index)}': ${errorCodes(args.run).join(', ')} are known`,
    )
  );
}

export const checkHttpError: Checker = (run, line) => {
  const args = new Args(run, line);
  const reply = checkReply(args, 1, 0, AT.feRequest | AT.beRequest | AT.feResponse | AT.beResponse);
  if (reply === undefined || reply.next < 0) return;
  if (reply.status === 0) {
    if (!args.open) args.missing("'http-error' needs a status");
  } else if (!errorCodes(run).includes(reply.status)) {
    args.bad(1, `haproxy has no error page for status ${reply.status}: ${errorCodes(run).join(', ')} are known`);
  } else args.ends(reply.next);
};
