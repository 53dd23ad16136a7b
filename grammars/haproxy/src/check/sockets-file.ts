import type { LocalFinding, Section, Targets } from '@halint/core';
import type { HaproxyUnit } from '../ast.ts';
import { contextOf, isActive, type Context } from '../flow.ts';
import type { HaproxyDocument } from '../parse.ts';
import { checkBindsTogether } from './bind-proxy.ts';
import { sourcesOf } from './mode.ts';
import type { Run } from './run.ts';
import { checkExperiments } from './experimental.ts';
import { checkServersTogether } from './server-proxy.ts';

/** What was found in a proxy; kept as long as its text and what stands above it stay. */
interface Found {
  readonly context: Context;
  readonly version: string;
  readonly findings: readonly LocalFinding[];
  /** Servers that are refused unless global says `ssl-server-verify none`. */
  readonly unverified: readonly LocalFinding[];
  /** What is refused unless global says `expose-experimental-directives`. */
  readonly experimental: readonly LocalFinding[];
}

const kept = new WeakMap<Section<HaproxyUnit>, Found>();
const NOTHING: readonly LocalFinding[] = [];

/**
 * What haproxy finds in sockets once the whole file is read (check_config_validity(), ssl_sock_prepare_*()): certificates,
 * verification, check ports, tracking, protocols of a mode, numbers given twice.
 */
export function checkSockets(document: HaproxyDocument, targets: Targets, findings: LocalFinding[]): void {
  let verified: boolean | undefined;
  let exposed: boolean | undefined;
  for (const section of document.sections) {
    const { kind } = section.unit.lines;
    if (kind !== 'frontend' && kind !== 'backend' && kind !== 'listen') continue;
    const found = foundIn(document, section, targets.haproxy);
    findings.push(...found.findings);
    if (found.experimental.length > 0 && !(exposed ??= exposesExperiments(document)))
      findings.push(...found.experimental);
    if (found.unverified.length === 0) continue;
    verified ??= verifiesServers(document);
    if (verified) findings.push(...found.unverified);
  }
}

function foundIn(document: HaproxyDocument, section: Section<HaproxyUnit>, version: string): Found {
  const context = contextOf(document, section);
  const known = kept.get(section);
  if (known?.context === context && known.version === version) return known;
  const { lines } = section.unit;
  const run: Run = { lines, version, kind: lines.kind, context, findings: [] };
  const unverified: Run = { ...run, findings: [] };
  const experimental: Run = { ...run, findings: [] };
  const chain = sourcesOf(run).slice(1);
  const judged =
    isActive(context.frames, version) === true &&
    !lines.directives &&
    !chain.some((each) => each.directives || each.templated);
  if (judged) checkExperiments(experimental);
  // A disabled proxy is not looked at again.
  if (judged && ![lines, ...chain].some((each) => each.keywords.includes('disabled'))) {
    if (lines.kind !== 'backend') checkBindsTogether(run);
    if (lines.kind !== 'frontend') checkServersTogether(run, unverified);
  }
  const found = {
    context,
    version,
    findings: run.findings.length === 0 ? NOTHING : run.findings,
    unverified: unverified.findings.length === 0 ? NOTHING : unverified.findings,
    experimental: experimental.findings.length === 0 ? NOTHING : experimental.findings,
  };
  kept.set(section, found);
  return found;
}

/** Does some global section allow experimental directives, or may a variable do so? */
function exposesExperiments(document: HaproxyDocument): boolean {
  return document.sections.some(
    ({ unit: { lines } }) =>
      lines.kind === 'global' &&
      (lines.directives || lines.templated || lines.keywords.includes('expose-experimental-directives')),
  );
}

/** Are servers verified by default: no global section says `ssl-server-verify none`? */
function verifiesServers(document: HaproxyDocument): boolean {
  let verified = true;
  for (const section of document.sections) {
    const { lines } = section.unit;
    if (lines.kind !== 'global') continue;
    const { keywords } = lines;
    for (let line = lines.body; line < lines.count; line++) {
      if (keywords[line] === 'ssl-server-verify') verified = lines.value(line, 1) === 'required';
    }
    // Variables and branches may hide it.
    if (lines.directives || lines.templated) return false;
  }
  return verified;
}
