// halint's verdict on an sshd_config against that of `sshd -t`, and its effective configuration against `sshd -T`.
//
// sshd refuses a file with exit 255. What it says of the machine (keys, names that do not resolve) is no verdict on the text. Its first line
// with an error wants a finding that rejects; what it says without a line has none to compare.
//
// The effective configuration is compared for files that sshd takes: lines as a sorted list, names in small letters as 10.4 and later print them
// in others; for files with a Match also for five connections. A ListenAddress by name is left out on both sides: sshd prints what it resolves to.
import { askSshd, effectiveOf, FILE, whyNoSshd } from './sshd-daemon.mjs';
import { OPERATORS } from './sshd-mutate.mjs';
import { excerpt, share } from './summary.mjs';

/** What conformance.mjs needs to know to run this comparison. */
export const language = {
  lang: 'sshd',
  daemon: 'openssh',
  file: FILE.slice(1),
  version: '10.0',
  operators: OPERATORS,
  wanted: /sshd[^/]*$|sshd_config\.d|\.conf$/i,
  unwanted:
    /(?:^|\/)(?:haproxy|sysctl|keepalived)[^/]*$|\/sysctl\/|\/templates\/|\.(?:cfg|sh|py|js|md|html|ya?ml|json|txt|service|tsv|j2|erb|tmpl)$/i,
  configurationsOf: (name, text) => [{ name, text }],
  isOwn: (rule) => rule.startsWith('sshd/'),
  /** What sshd looks up in the sandbox: the groups of its users. */
  more: (connection) => /user=(root|alice)(?=,|$)/.exec(connection)?.[0].replace('user', ',group') ?? ',group=none',
  whyNot: whyNoSshd,
  soundOf: async (rows) => rows.filter(({ result }) => !result.refused && !result.crashed && !result.apart),
};

/** Connections that files with a Match are asked for. */
export const CONNECTIONS = [
  'user=alice,host=alice.example.org,addr=192.0.2.1,laddr=192.0.2.10,lport=22',
  'user=root,host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22',
  'user=git,host=build.internal,addr=10.0.0.5,laddr=10.0.0.1,lport=2222',
  'user=sftpuser,host=nas.lan,addr=192.168.1.20,laddr=192.168.1.1,lport=22',
  'user=anoncvs,host=v6.example.org,addr=2001:db8::5,laddr=2001:db8::1,lport=22',
];

const HAS_MATCH = /^[ \t\r=]*"?match(?:[\s"=]|$)/im;

/** `NAME value` with the name in small letters. */
const folded = (line) => line.replace(/^\S+/, (name) => name.toLowerCase());

/** What is left of a multiset of lines when another is taken from it. */
function without(lines, others) {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Lines of ListenAddress whose host is a name, and the lines that stand for them. */
function withoutNames(ours, theirs) {
  const named = ours.filter((line) => /^listenaddress (?!\[|[\d.]+:\d+$)/.test(line));
  if (named.length === 0) return [ours, theirs];
  const rest = ours.filter((line) => !named.includes(line));
  const isListen = (line) => line.startsWith('listenaddress ');
  return [rest, theirs.filter((line) => !isListen(line) || rest.includes(line))];
}

/** { connection, missing, extra } for a connection; undefined when sshd does not print. */
async function effectiveFor(version, target, text, connection, { effective }) {
  const answer = await effectiveOf(version, text, connection);
  if (answer.exit !== 0) return undefined;
  const [ours, theirs] = withoutNames(effective(text, target, connection).map(folded), answer.lines.map(folded));
  return { connection: connection ?? '', missing: without(theirs, ours), extra: without(ours, theirs) };
}

/** Compares one text: what the daemon and halint say, and where they differ. */
export async function compare(version, text, lint, library) {
  const { exit, messages } = await askSshd(version, text);
  const ours = lint(text, version);
  const rejects = ours.filter((finding) => finding.rejects);
  const config = messages.filter((message) => message.class === 'config');
  const refused = exit === 255 && config.length > 0;
  const first = config.find(({ line, file }) => line > 0 && file === undefined);
  // One without a line may be found on any.
  const notices = messages.filter(
    (each) => each.class === 'notice' || (exit === 0 && /^Disabled method /.test(each.text)),
  );
  const warned = (line) =>
    ours.some((finding) => (line === 0 || finding.line === line) && finding.daemon === 'warning');
  const effective = [];
  if (exit === 0 && library !== undefined) {
    const connections = [undefined, ...(HAS_MATCH.test(text) ? CONNECTIONS : [])];
    for (const connection of connections) {
      const answer = await effectiveFor(version, library.target, text, connection, library);
      if (answer !== undefined) effective.push(answer);
    }
  }
  return {
    exit,
    config,
    ours,
    crashed: exit >= 124 && exit !== 255,
    refused,
    /** Refused for the machine alone: no verdict on the text. */
    apart: exit !== 0 && !refused,
    against: rejects,
    agrees: refused === rejects.length > 0,
    first,
    firstFound: first === undefined || rejects.some(({ line }) => line === first.line),
    notices: notices.map((notice) => ({ ...notice, found: warned(notice.line) })),
    effective,
  };
}

/** The numbers of a set of comparisons. */
export function summarise(rows) {
  const results = rows.map(({ result }) => result).filter(({ crashed }) => !crashed);
  const judged = results.filter(({ apart }) => !apart);
  const accepted = judged.filter(({ refused }) => !refused);
  const refused = judged.filter((result) => result.refused);
  const placed = refused.filter(({ first }) => first !== undefined);
  const notices = accepted.flatMap((result) => result.notices);
  const asked = accepted.flatMap(({ effective }) => effective);
  const plain = asked.filter(({ connection }) => connection === '');
  const connected = asked.filter(({ connection }) => connection !== '');
  const same = ({ missing, extra }) => missing.length === 0 && extra.length === 0;
  const count = (list, fits) => list.filter(fits).length;
  return {
    files: rows.length,
    daemonCrashes: rows.length - results.length,
    environmentOnly: results.length - judged.length,
    accepted: accepted.length,
    refused: refused.length,
    agreement: share(
      count(judged, ({ agrees }) => agrees),
      judged.length,
    ),
    falsePositives: count(accepted, ({ agrees }) => !agrees),
    misses: count(refused, ({ agrees }) => !agrees),
    withErrorLine: placed.length,
    errorLine: share(
      count(placed, ({ firstFound }) => firstFound),
      placed.length,
    ),
    notices: notices.length,
    noticesFound: share(
      count(notices, ({ found }) => found),
      notices.length,
    ),
    effective: plain.length,
    effectiveIdentical: share(count(plain, same), plain.length),
    connections: connected.length,
    connectionsIdentical: share(count(connected, same), connected.length),
  };
}

/** One line for each difference, for people. */
export function* disagreements(rows) {
  for (const { name, result } of rows) {
    if (result.crashed || result.apart) continue;
    if (!result.agrees && !result.refused)
      for (const { line, rule, message } of result.against)
        yield `false positive  ${name}:${line}: ${rule}: ${excerpt(message)}`;
    if (!result.agrees && result.refused)
      for (const { line, text } of result.config) yield `miss            ${name}:${line}: ${excerpt(text)}`;
    if (result.agrees && !result.firstFound)
      yield `other line      ${name}:${result.first.line}: ${excerpt(result.first.text)} (ours: ${result.against.map(({ line, rule }) => `${line} ${rule}`).join(', ')})`;
    if (!result.refused)
      for (const { line, text, found } of result.notices)
        if (!found) yield `no notice       ${name}:${line}: ${excerpt(text)}`;
    for (const { connection, missing, extra } of result.effective) {
      const where = connection === '' ? '' : ` (${connection})`;
      for (const line of missing) yield `effective lacks ${name}${where}: ${excerpt(line)}`;
      for (const line of extra) yield `effective adds  ${name}${where}: ${excerpt(line)}`;
    }
  }
}
