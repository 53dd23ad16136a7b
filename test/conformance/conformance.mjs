// halint beside the real daemon on files: `npm run conformance -- --lang haproxy|keepalived|sshd|sysctl --version 3.0 DIR…`
//   --mutants N   also N mutants of the files that the daemon accepts   --seed S   another set of mutants
//   --only-mutants   without the files themselves                      --target V  what halint is asked for, if not --version
// JSON on standard output, the list of disagreements on standard error. Exit 2: usage, or a daemon that is not here.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundled } from './bundle.mjs';
import { inParallel } from './daemon.mjs';
import { mutantsOf } from './mutate.mjs';
import { share } from './summary.mjs';

/** Languages with a daemon to compare with: modules of `language`, `compare`, `summarise` and `disagreements`. */
const LANGUAGES = new Map([
  ['haproxy', './haproxy.mjs'],
  ['keepalived', './keepalived.mjs'],
  ['sysctl', './sysctl.mjs'],
  ['sshd', './sshd.mjs'],
]);

function fail(message) {
  console.error(`conformance: ${message}`);
  process.exit(2);
}

/** Findings of one text, judged alone: { line, rule, rejects, daemon, message }. */
function linter({ lint, snapshotFromFiles }, { lang, daemon = lang, file, beside = [], isOwn }) {
  return (text, version) => {
    const { findings, errors } = lint(snapshotFromFiles(new Map([[`host/${file}`, text], ...beside])), {
      targets: { [daemon]: version },
    });
    for (const { where, error } of errors)
      throw new Error(`a bug in ${where}: ${error instanceof Error ? error.stack : error}`);
    return findings
      .filter(({ rule }) => isOwn(rule))
      .map(({ at, rule, rejects, daemon, message }) => ({
        line: at.section.positionAt(at.start).line,
        rule,
        rejects,
        daemon,
        message,
      }));
  };
}

/** A file that is named is read; below a folder what looks like a configuration. */
function* filesBelow(path, language, named = true) {
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) yield* filesBelow(join(path, name), language, false);
  } else if (named || (language.wanted.test(path) && !language.unwanted.test(path))) yield path;
}

/** The configurations of the paths. */
function* inputs(paths, language) {
  for (const path of paths)
    for (const file of filesBelow(path, language))
      yield* language.configurationsOf(basename(file), readFileSync(file, 'utf8'));
}

const { values: flags, positionals: paths } = parseArgs({
  allowPositionals: true,
  options: {
    lang: { type: 'string', default: 'haproxy' },
    version: { type: 'string' },
    target: { type: 'string' },
    mutants: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    'only-mutants': { type: 'boolean', default: false },
  },
});
for (const name of ['mutants', 'seed'])
  if (!/^\d+$/.test(flags[name])) fail(`--${name} ${flags[name]}: a whole number, 0 or more`);
if (!LANGUAGES.has(flags.lang))
  fail(`no daemon to compare ${flags.lang} with; --lang ${[...LANGUAGES.keys()].join('|')}`);
const { language, compare, summarise, disagreements } = await import(LANGUAGES.get(flags.lang));
const version = flags.version ?? language.version;
if (paths.length === 0) fail(`no files: conformance --lang ${language.lang} --version ${language.version} DIR…`);
for (const path of paths) if (!existsSync(path)) fail(`${path}: no such file or folder`);
const missing = await language.whyNot(version);
if (missing !== undefined) fail(missing);

const target = flags.target ?? version;
const halint = await bundled('packages/halint/src/index.ts');
const lint = linter(halint, language);
/** The lines of the effective configuration of one text, for languages that have one. */
const effective = (text, openssh, connection) =>
  halint
    .effectiveSshd(halint.snapshotFromFiles(new Map([[`host/${language.file}`, text]])), 'host', {
      targets: { openssh },
      ...(connection === undefined
        ? {}
        : { connection: halint.parseConnection(`${connection}${language.more?.(connection) ?? ''}`) }),
    })
    .options.map(({ name, values }) => [name, ...values].join(' '));
const judge = async ({ name, text, ...more }) => ({
  name,
  ...more,
  result: await compare(version, text, (each) => lint(each, target), { target, effective }),
});

const all = [...inputs(paths, language)];
const rows = await inParallel(all, judge);
const report = {
  lang: flags.lang,
  version,
  target,
  ...(flags['only-mutants'] ? {} : { files: summarise(rows) }),
};
if (!flags['only-mutants']) for (const line of disagreements(rows)) console.error(line);

if (Number(flags.mutants) > 0) {
  const sound = await language.soundOf(
    all.map((input, i) => ({ ...input, result: rows[i].result })),
    judge,
  );
  const made = mutantsOf(sound, Number(flags.mutants), Number(flags.seed), language.operators);
  const mutants = await inParallel(made, judge);
  const named = ({ line, result }) => line === 0 || result.against.some((finding) => finding.line === line);
  const wrong = mutants.filter(({ result }) => result.refused && !result.apart);
  const byOperator = {};
  for (const { operator } of mutants) {
    const mine = mutants.filter((mutant) => mutant.operator === operator && !mutant.result.apart);
    const refused = mine.filter(({ result }) => result.refused);
    byOperator[operator] = {
      mutants: mine.length,
      refused: refused.length,
      agree: mine.filter(({ result }) => result.agrees).length,
      lineNamed: refused.filter(named).length,
    };
  }
  report.mutants = {
    ...summarise(mutants),
    mutatedLineNamed: share(wrong.filter(named).length, wrong.length),
    byOperator,
  };
  for (const line of disagreements(mutants)) console.error(line);
  for (const mutant of wrong) {
    if (mutant.result.agrees && !named(mutant))
      console.error(
        `other line      ${mutant.name}:${mutant.line}: not named (ours: ${mutant.result.against
          .map(({ line, rule }) => `${line} ${rule}`)
          .slice(0, 3)
          .join(', ')})`,
      );
  }
}
console.log(JSON.stringify(report, null, 2));
