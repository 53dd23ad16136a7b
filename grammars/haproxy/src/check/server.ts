import { plainColon } from '../address/index.ts';
import { badSign, isBadIpv4, isOpaque, toInt } from '../values.ts';
import { addressFault, hostFault, serverAddress } from './address.ts';
import { readAddress } from '../address/index.ts';
import { checkOptions } from './options.ts';
import { optionInForce } from './server-state.ts';
import { refuse, type Checker, type Run } from './run.ts';

export const checkServer: Checker = (run, line) => {
  const { lines } = run;
  if (lines.words(line) < 3 || lines.value(line, 2) === '') {
    return refuse(run, 'missing-argument', lines.lineAt(line), "'server' needs a name and an address");
  }
  const sign = badSign(lines.value(line, 1));
  if (sign !== undefined) refuse(run, 'invalid-name', lines.at(line, 1), `'${sign}' is not allowed in a server name`);
  checkServerAddress(run, line, 2);
  if (checkOptions(run, line, 3, 'server', 'server')) checkTogether(run, line, 3);
};

export const checkServerTemplate: Checker = (run, line) => {
  const { lines } = run;
  if (lines.words(line) < 4) {
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
  const low = dash < 0 ? 1 : toInt(text.slice(0, dash));
  const high = dash < 0 ? toInt(text) : toInt(text.slice(dash + 1));
  return low >= 0 && high >= low && text !== '' && dash !== 0;
}

export const checkDefaultServer: Checker = (run, line) => {
  checkOptions(run, line, 1, 'default-server', 'default-server');
};

/** Checks and tracking, and an agent without a port (_srv_parse_finalize()). */
function checkTogether(run: Run, line: number, from: number): void {
  const { lines } = run;
  let track = false;
  let agent = false;
  for (let i = from; i < lines.words(line); i++) {
    const first = lines.text.charCodeAt(lines.start(line, i));
    if (first !== 116 && first !== 97) continue;
    const word = lines.raw(line, i);
    track ||= word === 'track';
    agent ||= word === 'agent-check';
  }
  if (track && optionInForce(run, line, from, ['check', 'no-check']) === 'check')
    refuse(run, 'invalid-argument', lines.lineAt(line), "a server that tracks another is not checked itself: 'check' and 'track' exclude each other");
  if (!agent || optionInForce(run, line, from, ['agent-check', 'no-agent-check']) !== 'agent-check') return;
  const ports = run.version === '2.2' ? ['agent-port'] : ['agent-port', 'port'];
  if (optionInForce(run, line, from, ports) === undefined)
    refuse(run, 'missing-argument', lines.lineAt(line), "'agent-check' needs 'agent-port'");
}

/** Does init-addr (or `resolvers`, which adds `none`) let haproxy start with a name that was not found? */
function isLenient(run: Run, line: number, index: number): boolean {
  return optionInForce(run, line, index + 1, ['init-addr', 'resolvers', 'disabled']) !== undefined;
}

export function checkServerAddress(run: Run, line: number, index: number): void {
  const { lines } = run;
  if (plainColon(lines.text, lines.start(line, index), lines.end(line, index)) >= 0) return;
  const text = lines.value(line, index);
  const wants = serverAddress(run.version);
  const fault = addressFault(text, wants, run.version);
  if (fault !== undefined) return refuse(run, 'invalid-address', lines.at(line, index), fault);
  if (isOpaque(text)) return;
  const { rest, host } = readAddress(text);
  if (rest !== undefined) return;
  const unresolved = hostFault(host);
  if (unresolved !== '' && (!isLenient(run, line, index) || !isBadIpv4(host)))
    refuse(run, 'invalid-address', lines.at(line, index), unresolved);
}
