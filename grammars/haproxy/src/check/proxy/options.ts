import { compareVersions } from '@halint/core';
import { Args } from '../args.ts';
import { subKeyword } from '../keyword.ts';
import { since, type Checker, type Run } from '../run.ts';
import { STATEMENTS } from '../../vocabulary.ts';
import { checkAddressOption, checkForwarded } from './forwarding.ts';
import { noteFormat } from './formats.ts';
import { checkHealthOption } from './health-options.ts';

/** What is judged of an option behind its name; the line's words are counted from `option`. */
export type OptionChecker = (args: Args) => void;

const logOption =
  (clf: (run: Run) => boolean): OptionChecker =>
  (args) => {
    const name = args.get(1);
    const refines = clf(args.run);
    if (name !== 'httpslog' && args.get(2) !== '') {
      if (!refines) return void args.ends(2);
      if (!args.among(2, ['clf'], `a word of 'option ${name}'`) || !args.ends(3)) return;
    }
    noteFormat(args, `option ${name}`);
  };

const NAMES = ['preserve', 'reject', 'delete'];

const checkRestrict: OptionChecker = (args) => {
  if (args.ends(3)) args.among(2, NAMES, 'what to do with such headers');
};

const BUFFERS = ['queue', 'l7-retries', 'check'];

const checkBuffers: OptionChecker = (args) => {
  for (let i = 2; i < args.count; i++) if (!args.among(i, BUFFERS, 'a use of small buffers')) return;
};

const alone: OptionChecker = (args) => void args.ends(2);

const OPTIONS: ReadonlyMap<string, OptionChecker> = new Map<string, OptionChecker>([
  ['httplog', logOption(() => true)],
  ['tcplog', logOption((run) => since(run, '3.1'))],
  ['httpslog', logOption(() => true)],
  ['tcpka', alone],
  ['httpclose', alone],
  ['http-server-close', alone],
  ['http-keep-alive', alone],
  ['forwardfor', (args): void => checkAddressOption(args, true)],
  ['originalto', (args): void => checkAddressOption(args, false)],
  ['forwarded', checkForwarded],
  ['http-restrict-req-hdr-names', checkRestrict],
  ['use-small-buffers', checkBuffers],
  ['redispatch', (): void => undefined],
]);

/** Options that `no` may stand before although they take arguments. */
const NEGATABLE: ReadonlySet<string> = new Set([
  'httpclose',
  'http-server-close',
  'http-keep-alive',
  'forwarded',
  'redispatch',
  'use-small-buffers',
]);

export const checkOption: Checker = (run, line) => {
  const args = new Args(run, line);
  const name = args.get(1);
  if (args.unknown(1) || !subKeyword(run, line, name, 'option')) return;
  const row = STATEMENTS.all(`option ${name}`)[0];
  const flag = row !== undefined && 'no' in row && !NEGATABLE.has(name);
  if (run.lines.keywordIndex(line) === 1 && name.startsWith('accept-invalid-') && since(run, '3.1')) {
    return void args.bad(0, `'option ${name}' cannot be negated`, 'invalid-negation');
  }
  if (flag && run.lines.value(line, 0) === 'default' && !since(run, '3.1')) {
    return void args.bad(0, `'default' before an option is not read by haproxy ${run.version}`, 'invalid-negation');
  }
  if (flag) return void args.ends(2);
  if (run.lines.keywordIndex(line) === 1) return checkNegated(args, name);
  const check = OPTIONS.get(name);
  if (check !== undefined) check(args);
  else checkHealthOption(args, name);
};

/** Options that are not flags: only those that the daemon can take back may be negated. */
function checkNegated(args: Args, name: string): void {
  const { run } = args;
  if (!NEGATABLE.has(name)) {
    args.bad(0, `'option ${name}' cannot be negated`, 'invalid-negation');
  } else if (name.startsWith('http') && run.lines.value(args.line, 0) === 'default')
    args.bad(0, `'option ${name}' has no default to go back to`, 'invalid-negation');
  else if (name.startsWith('http')) args.ends(2);
  else if (
    run.lines.value(args.line, 0) === 'default' &&
    name === 'forwarded' &&
    compareVersions(run.version, '3.0') >= 0
  )
    args.bad(0, "'option forwarded' has no default to go back to", 'invalid-negation');
}
