import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import {
  languageOf,
  sniff,
  type Config,
  type Note,
  type Snapshot,
  type SnapshotFile,
  type SnapshotHost,
} from '@halint/engine';
import { append, definedOnly, type LanguageId } from '@halint/core';
import { HOST_FOLDERS } from './host-paths.ts';
import { binaryLine, isTooLarge, readText, TOO_LARGE } from './read-text.ts';
import { displayOf, reasonOf, TreeReader } from './tree.ts';

/** A path or option that the user has to mend: said in one line, exit 2. */
export class InputError extends Error {}

export interface LoadOptions {
  readonly cwd: string;
  /** Settings and the directory that their paths start from. */
  readonly config?: { readonly value: Config; readonly folder: string };
  /** Language of the files given by name. */
  readonly as?: LanguageId;
  /** Absolute paths and globs on the host that its files include. */
  readonly includesOf?: (host: SnapshotHost) => readonly string[];
  /** Absolute paths on the host that its units start daemons with. Not asked for a file that is given by name: it comes alone. */
  readonly startedBy?: (host: SnapshotHost) => readonly string[];
}

/** Reads the hosts of all paths. Throws InputError for a path that cannot be read. */
export function loadSnapshot(paths: readonly string[], options: LoadOptions): Snapshot {
  const hosts: SnapshotHost[] = [];
  const notes: Note[] = [];
  const configured = hostRoots(options);
  const wanted =
    configured.length > 0 && paths.every((each) => isAbove(each, options)) ? configured : distinct(paths, options.cwd);
  for (const path of wanted) {
    const snapshot = loadPath(path, options);
    append(hosts, snapshot.hosts);
    append(notes, snapshot.notes);
  }
  return { hosts: mergeFiles(hosts).map((host) => withSettings(host, options)), notes };
}

/** Paths without those that another one contains already: a host must not come twice. */
function distinct(paths: readonly string[], cwd: string): readonly string[] {
  const absolute = paths.map((path) => resolve(cwd, path));
  return paths.filter((_, i) => {
    const own = absolute[i] as string;
    return !absolute.some(
      (other, j) => j !== i && (other === own ? j < i : own.startsWith(other === sep ? sep : other + sep)),
    );
  });
}

/** The roots that the settings name; they replace discovery below the settings' own directory. */
function hostRoots({ config }: LoadOptions): readonly string[] {
  const hosts = config?.value.hosts ?? {};
  return Object.values(hosts).flatMap((host) =>
    host.root === undefined || config === undefined ? [] : [join(config.folder, host.root)],
  );
}

function isAbove(path: string, { cwd, config }: LoadOptions): boolean {
  if (config === undefined) return false;
  const below = relative(resolve(cwd, path), config.folder);
  return below === '' || !below.startsWith('..');
}

function loadPath(path: string, options: LoadOptions): Snapshot {
  const absolute = isAbsolute(path) ? path : resolve(options.cwd, path);
  let isFolder: boolean;
  try {
    const stat = statSync(absolute);
    isFolder = stat.isDirectory();
    // A pipe or device would be waited for without end.
    if (!isFolder && !stat.isFile()) throw new InputError(`${path}: neither a file nor a directory`);
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(`${path}: ${reasonOf(error)}`);
  }
  if (!isFolder) return loadFile(path, absolute, options);
  const reader = new TreeReader(absolute, options.cwd);
  const snapshot = reader.read();
  const { includesOf = () => [], startedBy = () => [] } = options;
  const wanted = (host: SnapshotHost): readonly string[] => [
    ...includesOf(host),
    ...startedBy(host).filter(isElsewhere),
  ];
  return followed(snapshot, wanted, () => new TreeReader(absolute, options.cwd));
}

/** Is a path outside the folders that are read anyway? */
function isElsewhere(path: string): boolean {
  return !HOST_FOLDERS.some((folder) => path.startsWith(`/${folder}/`));
}

/** Reads what includes and units name outside the usual folders, until nothing new turns up. */
function followed(
  first: Snapshot,
  wantedBy: (host: SnapshotHost) => readonly string[],
  fresh: () => TreeReader,
): Snapshot {
  let snapshot = first;
  const asked = new Set<string>();
  for (;;) {
    const wanted = snapshot.hosts.flatMap((host) =>
      host.root === undefined ? [] : wantedBy(host).map((path) => ({ root: host.root as string, path })),
    );
    const news = wanted.filter(({ root, path }) => !asked.has(`${root}\0${path}`));
    if (news.length === 0) return snapshot;
    for (const { root, path } of news) asked.add(`${root}\0${path}`);
    const again = fresh();
    for (const key of asked) {
      const [root, path] = key.split('\0') as [string, string];
      again.include(root, path);
    }
    const more = again.read();
    snapshot = { hosts: more.hosts, notes: more.notes };
  }
}

/** A single file: alone as one host, whose root is the parent of the nearest etc/ above it. */
function loadFile(path: string, absolute: string, options: LoadOptions): Snapshot {
  const root = rootAbove(absolute);
  const inside = root === undefined ? `/${basename(absolute)}` : '/' + relative(root, absolute).split(sep).join('/');
  const display = displayOf(absolute, options.cwd);
  let read: ReturnType<typeof readText>;
  try {
    if (isTooLarge(absolute)) return { hosts: [], notes: [{ kind: 'too-large', file: display, message: TOO_LARGE }] };
    read = readText(absolute);
  } catch (error) {
    throw new InputError(`${path}: ${reasonOf(error)}`);
  }
  const id = root === undefined ? basename(dirname(absolute)) : basename(root);
  const line = binaryLine(read.text);
  if (line !== undefined) {
    const message = 'this is not a text file: not read';
    return { hosts: [], notes: [{ kind: 'binary', file: display, line, message, host: id, path: inside }] };
  }
  const language = options.as ?? languageOf(inside) ?? byName(basename(absolute)) ?? sniff(read.text);
  if (language === undefined) {
    throw new InputError(
      `${path}: not a file that halint knows by name or content; say what it is with --as haproxy|keepalived|sshd|sysctl|systemd|rsyslog`,
    );
  }
  const file: SnapshotFile = { path: inside, display, language, ...read };
  const files = new Map([[inside, file]]);
  if (root === undefined) return { hosts: [{ id, files, facts: new Map(), lone: true }], notes: [] };
  return withIncludes(root, { id, files, facts: new Map(), root: '' }, options);
}

/** The includes of a single file are read from its host's root, and nothing else of the host is. */
function withIncludes(root: string, host: SnapshotHost, options: LoadOptions): Snapshot {
  const files = new Map(host.files);
  const notes: Note[] = [];
  const asked = new Set<string>();
  for (;;) {
    const current = { ...host, files };
    const news = (options.includesOf?.(current) ?? []).filter((path) => !asked.has(path));
    if (news.length === 0) return { hosts: [current], notes };
    for (const pattern of news) {
      asked.add(pattern);
      const reader = new TreeReader(root, options.cwd);
      reader.include('', pattern);
      append(notes, reader.notes);
      for (const found of reader.files) {
        const inside = '/' + found.relative;
        if (!files.has(inside)) files.set(inside, { path: inside, display: found.display, text: found.text });
      }
    }
  }
}

function rootAbove(path: string): string | undefined {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if (basename(folder) === 'etc') return dirname(folder);
  }
  return undefined;
}

function byName(name: string): LanguageId | undefined {
  if (/\.(service|socket)$/.test(name)) return 'systemd';
  if (/haproxy|\.cfg(\.|$)/.test(name)) return 'haproxy';
  if (/rsyslog/.test(name)) return 'rsyslog';
  if (/keepalived/.test(name)) return 'keepalived';
  if (/sshd/.test(name)) return 'sshd';
  return /sysctl/.test(name) ? 'sysctl' : undefined;
}

/** Files of one host that came by several paths (`halint ha0/etc/a ha0/etc/b`) are that host's. */
function mergeFiles(hosts: readonly SnapshotHost[]): readonly SnapshotHost[] {
  const byId = new Map<string, SnapshotHost>();
  const all: SnapshotHost[] = [];
  for (const host of hosts) {
    const known = host.root === '' ? byId.get(host.id) : undefined;
    if (known === undefined || [...host.files.keys()].some((path) => known.files.has(path))) {
      all.push(host);
      if (host.root === '') byId.set(host.id, host);
      continue;
    }
    const merged = { ...known, files: new Map([...known.files, ...host.files]) };
    byId.set(host.id, merged);
    all[all.indexOf(known)] = merged;
  }
  return all;
}

function withSettings(host: SnapshotHost, { config }: LoadOptions): SnapshotHost {
  const own = config?.value.hosts?.[host.id];
  const targets = { ...definedOnly(config?.value.targets), ...definedOnly(own?.targets) };
  if (own?.addresses === undefined && Object.keys(targets).length === 0) return host;
  return { ...host, targets, ...(own?.addresses === undefined ? {} : { addresses: own.addresses }) };
}

/** Text on standard input or handed over by an editor: one host with one file. */
export function snapshotOfText(text: string, display: string, as: LanguageId | undefined): Snapshot {
  const language = as ?? byName(basename(display)) ?? sniff(text);
  if (language === undefined) {
    throw new InputError(
      `${display}: say what it is with --as haproxy|keepalived|sshd|sysctl|systemd|rsyslog, or with --stdin-filename`,
    );
  }
  const path = '/' + basename(display);
  const files = new Map([[path, { path, display, text, language }]]);
  return { hosts: [{ id: 'stdin', files, facts: new Map(), lone: true }], notes: [] };
}

/** Nearest halint.config.yaml from a path upward, up to the repository root. */
export function findConfig(from: string): string | undefined {
  let folder = existsSync(from) && statSync(from).isDirectory() ? resolve(from) : dirname(resolve(from));
  for (;;) {
    const candidate = join(folder, 'halint.config.yaml');
    if (existsSync(candidate)) return candidate;
    if (existsSync(join(folder, '.git')) || dirname(folder) === folder) return undefined;
    folder = dirname(folder);
  }
}

export function readConfigText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(`${path}: ${reasonOf(error)}`);
  }
}
