import { checkBind } from './sockets/bind.ts';
import { checkLog } from './log.ts';
import { refuse, type Checker } from './run.ts';
import { checkDefaultServer, checkServer, checkServerTemplate } from './sockets/server.ts';
import { checkDispatch, checkSourceLine, checkUsesrcLine } from './sockets/source.ts';
import { checkStickTable } from './stick-table.ts';

export { checkBindWords } from './sockets/bind.ts';
export { checkStickTable } from './stick-table.ts';

/** The table of a proxy: it has one (cfg_parse_listen()). */
const checkOwnTable: Checker = (run, line) => {
  const { lines } = run;
  const first = lines.keywords.indexOf('stick-table');
  if (first < line && !lines.directives) {
    return refuse(run, 'invalid-argument', lines.at(line, 0), `a proxy has one stick-table, this is the second`);
  }
  checkStickTable(run, line, 1);
};

/** What is checked of the keywords that open, name or describe sockets. */
export const SOCKET_CHECKS: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['bind', checkBind],
  ['server', checkServer],
  ['server-template', checkServerTemplate],
  ['default-server', checkDefaultServer],
  ['source', checkSourceLine],
  ['usesrc', checkUsesrcLine],
  ['dispatch', checkDispatch],
  ['stick-table', checkOwnTable],
  ['log', checkLog],
]);
