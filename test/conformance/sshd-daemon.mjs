// Asks a real sshd (`sshd -t` and `sshd -T` in a root of its own) what it says of a configuration, and keeps its answers.
import { isUtf8 } from 'node:buffer';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DAEMONS, fetchedOf, keptAnswer } from './daemon.mjs';
import { buildsOf, inSandbox, makeRoot, put } from './sandbox.mjs';

const SANDBOX = fileURLToPath(new URL('sshd-sandbox.sh', import.meta.url));
export const FILE = '/etc/ssh/sshd_config';

/** Where sshd looks for host keys that no line names. */
const DEFAULT_KEYS = ['rsa', 'ecdsa', 'ed25519'].map((kind) => `/etc/ssh/ssh_host_${kind}_key`);

/** Paths of the host keys that the text names: sshd looks for relative ones where it was started, here in the root. */
function keysOf(text) {
  const named = Array.from(text.matchAll(/^[ \t\r=]*"?Host(?:DSA)?Key"?[ \t\r=]+"?([^ \t\r\f"'#\\\n\0]+)/gim), (hit) =>
    posix.join('/', hit[1].replace(/^~\//, '/root/')),
  );
  return [...DEFAULT_KEYS, ...named];
}

/**
 * The root that sshd is shut into: users root, sshd and alice, localhost, the services, host keys wherever the text wants them, and the files of
 * `files`, paths to texts.
 */
function build(root, daemon, files) {
  makeRoot(root, daemon, ['etc/ssh', 'root', 'run/sshd']);
  const users = [
    'root:x:0:0::/root:/bin/sh',
    'sshd:x:100:65534::/run/sshd:/bin/false',
    'alice:x:1000:1000::/home/alice:/bin/sh',
  ];
  writeFileSync(join(root, 'etc/passwd'), users.map((line) => `${line}\n`).join(''));
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\nalice:x:1000:\n');
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1 localhost\n::1 localhost\n');
  copyFileSync(join(daemon, 'root/etc/services'), join(root, 'etc/services'));
  for (const [path, text] of Object.entries(files)) {
    const inside = join(root, path);
    mkdirSync(dirname(inside), { recursive: true, mode: 0o755 });
    writeFileSync(inside, text);
  }
  const key = readFileSync(join(daemon, 'key'));
  for (const path of keysOf(Object.values(files).join('\n'))) put(root, path, key, 0o600);
}

/** Runs the sshd of a version over files: { code, stdout, stderr }. */
function runOver(version, args, files) {
  // A user that is not root has one in a namespace of its own, where the system lets it.
  const namespaces = [...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '-m'];
  const fill = (root, daemon) => build(root, daemon, files);
  return inSandbox({ name: 'sshd', version, args, namespaces, script: SANDBOX, build: fill });
}

/** First line of `sshd -V` with what the sandbox is made by. */
const buildOf = buildsOf([SANDBOX, fileURLToPath(import.meta.url)], async (version) => {
  const { stdout, stderr } = await runOver(version, ['-V'], {});
  const lines = (stdout + stderr).split('\n');
  return lines.find((each) => each.startsWith('OpenSSH_')) ?? lines[0];
});

/** Why sshd of a version cannot be asked here, in a line; undefined when it can. */
export async function whyNoSshd(version) {
  if (fetchedOf('sshd', version) === undefined) return `sshd ${version} is not below ${DAEMONS}: npm run daemons`;
  try {
    const build = await buildOf(version);
    return build.startsWith('OpenSSH_') ? undefined : `sshd ${version} does not run: ${build}`;
  } catch (error) {
    return error.message.split('\n')[0];
  }
}

/**
 * Messages about the machine and not about the text: names that do not resolve, keys and users that are not there. What is empty or has a colon
 * is no name of a host, and a literal of the other family is nowhere; behind a link-local address stands the name of an interface.
 */
const ENVIRONMENT =
  /^tilde_expand: No such user|^bad addr or host: (?:fe[89ab][0-9a-f]|ff[0-9a-f][12]):\S*%\S{1,15} |^bad addr or host: (?!.*address family|\S*:| \()|^(?:Unable to load|could not load) host|no hostkeys available|rivilege separation|^No such (?:user|uid)|: (?:No such file or directory|Permission denied|Is a directory|Not a directory)$|^getnameinfo/i;
/** What sshd says and goes on. */
const NOTICE = /option \S+$/;

/** Messages of sshd: the file (undefined: the one that is asked about) and line (0: none), text, class config, environment or notice. */
export function messagesOf(output) {
  return output
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !/: terminating, \d+ bad configuration options$/.test(line))
    .map((text) => {
      const placed = /^(\/\S+?):? line (\d+): (.*)$/.exec(text);
      const line = Number(placed?.[2] ?? / at line (\d+)$/.exec(text)?.[1] ?? 0);
      const file = placed === null || placed[1] === FILE ? {} : { file: placed[1] };
      const notice = placed !== null && /^(?:Deprecated|Unsupported) option /.test(placed[3]) && NOTICE.test(placed[3]);
      const about = notice ? 'notice' : placed === null && ENVIRONMENT.test(text) ? 'environment' : 'config';
      return { ...file, line, text: (placed?.[3] ?? text).slice(0, 300), class: about };
    });
}

const filesOf = (config) => (typeof config === 'string' ? { [FILE]: config } : config);

/**
 * What `sshd -t` of a version says of a text, or of files by their paths: { exit, messages }. `words` stand on its command line besides. Exit 0:
 * taken; 255: refused; 1: a key or the file is not there, or a word of the command line is refused; 124: a time-out; 128 and more: a signal.
 */
export async function askSshd(version, config, words = []) {
  const files = filesOf(config);
  return keptAnswer([await buildOf(version), '-t', ...words, ...Object.entries(files).flat()], async () => {
    const { code, stdout, stderr } = await runOver(version, ['-t', '-f', FILE, ...words], files);
    return { exit: code, messages: messagesOf(stdout + stderr) };
  });
}

/** What was printed, in the characters that halint reads such bytes as. */
function textOf(printed) {
  const bytes = Buffer.from(printed, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : printed;
}

/** What `sshd -T` of a version prints for a connection (-C, undefined: none), with more words on its command line: { exit, lines, said }. */
export async function effectiveOf(version, config, connection, words = []) {
  const files = filesOf(config);
  const spec = connection === undefined ? [] : ['-C', connection];
  return keptAnswer([await buildOf(version), '-T', ...spec, ...words, ...Object.entries(files).flat()], async () => {
    const { code, stdout, stderr } = await runOver(version, ['-T', '-f', FILE, ...spec, ...words], files);
    return {
      exit: code,
      lines: textOf(stdout)
        .split('\n')
        .filter((line) => line !== ''),
      said: stderr,
    };
  });
}
