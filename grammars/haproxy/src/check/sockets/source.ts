import { atoi } from '../../quantity/index.ts';
import { isOpaque } from '../../values.ts';
import { addressFault, SOURCE_ADDRESS, TARGET_ADDRESS, type Wants } from './address.ts';
import { proxyMode } from '../mode.ts';
import { refuse, warn, type Checker, type Run } from '../run.ts';

/** Farthest header counted from the last (MAX_HDR_HISTORY). */
const MOST_HEADERS = 10;

function badAddress(run: Run, line: number, index: number, wants: Wants): void {
  const value = run.lines.value(line, index);
  const fault = isOpaque(value) ? undefined : addressFault(value, wants, run.version);
  if (fault !== undefined) refuse(run, 'invalid-address', run.lines.at(line, index), fault);
}

/** `source ADDRESS [usesrc …] [interface …]` from the keyword at `index`; the index behind it. `more`: other words may follow. */
export function checkSource(run: Run, line: number, index: number, wants: Wants, more: boolean): number {
  const { lines } = run;
  if (lines.value(line, index + 1) === '') {
    refuse(run, 'missing-argument', lines.at(line, index), "'source' needs an address");
    return index + 1;
  }
  badAddress(run, line, index + 1, wants);
  let i = index + 2;
  for (;;) {
    const word = lines.value(line, i);
    if (word === '') return i;
    if (word !== 'usesrc' && word !== 'interface') {
      if (!more && !isOpaque(word))
        refuse(
          run,
          'unexpected-argument',
          lines.at(line, i),
          `'source' takes usesrc and interface behind its address, not '${word}'`,
        );
      return i;
    }
    if (lines.value(line, i + 1) === '') {
      refuse(run, 'missing-argument', lines.at(line, i), `'${word}' needs a value`);
      return i + 1;
    }
    if (word === 'usesrc') checkUsesrc(run, line, i + 1);
    i += 2;
  }
}

function checkUsesrc(run: Run, line: number, index: number): void {
  const value = run.lines.value(line, index);
  if (value === 'client' || value === 'clientip' || isOpaque(value)) return;
  if (!value.startsWith('hdr_ip(')) return badAddress(run, line, index, SOURCE_ADDRESS);
  const at = run.lines.at(line, index);
  const occurrence = /^hdr_ip\(\s*[^\s,)]*\s*,(-?\d*)/.exec(value)?.[1] ?? '';
  if (atoi(occurrence) < -MOST_HEADERS)
    refuse(run, 'invalid-argument', at, `'hdr_ip' counts at most ${MOST_HEADERS} headers back, not ${occurrence}`);
  const mode = proxyMode(run);
  if (mode !== undefined && mode !== 'http' && run.lines.kind !== 'frontend')
    warn(run, 'ignored-keyword', at, "'usesrc hdr_ip' has no effect outside mode http");
}

export const checkSourceLine: Checker = (run, line) => void checkSource(run, line, 0, SOURCE_ADDRESS, false);

export const checkUsesrcLine: Checker = (run, line) =>
  refuse(run, 'misplaced-keyword', run.lines.at(line, 0), "'usesrc' is only taken behind 'source' and its address");

export const checkDispatch: Checker = (run, line) => {
  const { lines } = run;
  if (lines.value(line, 1) === '')
    return refuse(run, 'missing-argument', lines.at(line, 0), "'dispatch' needs an address and a port");
  badAddress(run, line, 1, TARGET_ADDRESS);
  const extra = lines.value(line, 2);
  if (extra !== '')
    refuse(run, 'unexpected-argument', lines.at(line, 2), `'dispatch' takes one address, found '${extra}'`);
};
