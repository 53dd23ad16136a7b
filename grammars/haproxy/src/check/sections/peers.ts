import { atol, isWhole } from '../../quantity/index.ts';
import { splitAddress } from '../../address/index.ts';
import { isOpaque } from '../../values.ts';
import { judge, type Form } from '../forms.ts';
import { checkLog } from '../log.ts';
import { refuse, since, warn, type Checker, type Run } from '../run.ts';
import { SOCKET_CHECKS } from '../sockets.ts';
import { checkOptions } from '../sockets/options.ts';
import { checkStickTable } from '../stick-table.ts';
import { firstLine, repeated } from './repeated.ts';

const SHARDS: Form = {
  least: 1,
  takes: 'a number',
  first: (text) => (isWhole(text) && atol(text) !== 0 ? undefined : `takes a number other than 0, not '${text}'`),
};

/** `peer` lines and `bind` exclude each other: a peer line opens its own socket. */
function mixed(run: Run, line: number, other: string): boolean {
  const { lines } = run;
  const above = firstLine(run, other);
  if (lines.directives || above < 0 || above > line) return false;
  refuse(run, 'misplaced-keyword', lines.at(line, 0), "'peer' and 'bind' exclude each other in a peers section", {
    help: "Write 'server' instead of 'peer' beside 'bind'.",
  });
  return true;
}

function checkBind(run: Run, line: number): void {
  const { lines } = run;
  if (mixed(run, line, 'peer')) return;
  const address = lines.value(line, 1);
  if (isOpaque(address) || address === '') return;
  if (repeated(run, 'bind', '') && since(run, '2.3'))
    return refuse(run, 'duplicate-keyword', lines.at(line, 0), 'a peers section has one listener');
  if (since(run, '2.7') && (address.includes(',') || /:\d+-\d/.test(address)))
    return refuse(
      run,
      'invalid-address',
      lines.at(line, 1),
      'a peers section has one listener: no list and no range of ports',
    );
  SOCKET_CHECKS.get('bind')?.(run, line);
}

/** A peer without an address is passed over; 3.0 says so. */
function checkPeer(run: Run, line: number): void {
  const { lines } = run;
  if (mixed(run, line, 'bind')) return;
  if (lines.value(line, 1) === '' || lines.value(line, 2) === '') {
    if (since(run, '2.9')) warn(run, 'missing-argument', lines.at(line, 0), "'peer' without an address is passed over");
    return;
  }
  checkAddress(run, line);
}

/** Without an address the line names the local peer, or is passed over. */
function checkServer(run: Run, line: number): void {
  if (run.lines.value(line, 2) !== '') checkAddress(run, line);
}

function checkAddress(run: Run, line: number): void {
  const { lines } = run;
  const address = lines.value(line, 2);
  if (isOpaque(lines.value(line, 1)) || isOpaque(address)) return;
  const { portText, special } = splitAddress(address);
  if (!special && since(run, '2.9') && (portText === undefined || /^0*$/.test(portText)))
    return refuse(run, 'invalid-address', lines.at(line, 2), `'${address}' has no port`);
  SOCKET_CHECKS.get('server')?.(run, line);
  const values = lines.values(line);
  const ignored = ['init-addr', 'resolvers', 'check', 'agent-check'].find((word) => values.indexOf(word, 3) > 0);
  if (ignored !== undefined)
    warn(run, 'ignored-keyword', lines.at(line, values.indexOf(ignored, 3)), `'${ignored}' has no effect for a peer`);
}

function checkTable(run: Run, line: number): void {
  const { lines } = run;
  const name = lines.value(line, 1);
  if (isOpaque(name)) return;
  if (name === '') return refuse(run, 'missing-argument', lines.at(line, 0), "'table' needs a name");
  if (repeated(run, 'table', name) && since(run, '2.7'))
    return refuse(run, 'duplicate-name', lines.at(line, 1), `table '${name}' is defined above already`);
  checkStickTable(run, line, 2);
}

export const PEERS: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['peer', checkPeer],
  ['server', checkServer],
  ['bind', checkBind],
  ['default-server', (run, line) => SOCKET_CHECKS.get('default-server')?.(run, line)],
  ['default-bind', (run, line) => void checkOptions(run, line, 1, 'bind', 'bind')],
  ['log', checkLog],
  ['shards', (run, line) => void judge(run, line, SHARDS)],
  ['table', checkTable],
]);
