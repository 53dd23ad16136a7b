import { badSign, isOpaque } from '../../values.ts';
import { readAddress } from '../../address/index.ts';
import { TARGET_ADDRESS } from '../sockets/address.ts';
import { judge, loose, time } from '../forms.ts';
import { oldPort } from './resolvers.ts';
import { refuse, suggestion, type Checker, type Run } from '../run.ts';

const TIME = loose(time());

function checkMailer(run: Run, line: number): void {
  const { lines } = run;
  const name = lines.value(line, 1);
  const address = lines.value(line, 2);
  if (isOpaque(name) || isOpaque(address)) return;
  if (address === '') return refuse(run, 'missing-argument', lines.at(line, 0), "'mailer' needs a name and an address");
  const sign = badSign(name);
  if (sign !== undefined)
    return refuse(run, 'invalid-name', lines.at(line, 1), `'${sign}' is not allowed in the name of a mailer`);
  const { family, transport, rest } = readAddress(address);
  const fault =
    oldPort(run, TARGET_ADDRESS, address) ??
    (rest !== undefined || transport === 'quic' || family.startsWith('quic')
      ? `'${address}' is no TCP address: mail goes over TCP`
      : undefined);
  if (fault !== undefined) refuse(run, 'invalid-address', lines.at(line, 2), fault);
}

function checkTimeout(run: Run, line: number): void {
  const { lines } = run;
  const word = lines.value(line, 1);
  if (isOpaque(word)) return;
  if (word === 'mail') return void judge(run, line, TIME, 1);
  const at = lines.at(line, word === '' ? 0 : 1);
  const { near, extra } = suggestion(at, word, ['mail']);
  const rule = word === '' ? 'missing-argument' : 'unknown-keyword';
  refuse(run, rule, at, `'timeout' takes mail and a time here, not '${word}'${near}`, extra);
}

export const MAILERS: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['mailer', checkMailer],
  ['timeout', checkTimeout],
]);
