import { readAddress } from '../../address/index.ts';
import { badSign, isOpaque } from '../../values.ts';
import { addressFault, NAMESERVER_ADDRESS, TARGET_ADDRESS, type Wants } from '../sockets/address.ts';
import { ANYTHING, integer, judge, judged, loose, NUMBER, time } from '../forms.ts';
import { refuse, since, suggestion, warn, type Checker, type Run } from '../run.ts';
import { SOCKET_CHECKS } from '../sockets.ts';
import { repeated } from './repeated.ts';

const HOLD = ['nx', 'other', 'refused', 'timeout', 'valid', 'obsolete'];
const TIME = loose(time());

/** What is wrong with an address of a service; before 2.4 port numbers were not held against their bounds. */
export function oldPort(run: Run, wants: Wants, address: string): string | undefined {
  const fault = addressFault(address, wants, run.version);
  return fault?.startsWith('port ') === true && !fault.startsWith('port 0') && !since(run, '2.3') ? undefined : fault;
}

/** What no nameserver listens on, by version (resolvers_finalize_config()). */
function socketFault(run: Run, address: string): string | undefined {
  const { family, transport, rest } = readAddress(address);
  const quic = transport === 'quic' || family.startsWith('quic');
  if (quic) return !since(run, '2.7') || (since(run, '3.1') && !since(run, '3.3')) ? 'speaks no QUIC' : undefined;
  return rest !== undefined && !since(run, '3.1') ? 'is no path' : undefined;
}

/** Before 2.4 a nameserver was an IP address alone. */
const OLD_NAMESERVER = TARGET_ADDRESS;

function checkNameserver(run: Run, line: number): void {
  const { lines } = run;
  const name = lines.value(line, 1);
  const address = lines.value(line, 2);
  if (isOpaque(name) || isOpaque(address)) return;
  if (address === '')
    return refuse(run, 'missing-argument', lines.at(line, 0), "'nameserver' needs a name and an address");
  const sign = badSign(name);
  if (sign !== undefined)
    return refuse(run, 'invalid-name', lines.at(line, 1), `'${sign}' is not allowed in the name of a nameserver`);
  if (repeated(run, 'nameserver', name)) {
    refuse(run, 'duplicate-name', lines.at(line, 1), `nameserver '${name}' is defined above already`);
    return;
  }
  const fault = oldPort(run, since(run, '2.3') ? NAMESERVER_ADDRESS : OLD_NAMESERVER, address);
  if (fault !== undefined) return refuse(run, 'invalid-address', lines.at(line, 2), fault);
  const why = socketFault(run, address);
  if (why !== undefined) return refuse(run, 'invalid-address', lines.at(line, 2), `'${address}': a nameserver ${why}`);
  if (readAddress(address).rest !== undefined)
    warn(run, 'invalid-address', lines.at(line, 2), `'${address}': haproxy cannot ask a nameserver there`);
  if (address.startsWith('tcp') && /^tcp[46]?@/.test(address)) SOCKET_CHECKS.get('server')?.(run, line);
}

/** Resolvers that ask nobody. */
export function checkResolvers(run: Run): void {
  const { lines } = run;
  if (lines.directives || lines.templated) return;
  if (lines.keywords.includes('nameserver') || lines.keywords.includes('parse-resolv-conf')) return;
  warn(run, 'missing-argument', lines.at(0, 0), "resolvers without a 'nameserver'");
}

/** Since 3.1 a time below 100 without a unit gets a warning: seconds were meant, as a rule. */
export function smallTime(run: Run, line: number, index: number): void {
  const text = run.lines.value(line, index);
  if (!since(run, '3.1') || !/^\d+$/.test(text) || Number(text) >= 100 || Number(text) === 0) return;
  warn(run, 'invalid-argument', run.lines.at(line, index), `'${text}' is ${text} ms: write the unit, if that is meant`);
}

function checkHold(run: Run, line: number): void {
  const { lines } = run;
  const status = lines.value(line, 1);
  if (isOpaque(status) || isOpaque(lines.value(line, 2))) return;
  if (lines.value(line, 2) === '')
    return refuse(run, 'missing-argument', lines.at(line, 0), "'hold' needs a status and a time");
  if (!judge(run, line, TIME, 1)) return;
  if (!HOLD.includes(status)) {
    const { near, extra } = suggestion(lines.at(line, 1), status, HOLD);
    return refuse(
      run,
      'unknown-keyword',
      lines.at(line, 1),
      `'hold' takes ${HOLD.join(', ')}, not '${status}'${near}`,
      extra,
    );
  }
  smallTime(run, line, 2);
}

function checkTimeout(run: Run, line: number): void {
  const { lines } = run;
  const event = lines.value(line, 1);
  if (isOpaque(event)) return;
  if (event !== 'retry' && event !== 'resolve') {
    const { near, extra } = suggestion(lines.at(line, 1), event, ['retry', 'resolve']);
    const at = lines.at(line, event === '' ? 0 : 1);
    return refuse(
      run,
      event === '' ? 'missing-argument' : 'unknown-keyword',
      at,
      `'timeout' takes retry or resolve here, not '${event}'${near}`,
      extra,
    );
  }
  if (judge(run, line, TIME, 1)) smallTime(run, line, 2);
}

const PAYLOAD = loose(integer(12, 65_535));
const OLD_PAYLOAD = loose(integer(12, 8192));

export const RESOLVERS: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['nameserver', checkNameserver],
  ['hold', checkHold],
  ['timeout', checkTimeout],
  ['resolve_retries', judged(loose(NUMBER))],
  [
    'accepted_payload_size',
    judged([
      ['2.2', OLD_PAYLOAD],
      ['2.3', PAYLOAD],
    ]),
  ],
  ['parse-resolv-conf', judged(ANYTHING)],
]);
