// halint's verdict on a keepalived.conf against that of `keepalived -t` in the sandbox.
//
// keepalived loads almost anything and prints no severity, so its verdict is whether it says something of the text at all: a message of
// class config. halint's is whether a finding says that the daemon speaks (`daemon` other than none).
//
// Equal messages count once: the file is read once for each of the daemon's processes. A message with a line wants a finding on that line;
// strictly, one each. Messages without a line (what is found when all has been read) take a finding that no message with a line has used: first those that name blocks of the file - an instance, a
// group, a virtual server - one inside such a block, then the others any. What is left on lines about which the daemon said nothing is
// extra. After exit 2 the daemon has not read the rest, so nothing is extra there.
import { blocksOf } from './keepalived-blocks.mjs';
import { askKeepalived, whyNoKeepalived } from './keepalived-daemon.mjs';
import { OPERATORS, secured } from './keepalived-mutate.mjs';
import { excerpt, share } from './summary.mjs';

const SECURITY = /^SECURITY VIOLATION/;

/** What conformance.mjs needs to know to run this comparison. */
export const language = {
  lang: 'keepalived',
  file: 'etc/keepalived/keepalived.conf',
  // The name that the sandbox has: lines behind @NAME depend on it.
  beside: [['host/etc/hostname', 'sandbox\n']],
  version: '2.3.4',
  operators: OPERATORS,
  /** Names of configurations; those of other daemons and scripts lie beside them. */
  wanted: /keepalived[^/]*$|\.conf$|\.conf\./i,
  unwanted:
    /(?:^|\/)(?:haproxy|sysctl|sshd)[^/]*$|\/(?!keepalived)[^/]*\.d\/[^/]*$|\.(?:cfg|sh|py|js|md|html|ya?ml|json|txt|service|j2|erb|tmpl)$/i,
  configurationsOf: (name, text) => [{ name, text }],
  // The text is the only file of its host, so that every finding is about it. What the machine lacks is not compared.
  isOwn: (rule) => !rule.startsWith('env/'),
  whyNot: whyNoKeepalived,
  /**
   * Files to make mutants of: those about which the daemon says nothing. Most real ones run scripts without enable_script_security, and
   * nothing else is said of them: they are taken with that line.
   */
  async soundOf(rows, judge) {
    const sound = rows.filter(({ result }) => !result.refused && !result.crashed);
    const nearly = rows.filter(
      ({ result: { config } }) => config.length > 0 && config.every(({ text }) => SECURITY.test(text)),
    );
    for (const { name, text } of nearly) {
      const row = await judge({ name, text: secured(text) });
      if (!row.result.refused && !row.result.crashed) sound.push({ name, text: secured(text) });
    }
    return sound;
  },
};

/** Does a message name the block? All words of its name, each as a word; `fwmark` and `group` are no names. */
function names(message, { name }) {
  const words = name.filter((word) => word !== 'fwmark' && word !== 'group').map((word) => word.replace(/^"|"$/g, ''));
  return (
    words.length > 0 &&
    words.every((word) => new RegExp(`(?<![\\w.-])${word.replace(/\W/g, '\\$&')}(?![\\w-])`).test(message))
  );
}

/** Takes the first item that fits out of a list. */
function take(list, fits) {
  const at = list.findIndex(fits);
  return at < 0 ? undefined : list.splice(at, 1)[0];
}

/** Which messages have their finding, and which findings have no message. */
export function matched(config, environment, ours, lines) {
  const left = [...ours];
  const heads = blocksOf(lines)
    .map((block, i) => ({ ...block, from: i + 1, to: block.end + 1 }))
    .filter(({ head }) => head);
  // What a block lacks is said where it ends; the finding stands at its head.
  const isAt = (line, finding) =>
    finding.line === line || heads.some(({ from, to }) => to === line && from === finding.line);
  const placed = config
    .filter(({ line }) => line > 0)
    .map((message) => ({
      ...message,
      found: ours.some((finding) => isAt(message.line, finding)),
      strictly: take(left, (finding) => isAt(message.line, finding)) !== undefined,
    }));
  const blocks = heads.filter(({ path }) => path.length === 0);
  const unplaced = config
    .filter(({ line }) => line === 0)
    .map(({ text }) => ({ line: 0, text, about: blocks.filter((block) => names(text, block)) }))
    .sort((a, b) => Number(a.about.length === 0) - Number(b.about.length === 0))
    .map(({ line, text, about }) => ({
      line,
      text,
      found:
        take(
          left,
          (finding) => about.length === 0 || about.some(({ from, to }) => finding.line >= from && finding.line <= to),
        ) !== undefined,
    }));
  const spokenOf = [...config, ...environment].map(({ line }) => line);
  return { placed, unplaced, extra: left.filter((finding) => !spokenOf.some((line) => isAt(line, finding))) };
}

/** Compares one text: what the daemon and halint say, and where they differ. */
export async function compare(version, text, lint) {
  const { exit, messages: said } = await askKeepalived(version, text);
  const messages = Array.from(new Map(said.map((message) => [`${message.line} ${message.text}`, message])).values());
  const ours = lint(text, version).filter(({ daemon, rejects }) => daemon !== 'none' || rejects);
  const config = messages.filter((message) => message.class === 'config');
  const environment = messages.filter((message) => message.class === 'environment');
  const lines = text.split('\n');
  const { placed, unplaced, extra } = matched(config, environment, ours, lines);
  const refused = config.length > 0;
  return {
    exit,
    config,
    ours,
    placed,
    unplaced,
    /** Signals and time-outs: no verdict on the text. */
    crashed: exit >= 124,
    /** The daemon says something of the text. */
    refused,
    apart: false,
    environmentOnly: exit !== 0 && !refused,
    /** Findings that make halint's verdict. */
    against: ours,
    agrees: refused === ours.length > 0,
    extra: exit === 2 ? [] : extra,
    falseRejects: exit === 0 ? ours.filter(({ rejects }) => rejects) : [],
  };
}

/** The numbers of a set of comparisons. */
export function summarise(rows) {
  const results = rows.map(({ result }) => result).filter(({ crashed }) => !crashed);
  const silent = results.filter(({ refused }) => !refused);
  const spoken = results.filter(({ refused }) => refused);
  const placed = results.flatMap((result) => result.placed);
  const unplaced = results.flatMap((result) => result.unplaced);
  const ours = results.flatMap((result) => result.ours);
  const extra = results.flatMap((result) => result.extra);
  const count = (list, fits) => list.filter(fits).length;
  const found = (list) => count(list, (message) => message.found);
  return {
    files: rows.length,
    daemonCrashes: rows.length - results.length,
    environmentOnly: count(results, ({ environmentOnly }) => environmentOnly),
    exit0: count(results, ({ exit }) => exit === 0),
    silent: silent.length,
    spoken: spoken.length,
    agreement: share(
      count(results, ({ agrees }) => agrees),
      results.length,
    ),
    falsePositives: count(silent, ({ agrees }) => !agrees),
    misses: count(spoken, ({ agrees }) => !agrees),
    falseRejects: count(results, ({ falseRejects }) => falseRejects.length > 0),
    messages: placed.length + unplaced.length,
    messagesFound: share(found(placed) + found(unplaced), placed.length + unplaced.length),
    withLine: placed.length,
    withLineFound: share(found(placed), placed.length),
    withLineStrictly: share(
      count(placed, ({ strictly }) => strictly),
      placed.length,
    ),
    withoutLine: unplaced.length,
    withoutLineFound: share(found(unplaced), unplaced.length),
    /** Files in which each message has its finding and each finding its message. */
    exact: share(
      count(
        results,
        (result) =>
          result.extra.length === 0 && [...result.placed, ...result.unplaced].every((message) => message.found),
      ),
      results.length,
    ),
    findings: ours.length,
    extra: extra.length,
    extraRate: share(extra.length, ours.length),
  };
}

/** One line for each difference, for people. */
export function* disagreements(rows) {
  for (const { name, result } of rows) {
    if (result.crashed) continue;
    for (const { line, rule, message } of result.falseRejects)
      yield `false reject    ${name}:${line}: ${rule}: ${excerpt(message)}`;
    if (!result.refused && result.ours.length > 0)
      for (const { line, rule, message } of result.ours)
        yield `false positive  ${name}:${line}: ${rule}: ${excerpt(message)}`;
    else {
      const kind = result.refused && result.ours.length === 0 ? 'miss           ' : 'missed message ';
      for (const { line, text, found } of [...result.placed, ...result.unplaced])
        if (!found) yield `${kind} ${name}:${line}: ${excerpt(text)}`;
      for (const { line, text, found, strictly } of result.placed)
        if (found && !strictly) yield `one for several ${name}:${line}: ${excerpt(text)}`;
      for (const { line, rule, message } of result.extra)
        yield `extra           ${name}:${line}: ${rule}: ${excerpt(message)}`;
    }
  }
}
