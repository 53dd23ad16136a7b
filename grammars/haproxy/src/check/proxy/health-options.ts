import type { Args } from '../args.ts';
import { AT, checkFormat } from '../expressions.ts';
import { since } from '../run.ts';

/** Words that an option for health checks takes behind its name at most (proxy_parse_*_opt in src/tcpcheck.c). */
const MOST: Readonly<Record<string, number>> = {
  'external-check': 0,
  'ldap-check': 0,
  'redis-check': 0,
  'spop-check': 0,
  'ssl-hello-chk': 0,
  'tcp-check': 0,
  smtpchk: 2,
  'pgsql-check': 2,
  'mysql-check': 3,
};

export function checkHealthOption(args: Args, name: string): void {
  if (name === 'httpchk') return checkHttp(args);
  const most = MOST[name];
  if (most === undefined || !args.ends(2 + most)) return;
  if (name === 'pgsql-check') checkPgsql(args);
  else if (name === 'mysql-check') checkMysql(args);
}

/** A fourth word, the Host header, came with 3.2; headers hidden in the version string were the way to send them until 2.2, and went with 2.7. */
function checkHttp(args: Args): void {
  const { run } = args;
  if (!args.ends(since(run, '3.1') ? 6 : 5)) return;
  if (args.get(5) !== '') checkFormat(run, args.line, args.place(5), AT.check);
  if (!args.get(4).includes('\r\n') || !since(run, '2.2')) return;
  const message = 'headers and body do not belong into the version';
  const help = " use 'http-check send'";
  if (since(run, '2.7')) args.bad(4, `${message}:${help}`);
  else args.warn(4, `${message}:${help}`, 'removed-or-deprecated-keyword');
}

function checkPgsql(args: Args): void {
  if (!args.needs(3, "'option pgsql-check' needs 'user' and a name")) return;
  if (args.get(2) !== 'user') args.bad(2, `'option pgsql-check' needs 'user' and a name, found '${args.get(2)}'`);
}

function checkMysql(args: Args): void {
  if (args.get(2) === '') return;
  if (!args.among(2, ['user'], "a word of 'option mysql-check'")) return;
  if (args.needs(3, "'user' needs a name") && args.get(4) !== '') args.among(4, ['post-41', 'pre-41'], 'a protocol');
}
