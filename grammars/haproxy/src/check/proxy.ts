import { inVersions } from '@halint/core';
import { badSign } from '../values.ts';
import { Args } from './args.ts';
import { checkBalance } from './proxy/balance.ts';
import { checkHttpCheck, checkTcpCheck } from './proxy/checks.ts';
import { checkCompression } from './proxy/compression.ts';
import { checkCookie } from './proxy/cookie.ts';
import { checkErrorFile, checkErrorFiles, checkHttpError } from './proxy/errors.ts';
import { checkFilter, checkFilterSequence } from './proxy/filters.ts';
import { checkOption } from './proxy/options.ts';
import { SIMPLE_CHECKS } from './proxy/simple.ts';
import { checkStats } from './proxy/stats.ts';
import { checkStick } from './proxy/stick.ts';
import {
  checkDefaultBackend,
  checkForcePersist,
  checkForceSwitch,
  checkMonitor,
  checkUseBackend,
  checkUseServer,
} from './proxy/switching.ts';
import { checkTimeout } from './proxy/timeouts.ts';
import { checkHttpRule, checkQuicRule, checkTcpRule } from './rules.ts';
import { checkRedirect } from './rules/redirect.ts';
import { listed, refuse, suggestion, type Checker } from './run.ts';

/** Modes of a proxy with the versions that know them, and the side that the proxy needs. */
const MODES: readonly (readonly [word: string, since: string | undefined, until: string | undefined, not?: string])[] =
  [
    ['tcp', undefined, undefined],
    ['http', undefined, undefined],
    ['health', undefined, '2.3'],
    ['log', '2.9', undefined, 'frontend'],
    ['spop', '3.1', undefined, 'frontend'],
    ['haterm', '3.3', undefined, 'backend'],
  ];

const checkMode: Checker = (run, line) => {
  const args = new Args(run, line);
  if (!args.ends(2) || !args.needs(1, "'mode' needs a mode")) return;
  const mode = args.get(1);
  const known = MODES.filter(
    ([, since, until, not]) => inVersions(run.version, since, until) && not !== run.lines.kind,
  ).map(([word]) => word);
  if (known.includes(mode)) return;
  const { near, extra } = suggestion(args.at(1), mode, known);
  refuse(
    run,
    'unknown-mode',
    args.at(1),
    `'${mode}' is no mode of a ${run.lines.kind} in haproxy ${run.version}${near || `: ${listed(known)} are`}`,
    extra,
  );
};

const checkAcl: Checker = (run, line) => {
  const { lines } = run;
  const name = lines.value(line, 1);
  if (name === '') return refuse(run, 'missing-argument', lines.lineAt(line), "'acl' needs a name and a criterion");
  const sign = badSign(name);
  if (sign !== undefined)
    refuse(run, 'invalid-name', lines.at(line, 1), `'${sign}' is not allowed in the name of an acl`);
  else if (name === 'or') refuse(run, 'invalid-name', lines.at(line, 1), "an acl cannot be called 'or'");
  else if (lines.words(line) < 3) refuse(run, 'missing-argument', lines.lineAt(line), `acl '${name}' has no criterion`);
};

/** What is checked of the keywords of proxies, their sockets apart (sockets.ts). */
export const PROXY_CHECKS: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ...SIMPLE_CHECKS,
  ['mode', checkMode],
  ['balance', checkBalance],
  ['timeout', checkTimeout],
  ['default_backend', checkDefaultBackend],
  ['option', checkOption],
  ['acl', checkAcl],
  ['compression', checkCompression],
  ['cookie', checkCookie],
  ['errorfile', checkErrorFile],
  ['errorfiles', checkErrorFiles],
  ['errorloc', checkErrorFile],
  ['errorloc302', checkErrorFile],
  ['errorloc303', checkErrorFile],
  ['filter', checkFilter],
  ['filter-sequence', checkFilterSequence],
  ['force-be-switch', checkForceSwitch],
  ['force-persist', checkForcePersist],
  ['http-after-response', checkHttpRule],
  ['http-check', checkHttpCheck],
  ['http-error', checkHttpError],
  ['http-request', checkHttpRule],
  ['http-response', checkHttpRule],
  ['ignore-persist', checkForcePersist],
  ['monitor', checkMonitor],
  ['quic-initial', checkQuicRule],
  ['redirect', checkRedirect],
  ['stats', checkStats],
  ['stick', checkStick],
  ['tcp-check', checkTcpCheck],
  ['tcp-request', checkTcpRule],
  ['tcp-response', checkTcpRule],
  ['use-server', checkUseServer],
  ['use_backend', checkUseBackend],
]);
