import { splitAddress } from '../../address/index.ts';
import { isBadIpv4 } from '../../address/hosts.ts';
import { badSign, isOpaque } from '../../values.ts';
import { ANYTHING, integer, judge, judged, loose, NUMBER, time } from '../forms.ts';
import { refuse, since, suggestion, warn, type Checker, type Run } from '../run.ts';
import { SOCKET_CHECKS } from '../sockets.ts';
import { repeated } from './repeated.ts';

const HOLD = ['nx', 'other', 'refused', 'timeout', 'valid', 'obsolete'];
const TIME = loose(time());

/** A host and a port that a section connects to (str2sa_range with PA_O_PORT_MAND). */
export function addressFault(text: string): string | undefined {
  const { host, portText, port, special, opaque } = splitAddress(text);
  if (special || opaque) return undefined;
  if (portText === undefined || portText === '') return `'${text}' has no port`;
  if (port === undefined || !/^\d+$/.test(portText))
    return `'${portText}' is not a port: write a number from 1 to 65535`;
  if (port < 1 || port > 65_535) return `port ${port} is not within 1 and 65535`;
  return isBadIpv4(host) ? `'${host}' is not an address` : undefined;
}

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
  const prefix = /^(tcp|udp)[46]?@/.exec(address)?.[1];
  if (prefix !== undefined && !since(run, '2.3'))
    return refuse(
      run,
      'invalid-address',
      lines.at(line, 2),
      `haproxy ${run.version} does not know '${prefix}@' yet: it came with 2.4`,
    );
  const fault = addressFault(address);
  // Port numbers were not held against their bounds.
  if (fault?.startsWith('port ') === true && !fault.startsWith('port 0') && !since(run, '2.3')) return;
  if (fault !== undefined) return refuse(run, 'invalid-address', lines.at(line, 2), fault);
  if (prefix === 'tcp') SOCKET_CHECKS.get('server')?.(run, line);
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
