// halint's values beside those that real systemd-sysctl and `sysctl -p` leave, in a network namespace with stand-ins for the other settings.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundled } from './bundle.mjs';
import { run } from './daemon.mjs';
import { excerpt, share } from './summary.mjs';
import { OPERATORS } from './sysctl-mutate.mjs';

const SANDBOX = fileURLToPath(new URL('sysctl-sandbox.sh', import.meta.url));
const TOOLS = {
  'systemd-sysctl': ['/lib/systemd/systemd-sysctl'],
  sysctl: ['sysctl', '-p'],
};

/** debian12 of this machine, or undefined. */
function machine() {
  if (!existsSync('/etc/os-release')) return undefined;
  const text = readFileSync('/etc/os-release', 'utf8');
  const field = (name) => new RegExp(`^${name}="?([^"\\n]*)`, 'm').exec(text)?.[1] ?? '';
  return `${field('ID')}${field('VERSION_ID')}`;
}

export const language = {
  lang: 'sysctl',
  daemon: 'os',
  file: 'etc/sysctl.d/50-asked.conf',
  version: machine() ?? 'debian12',
  operators: OPERATORS,
  wanted: /sysctl|\.conf$/i,
  unwanted: /\.(?:tsv|md|sh|py|ya?ml|json|j2|erb)$/i,
  configurationsOf: (name, text) => [{ name, text }],
  isOwn: (rule) => rule === 'sysctl/syntax',
  whyNot(version) {
    if (machine() !== version) return `the sysctl of ${version} is not here: this machine is ${machine() ?? 'none'}`;
    if (!existsSync(TOOLS['systemd-sysctl'][0])) return `${TOOLS['systemd-sysctl'][0]} is missing: install systemd`;
    return process.getuid?.() === 0
      ? undefined
      : 'kernel settings are written in namespaces of their own, which takes root';
  },
  soundOf: async (rows) => rows,
};

/** The bundle on its way: texts are compared side by side, and it is made once. */
let grammar;

/** What halint says of every key of a text: { key, boot, system }. */
async function valuesOf(text, os) {
  grammar ??= bundled('grammars/sysctl/src/index.ts');
  const { sysctl, parseSysctl } = await grammar;
  const path = `/${language.file}`;
  const file = { path, display: path, language: 'sysctl', document: parseSysctl(text) };
  const context = { host: 'host', hostName: 'host', targets: { os }, included: () => [] };
  const facts = sysctl.lower([file], context);
  const keys = [...new Set(facts.assignments.map(({ key }) => key))];
  return keys.map((key) => ({ key, boot: facts.value(key)?.value, system: facts.afterSystem(key)?.value }));
}

/** Path below /proc/sys of a key in either form. */
const pathOf = (key) => key.replace(/[./]/g, (sign) => (sign === '.' ? '/' : '.'));

/** Interfaces that keys name, apart from those that are always there. */
const interfacesOf = (paths) =>
  [...new Set(paths.map((path) => /^net\/ipv[46]\/(?:conf|neigh)\/([^/*?[]+)\//.exec(path)?.[1] ?? 'all'))].filter(
    (name) => !/^(?:all|default|lo)$/.test(name) && name.length <= 15,
  );

async function ask(tool, text, paths) {
  const folder = mkdtempSync(join(tmpdir(), 'halint-sysctl-'));
  try {
    const file = join(folder, 'asked.conf');
    writeFileSync(file, text);
    writeFileSync(join(folder, 'keys'), paths.map((path) => `${path}\n`).join(''));
    writeFileSync(
      join(folder, 'interfaces'),
      interfacesOf(paths)
        .map((name) => `${name}\n`)
        .join(''),
    );
    const sandbox = ['-m', '-n', '--propagation', 'private', 'sh', SANDBOX, folder];
    const { code, stdout, stderr } = await run('unshare', [...sandbox, ...TOOLS[tool], file], { cwd: '/' });
    if (code === 120) throw new Error(`no sandbox for sysctl: ${stderr.trim()}`);
    const values = new Map(
      stdout
        .split('\n')
        .filter((line) => line.startsWith('=\t'))
        .map((line) => line.split('\t'))
        .map(([, path, value]) => [path, (value ?? '').trim().replace(/\s+/g, ' ')]),
    );
    const broken = [...stderr.matchAll(/:(\d+): Line is not an assignment|\((\d+)\): invalid syntax/g)];
    return { code, values, broken: broken.map(([, a, b]) => Number(a ?? b)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every setting that the text names and that this kernel has, by both tools; and the lines that are no assignments. */
export async function compare(version, text, lint) {
  const findings = lint(text, version);
  const values = await valuesOf(text, version);
  const paths = [...new Set(values.map(({ key }) => pathOf(key)))].filter((path) => !/[*?[\]]/.test(path));
  const before = await ask('sysctl', '', paths);
  const wrong = [];
  const against = [];
  let compared = 0;
  for (const tool of Object.keys(TOOLS)) {
    const after = await ask(tool, text, paths);
    for (const { key, boot, system } of values) {
      const path = pathOf(key);
      if (!after.values.has(path)) continue;
      compared++;
      const ours = (tool === 'sysctl' ? system : boot)?.trim().replace(/\s+/g, ' ') ?? before.values.get(path);
      if (ours !== after.values.get(path)) wrong.push(`${tool} ${key}: ${after.values.get(path)}, halint ${ours}`);
    }
    if (tool !== 'systemd-sysctl') continue;
    for (const line of after.broken) against.push({ line, named: findings.some((each) => each.line === line) });
  }
  return { apart: false, crashed: false, refused: false, compared, wrong, against, agrees: wrong.length === 0 };
}

export function summarise(rows) {
  const results = rows.map(({ result }) => result);
  const compared = results.reduce((sum, { compared: count }) => sum + count, 0);
  const wrong = results.reduce((sum, result) => sum + result.wrong.length, 0);
  const lines = results.flatMap(({ against }) => against);
  return {
    files: rows.length,
    agreement: share(results.filter(({ agrees }) => agrees).length, rows.length),
    values: compared,
    valuesAgree: share(compared - wrong, compared),
    brokenLines: lines.length,
    brokenLinesNamed: share(lines.filter(({ named }) => named).length, lines.length),
  };
}

export function* disagreements(rows) {
  for (const { name, result } of rows) {
    for (const each of result.wrong) yield `other value     ${name}: ${excerpt(each)}`;
    for (const { line, named } of result.against) if (!named) yield `missed line     ${name}:${line}`;
  }
}
