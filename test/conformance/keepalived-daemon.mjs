// Asks a real keepalived (`keepalived -t`, as root in a sandbox of its own) what it says of a configuration, and keeps its answers.
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DAEMONS, fetchedOf, keptAnswer } from './daemon.mjs';
import { linksOf, worldOf } from './keepalived-world.mjs';
import { buildsOf, inSandbox, makeRoot, put } from './sandbox.mjs';

const SANDBOX = fileURLToPath(new URL('keepalived-sandbox.sh', import.meta.url));
const WORLD = fileURLToPath(new URL('keepalived-world.mjs', import.meta.url));
const FILE = '/etc/keepalived/keepalived.conf';

const STUB = '#!/bin/sh\nexit 0\n';

/**
 * The root that keepalived is shut into. Everything is root's and in plain directories: a link such as /bin on a merged /usr is
 * "Wrong file type found in script path" for 2.3, which disables the script. Every user and group is another name of 0: the -t of 2.2.7
 * ends itself with SIGTERM when a script's user is not its own.
 */
function build(root, daemon, text, world) {
  makeRoot(root, daemon, ['proc', 'run', 'usr/bin', 'etc/keepalived']);
  for (const path of ['etc/iproute2', 'usr/share/iproute2'])
    if (existsSync(join(daemon, 'root', path)))
      cpSync(join(daemon, 'root', path), join(root, path), { recursive: true, dereference: true });
  const users = new Set(['root', 'keepalived_script', ...world.users]);
  const groups = new Set([...users, ...world.groups]);
  writeFileSync(join(root, 'etc/passwd'), [...users].map((name) => `${name}:x:0:0::/:/bin/sh\n`).join(''));
  writeFileSync(join(root, 'etc/group'), [...groups].map((name) => `${name}:x:0:\n`).join(''));
  writeFileSync(join(root, 'etc/hosts'), `127.0.0.1 ${['localhost', 'sandbox', ...world.hosts].join(' ')}\n`);
  writeFileSync(join(root, FILE), text);
  for (const path of world.scripts) {
    put(root, path, STUB, 0o755);
    // Relative: to the directory it is started in, or to that of its file, as the version has it.
    if (!path.startsWith('/')) put(root, posix.join(dirname(FILE), path), STUB, 0o755);
  }
  for (const name of world.commands) put(root, `/usr/bin/${name}`, STUB, 0o755);
  for (const path of world.files) put(root, path, '0\n', 0o644);
  writeFileSync(`${root}.links`, linksOf(world.interfaces));
}

/** Runs the keepalived of a version over a text: { code, stdout, stderr }. */
function runOver(version, args, text = '') {
  const fill = (root, daemon) => build(root, daemon, text, worldOf(text));
  const namespaces = ['-m', '-n', '-u'];
  return inSandbox({ name: 'keepalived', version, args, namespaces, script: SANDBOX, build: fill });
}

/** First line of `keepalived -v` with what the sandbox is made by. */
const buildOf = buildsOf([SANDBOX, WORLD, fileURLToPath(import.meta.url)], async (version) => {
  const { stdout, stderr } = await runOver(version, ['-v']);
  return (stdout + stderr).split('\n')[0];
});

/** Why keepalived of a version cannot be asked here, in a line; undefined when it can. */
export async function whyNoKeepalived(version) {
  if (fetchedOf('keepalived', version) === undefined)
    return `keepalived ${version} is not below ${DAEMONS}: npm run daemons`;
  if (process.getuid?.() !== 0) return 'keepalived -t is run in namespaces of its own, which takes root';
  try {
    const build = await buildOf(version);
    return build.startsWith('Keepalived v') ? undefined : `keepalived ${version} does not run: ${build}`;
  } catch (error) {
    return error.message.split('\n')[0];
  }
}

/**
 * Messages about the machine and not about the text: interfaces, users, scripts and files that are not there, whatever the sandbox cannot
 * supply. Named by how they begin or by what is theirs alone, as "doesn't exist" is also said of a virtual router in a sync group.
 */
const ENVIRONMENT = [
  /\binterface \S+ .*doesn't exist$|\binterface \S+ doesn't exist/i,
  /^unknown interface\b|^Non-existent interface specified/i,
  /\bdoes not support multicast,|since interface does not support it|^\S+ Cannot find an IP address to use for interface/,
  /^Disabling \w+ script .* (?:due to insecure|since not found)/,
  /^Unable to set (?:default user|uid\/gid)|^Failed to set uid\/gid|^Error setting global script uid\/gid/,
  /^(?:Some )?[Cc]onfig files missing|^No config files matched|^Error reading config file|^Configuration file .* - skipping/,
  /^Unable to (?:find|read) configuration file|^WARNING, multiple configuration file|- no matching file$|^chdir\(/,
  /^track file .* is not accessible|^track file directory|^(?:Cannot|Unable to) initialise track file/i,
  /^Cannot open config directory|^config_save_dir .* is not a directory/,
  /already exists and is not (?:a private macvlan|an l2 ipvlan)/,
  /^(?:Routing table|VRF) \S+ not found/,
];

/** What the machine cannot do is told without a line; with one these words are keywords. */
const WITHOUT_LINE = /netlink|memfd|nftables|iptables|ipvs|modprobe|certificate|SSL (?:context|key)/i;

/** The message for an instance whose `interface` names none that is there, and also for one without `interface`. */
const UNKNOWN_INTERFACE = /^\((.*)\) Unknown interface!$/;

/** config or environment: what a message is about, among `all` messages of the text. */
export function classOf({ line, text }, all) {
  const instance = UNKNOWN_INTERFACE.exec(text)?.[1];
  if (instance !== undefined) {
    const named = all.some((each) => each.text.includes(` for vrrp_instance ${instance} doesn't exist`));
    return named ? 'environment' : 'config';
  }
  // No interface has a name of more than 15 bytes.
  if (/\binterface \S{16,} .*doesn't exist$/.test(text)) return 'config';
  // No file has quotes in its name, and no machine files enough for an include that leads to itself.
  if (/^Config files missing '"|open problem \(Too many open files\)/.test(text)) return 'config';
  const environment = ENVIRONMENT.some((each) => each.test(text)) || (line === 0 && WITHOUT_LINE.test(text));
  return environment ? 'environment' : 'config';
}

/** Messages of `keepalived -t`: line of the file (0: what is found when all has been read is told without one), text. */
export function messagesOf(output) {
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const placed = /^\((?:([^()]*): )?Line (\d+)\) (.*)$/.exec(line);
      return placed === null ? { line: 0, text: line } : { line: Number(placed[2]), text: placed[3] };
    })
    .map(({ line, text }) => ({ line, text: text.replaceAll(FILE, 'FILE').slice(0, 700) }));
}

/**
 * What `keepalived -t` of a version says: { exit, messages: [{ line, text, class }] }. Exit 0: nothing; 4, 5: messages; 6: one of them is
 * about script_security; 2: it gave up at a statement without its word; 124: a time-out; 128 and more: a signal.
 */
export async function askKeepalived(version, text) {
  const { exit, messages } = await keptAnswer([await buildOf(version), text], async () => {
    const { code, stdout, stderr } = await runOver(version, ['-t', '-f', FILE], text);
    return { exit: code, messages: messagesOf(stdout + stderr) };
  });
  return { exit, messages: messages.map((message) => ({ ...message, class: classOf(message, messages) })) };
}
