import type { SectionLines } from '../../lines.ts';
import { isOpaque } from '../../values.ts';
import { sourcesOf } from '../mode.ts';
import { firstHttpStep } from '../proxy/http-check-order.ts';
import { finalProtocol } from '../proxy/unused-checks.ts';
import type { Run } from '../run.ts';

/** Words of `connect` with a value behind them. */
const VALUED: ReadonlySet<string> = new Set(['addr', 'port', 'proto', 'comment', 'sni', 'alpn']);

const isRule = (keyword: string | undefined): boolean => keyword === 'http-check' || keyword === 'tcp-check';

function isConnect(lines: SectionLines, line: number): boolean {
  return isRule(lines.keywords[line]) && lines.value(line, 1) === 'connect';
}

/** Has that connect rule a word for which `wanted` holds, or a variable that may be one? */
function has(
  lines: SectionLines,
  line: number,
  wanted: (word: string, value: string) => boolean,
  open: boolean,
): boolean {
  for (let i = 2; i < lines.words(line); i++) {
    const word = lines.value(line, i);
    if (isOpaque(word)) return open;
    const value = lines.value(line, i + 1);
    if (wanted(word, value)) return true;
    if (VALUED.has(word)) i++;
  }
  return false;
}

/** Has some `connect` of the section or its defaults that bare word? Also one of rules that are not in use (PR_O_TCPCHK_SSL). */
export function connectRule(run: Run, bare: string): boolean {
  return sourcesOf(run).some((lines) => {
    if (!lines.text.includes('connect')) return false;
    for (let line = lines.body; line < lines.count; line++)
      if (isConnect(lines, line) && has(lines, line, (word) => word === bare, false)) return true;
    return false;
  });
}

function namesPort(lines: SectionLines, line: number): boolean {
  const isPort = (word: string, value: string): boolean =>
    (word === 'port' && (isOpaque(value) || /^\d+$/.test(value))) ||
    (word === 'addr' && (isOpaque(value) || /[:@/]/.test(value)));
  return has(lines, line, isPort, true);
}

/** Lines that are no steps. */
const ASIDE = /^(?:comment|set-var|unset-var|disable-on-404|send-state)/;

/** Do the checks begin with a connect to a port of its own (init_srv_check())? True where that is not known. */
export function connectsToPort(run: Run): boolean {
  const protocol = finalProtocol(run);
  if (protocol !== 'tcp-check' && protocol !== 'http-check') return false;
  const { lines } = run;
  for (let line = lines.body; line < lines.count; line++) {
    if (lines.keywords[line] !== protocol || ASIDE.test(lines.value(line, 1))) continue;
    if (protocol === 'http-check' && firstHttpStep(run) !== 'connect') return false;
    return isConnect(lines, line) && namesPort(lines, line);
  }
  return sourcesOf(run)
    .slice(1)
    .some((each) => {
      for (let line = each.body; line < each.count; line++)
        if (isConnect(each, line) && namesPort(each, line)) return true;
      return false;
    });
}
