// halint's verdict on a haproxy.cfg against that of `haproxy -c` under the shim.
import { ask, DAEMONS, haproxyOf, shimOf } from './daemon.mjs';
import { OPERATORS } from './mutate.mjs';
import { excerpt as text, share } from './summary.mjs';
import { configurationsOf } from './vtc.mjs';

/** What conformance.mjs needs to know to run this comparison. */
export const language = {
  lang: 'haproxy',
  file: 'etc/haproxy/haproxy.cfg',
  version: '3.2',
  operators: OPERATORS,
  /** Names of configurations and of haproxy's own tests; certificates, scripts and maps lie beside them. */
  wanted: /haproxy[^/]*$|\.(?:cfg|conf|vtc)$|\.(?:cfg|conf)\./i,
  unwanted: /\.(?:lua|pem|crt|key|sh|py|js|md|map|http|html|ya?ml|json|vtci|txt)$/i,
  /** The configurations in a file; a .vtc gives each of its own. */
  configurationsOf: (name, text) =>
    name.endsWith('.vtc')
      ? Array.from(configurationsOf(text), (part) => ({ name: `${name}/${part.name}`, text: part.text }))
      : [{ name, text }],
  isOwn: (rule) => rule.startsWith('haproxy/'),
  whyNot: async (version) =>
    haproxyOf(version) === undefined || shimOf() === undefined
      ? `haproxy ${version} or its shim is not below ${DAEMONS}: npm run daemons`
      : undefined,
  /** Files to make mutants of: those that the daemon accepts. */
  soundOf: async (rows) => rows.filter(({ result }) => !result.refused && !result.crashed),
};

/** Messages about the machine and not about the text: what the shim cannot supply. */
const ENVIRONMENT =
  /cannot find (?:user|group) id|no such file|unable to (?:stat|load|open|read|find|access)|cannot (?:open|load|stat|read)|failed to (?:open|load|read|create.*thread|stat)|can'?t open|could(?: not|n't) resolve|\blua\b|find any certificate|certificate|private key|crt-list|ca-file|crl-file|ocsp|dh param|server-state-file|no such device|permission denied|error opening|invalid file|errorfile|no 'spoe-|spoe-agent|spoe|cannot allocate|setsockopt|maxconn.*too high|fd limit|local peer|no peer named|pattern file|ssl-engine|insecure-fork|unable to set .*cipher|no issuer|file format/i;
/** Messages that sound like the machine and are about the text. */
const CONFIGURATION =
  /unknown keyword|invalid address: '\+'|unable to find (?:required |the cache|table|userlist)|no such acl|expected|expects|is not supported any ?more|unknown fetch|unknown option|missing argument|no SSL certificate specified|verify is enabled/i;
/** What only the build decides: the same text is fine for a haproxy with another set of options. */
const BUILD =
  /not (?:compiled|built|supported by)|was not compiled|without .* support|requires .*(?:built|compil)|support (?:is )?not|is not (?:supported|available) (?:on|by|in)|binary was built|no support|USE_[A-Z]+|unsupported on this platform|not supported in this build|do(?:es)?(?:n't| not) support/i;

/** A server whose host is made of a variable: whether it resolves is not told by the text. */
const UNRESOLVED = /^\s*server\s.*\$/;
/** Follows from something else that is said of the machine, or from a list that the shim has to make up. */
const FOLLOWS = /^(?:config : )?Failed to initialize server\(s\) addr|no SSL certificate specified for bind/;

/** config, environment or build: what a message is about. `lines` are those of the text. */
export function classOf({ text, line }, lines) {
  const about = line > 0 ? (lines[line - 1] ?? '') : '';
  if (FOLLOWS.test(text) && lines.some((each) => UNRESOLVED.test(each) || /\bcrt-list\b/.test(each)))
    return 'environment';
  // Actions, services and fetches that a Lua script brings; the shim's scripts are empty.
  if (/\blua\.[a-zA-Z]|unknown service name/.test(text) || /\blua\.[a-zA-Z]/.test(about)) return 'environment';
  // The shim gives every host name one address, and such cookies are made of the address.
  if (/generated two equal cookies/.test(text)) return 'environment';
  if (CONFIGURATION.test(text)) return 'config';
  if (BUILD.test(text)) return 'build';
  return ENVIRONMENT.test(text) ? 'environment' : 'config';
}

/** Compares one text: what the daemon and halint say, and where they differ. */
export async function compare(version, text, lint) {
  const answer = await ask(version, text);
  const ours = lint(text, version);
  const lines = text.split('\n');
  const refused = answer.exit === 1;
  // 3.2 refuses `program` with a warning only.
  const alerts = answer.messages.filter(
    ({ level }) =>
      level === 'ALERT' ||
      (refused &&
        /deprecated.*program|program.*deprecated/.test(level + answer.messages.map((m) => m.text).join(' ')) &&
        level === 'WARNING'),
  );
  const config = alerts.filter((message) => classOf(message, lines) === 'config');
  const first = config.find(({ line }) => line > 0);
  const rejects = ours.filter((finding) => finding.rejects);
  const warnings = refused
    ? []
    : answer.messages.filter(
        (message) => message.level === 'WARNING' && message.line > 0 && classOf(message, lines) === 'config',
      );
  return {
    answer,
    lines,
    ours,
    crashed: answer.exit > 2,
    refused,
    /** Refused for reasons of the machine or the build alone: no verdict on the text. */
    apart: refused && config.length === 0,
    rejects,
    /** Findings that make halint's verdict. */
    against: rejects,
    agrees: refused === rejects.length > 0,
    first: first?.line ?? 0,
    // Not every ALERT makes haproxy fail: of one that does not, halint warns.
    firstNamed: first !== undefined && ours.some(({ line, daemon }) => line === first.line && daemon !== 'none'),
    firstRefused: first !== undefined && rejects.some(({ line }) => line === first.line),
    warnings,
    missedWarnings: warnings.filter(
      ({ line }) => !ours.some((finding) => finding.line === line && finding.daemon !== 'none'),
    ),
  };
}

/** The numbers of a set of comparisons. */
export function summarise(rows) {
  const counted = rows.filter(({ result }) => !result.apart && !result.crashed);
  const accepted = counted.filter(({ result }) => !result.refused);
  const refused = counted.filter(({ result }) => result.refused);
  const falsePositives = accepted.filter(({ result }) => !result.agrees);
  const misses = refused.filter(({ result }) => !result.agrees);
  const placed = refused.filter(({ result }) => result.first > 0);
  const warnings = accepted.flatMap(({ result }) => result.warnings);
  const missedWarnings = accepted.flatMap(({ result }) => result.missedWarnings);
  return {
    files: rows.length,
    environmentOrBuildOnly: rows.filter(({ result }) => result.apart).length,
    daemonCrashes: rows.filter(({ result }) => result.crashed).length,
    accepted: accepted.length,
    refused: refused.length,
    agreement: share(counted.length - falsePositives.length - misses.length, counted.length),
    falsePositives: falsePositives.length,
    falsePositiveRate: share(falsePositives.length, accepted.length),
    misses: misses.length,
    firstLine: share(placed.filter(({ result }) => result.firstNamed).length, placed.length),
    firstLineRefused: share(placed.filter(({ result }) => result.firstRefused).length, placed.length),
    warnings: warnings.length,
    warningLines: share(warnings.length - missedWarnings.length, warnings.length),
  };
}

/** One line for each difference, for people. */
export function* disagreements(rows) {
  for (const { name, result } of rows) {
    if (result.apart || result.crashed) continue;
    const { rejects, answer, lines } = result;
    if (!result.refused && rejects.length > 0) {
      for (const { line, rule, message } of rejects) yield `false positive  ${name}:${line}: ${rule}: ${text(message)}`;
    } else if (result.refused && rejects.length === 0) {
      const alert = answer.messages.find(
        (message) => message.level === 'ALERT' && classOf(message, lines) === 'config',
      );
      yield `miss            ${name}:${alert?.line ?? 0}: ${text(alert?.text ?? answer.messages[0]?.text ?? '')}`;
    } else if (result.first > 0 && !result.firstNamed) {
      const alert = answer.messages.find(({ line }) => line === result.first);
      yield `other line      ${name}:${result.first}: ${text(alert?.text ?? '')} (ours: ${rejects
        .map(({ line, rule }) => `${line} ${rule}`)
        .slice(0, 3)
        .join(', ')})`;
    }
    for (const { line, text: said } of result.missedWarnings) yield `missed warning  ${name}:${line}: ${text(said)}`;
  }
}
