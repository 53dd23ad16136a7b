import { atoi, atol } from '../../quantity/index.ts';
import { plainColon, readAddress } from '../../address/index.ts';
import { badSign, isOpaque } from '../../values.ts';
import { addressFault, familyOf, hostFault, serverAddress } from './address.ts';
import { checkOptions } from './options.ts';
import { AT, checkSample } from '../expressions.ts';
import { isCertain, proxyMode, sourcesOf } from '../mode.ts';
import { inForce, isOn } from './server-state.ts';
import { keptByRun, aside, refuse, since, type Checker, type Run } from '../run.ts';

export const checkServer: Checker = (run, line) => {
  const { lines } = run;
  if (lines.words(line) < 3 || lines.value(line, 1) === '' || lines.value(line, 2) === '') {
    return refuse(run, 'missing-argument', lines.lineAt(line), "'server' needs a name and an address");
  }
  const sign = badSign(lines.value(line, 1));
  if (sign !== undefined) refuse(run, 'invalid-name', lines.at(line, 1), `'${sign}' is not allowed in a server name`);
  checkServerAddress(run, line, 2);
  if (checkOptions(run, line, 3, 'server', 'server')) checkTogether(run, line, 3);
};

export const checkServerTemplate: Checker = (run, line) => {
  const { lines } = run;
  if (lines.words(line) < 4 || lines.value(line, 1) === '') {
    const message = "'server-template' needs a prefix, a number or range and an address";
    return refuse(run, 'missing-argument', lines.lineAt(line), message);
  }
  const sign = badSign(lines.value(line, 1));
  if (sign !== undefined) refuse(run, 'invalid-name', lines.at(line, 1), `'${sign}' is not allowed in a server name`);
  const range = lines.value(line, 2);
  if (!isOpaque(range) && !isRange(range))
    refuse(run, 'invalid-argument', lines.at(line, 2), `'${range}' is not a number or range of servers`);
  checkServerAddress(run, line, 3);
  if (checkOptions(run, line, 4, 'server', 'server-template')) checkTogether(run, line, 4);
};

/** `n` stands for 1-n; `low-high` with low not above high (_srv_parse_tmpl_range()). */
function isRange(text: string): boolean {
  const dash = text.indexOf('-');
  const low = dash < 0 ? 1 : atoi(text.slice(0, dash));
  const high = dash < 0 ? atoi(text) : atoi(text.slice(dash + 1));
  return low >= 0 && high >= low && text !== '' && dash !== 0;
}

export const checkDefaultServer: Checker = (run, line) => {
  checkOptions(run, line, 1, 'default-server', 'default-server');
};

/** Expressions that the server takes over from defaults are read with it: one finding for all servers of the section. */
function checkInherited(run: Run, line: number, from: number): void {
  const open = expressionsToCheck(run);
  for (const word of open) {
    const found = inForce(run, line, from, [word]);
    const { place } = found ?? {};
    if (place === undefined || place.lines === run.lines || found?.value === '') continue;
    open.delete(word);
    const other = aside(run, place.lines);
    checkSample(other, place.line, place.index + 1, AT.beServerConn);
    for (const finding of other.findings) {
      const related = [{ at: finding.at, message: 'taken over from here' }];
      run.findings.push({ ...finding, at: run.lines.at(line, 0), related });
    }
  }
}

/** Options with expressions that the defaults may bring; what was checked is taken out. */
const expressionsToCheck = keptByRun((run: Run): Set<string> => {
  const words = since(run, '3.1') ? ['sni', 'pool-conn-name'] : ['sni'];
  const above = isCertain(run) ? sourcesOf(run).slice(1) : [];
  return new Set(words.filter((word) => above.some((lines) => lines.mentions(word))));
});

/** Checks and tracking, and an agent without a port (_srv_parse_finalize()). */
function checkTogether(run: Run, line: number, from: number): void {
  const { lines } = run;
  checkInherited(run, line, from);
  let track = false;
  let agent = false;
  const mayTrack = lines.mentions('track') || lines.mentions('agent-check');
  for (let i = from; mayTrack && i < lines.words(line); i++) {
    const word = lines.raw(line, i);
    track ||= word === 'track';
    agent ||= word === 'agent-check';
  }
  if (track && isOn(run, line, from, 'check') === true)
    refuse(
      run,
      'invalid-argument',
      lines.lineAt(line),
      "a server that tracks another is not checked itself: 'check' and 'track' exclude each other",
    );
  agent ||= inheritsAgent(run);
  if (!agent || isOn(run, line, from, 'agent-check') !== true) return;
  const own = inForce(run, line, from, ['agent-port']);
  const port = own ?? (since(run, '2.3') ? inForce(run, line, from, ['port']) : undefined);
  // Ports are kept in 16 bits.
  if (port !== undefined && (isOpaque(port.value) || (atol(port.value) & 0xffff) !== 0)) return;
  const why = port === undefined ? '' : `: ${own === undefined ? 'port' : 'agent-port'} '${port.value}' is none`;
  refuse(run, 'missing-argument', lines.lineAt(line), `'agent-check' needs 'agent-port'${why}`);
}

/** May a default-server line turn agents on? */
const inheritsAgent = keptByRun(
  (run: Run): boolean =>
    isCertain(run) &&
    sourcesOf(run).some((lines) => lines.mentions('agent-check') && /default-server.*agent-check/.test(lines.text)),
);

/** Does haproxy start although the name was not found: init-addr with none or an address, or else resolvers? */
function isLenient(run: Run, line: number, index: number): boolean {
  if (run.lines.keywords.includes('disabled')) return true;
  const how = inForce(run, line, index + 1, ['init-addr']);
  if (how !== undefined && how.value !== '')
    return isOpaque(how.value) || how.value === '?' || /none|\d|:|\*/.test(how.value);
  return inForce(run, line, index + 1, ['resolvers']) !== undefined;
}

export function checkServerAddress(run: Run, line: number, index: number): void {
  const { lines, version } = run;
  if (plainColon(lines.text, lines.start(line, index), lines.end(line, index)) >= 0) return;
  const text = lines.value(line, index);
  if (isOpaque(text)) return;
  const fault =
    addressFault(text, serverAddress(version), version) ??
    transportFault(run, text) ??
    nameFault(run, line, index, text);
  if (fault !== undefined) refuse(run, 'invalid-address', lines.at(line, index), fault);
}

const DATAGRAM = /^(?:dgram\+|udp[46]?@|uxdg@)/;
const QUIC = /^(?:quic\+|quic[46]@)/;

/** Datagrams are for the servers of log backends, which take no paths (_srv_check_proxy_mode(), since 2.9). */
function transportFault(run: Run, text: string): string | undefined {
  if (!since(run, '2.9')) return undefined;
  if (QUIC.test(text) && since(run, '3.1') && !since(run, '3.3'))
    return `haproxy ${run.version} has no QUIC towards servers`;
  const datagram = DATAGRAM.test(text);
  const { rest } = readAddress(text);
  if (!datagram && rest === undefined) return undefined;
  const mode = proxyMode(run);
  if (datagram && mode !== undefined && mode !== 'log') return `a server of mode ${mode} takes no datagrams`;
  return rest !== undefined && mode === 'log' ? 'a log server has an IP address' : undefined;
}

/** A name that no resolver can be asked for, or only a configured one. */
function nameFault(run: Run, line: number, index: number, text: string): string | undefined {
  const { rest, host, family } = readAddress(text);
  if (rest !== undefined) return undefined;
  if (/^\.|\.\./.test(host)) return `'${host}' has an empty label`;
  const fault = hostFault(host, familyOf(family));
  if (fault !== '') return isLenient(run, line, index) ? undefined : fault;
  return host.startsWith('_') && !isLenient(run, line, index)
    ? `'${host}' is looked up as a SRV record: that needs 'resolvers'`
    : undefined;
}
