import { classifyFlat } from './classify.ts';
import type { Note, Snapshot, SnapshotFile, SnapshotHost } from './snapshot.ts';

/** A file below the directory that was asked for. */
export interface FoundFile {
  /** Path below that directory, with `/`. */
  readonly relative: string;
  readonly display: string;
  readonly text: string;
  readonly encoding?: 'latin1';
}

interface HostDraft {
  readonly id: string;
  readonly root: string;
  rooted: boolean;
  readonly files: Map<string, SnapshotFile>;
  readonly facts: Map<string, string>;
}

/**
 * Finds the hosts in the files of one directory (contract, section 2): directories with etc/, flat directories, files that
 * name their host, files common to all hosts below their directory.
 * @param rootName name of the directory itself: the host's id when the directory is a host.
 */
export function discoverHosts(files: readonly FoundFile[], rootName: string): Snapshot {
  const drafts = new Map<string, HostDraft>();
  const loose = new Map<string, FoundFile[]>();
  const draft = (key: string, root: string, id: string): HostDraft => {
    let known = drafts.get(key);
    if (known === undefined) drafts.set(key, (known = { id, root, rooted: false, files: new Map(), facts: new Map() }));
    return known;
  };
  const roots = rootsOf(files);
  for (const file of files) {
    const root = rootOf(file.relative, roots);
    if (root === undefined) {
      const folder = hostFolderOf(file.relative);
      loose.set(folder, [...(loose.get(folder) ?? []), file]);
      continue;
    }
    const host = draft(root, root, root === '' ? rootName : baseOf(root));
    host.rooted = true;
    const inside = root === '' ? file.relative : file.relative.slice(root.length + 1);
    if (inside.startsWith('facts/')) host.facts.set(inside.slice(6), file.text);
    else host.files.set('/' + inside, snapshotFile('/' + inside, file));
  }
  // Deepest folders first: a folder is "beside host directories" only once those below it are known.
  for (const folder of [...loose.keys()].sort((a, b) => depth(b) - depth(a))) {
    placeLoose(folder, loose.get(folder) as FoundFile[], rootName, drafts, draft);
  }
  return finish([...drafts.values()]);
}

/** Directories that contain etc/; usr/local, which contains one too, is a part of its host. */
function rootsOf(files: readonly FoundFile[]): ReadonlySet<string> {
  const roots = new Set<string>();
  for (const { relative } of files) {
    if (/^(?:usr\/local\/)?etc\//.test(relative)) {
      roots.add('');
      continue;
    }
    const at = relative.indexOf('/etc/');
    if (at > 0) roots.add(relative.slice(0, at).replace(/\/usr\/local$/, ''));
  }
  return roots;
}

/** The nearest host root above a path, so that a host inside a host's tree is its own. */
function rootOf(relative: string, roots: ReadonlySet<string>): string | undefined {
  for (let folder = folderOf(relative); folder !== ''; folder = folderOf(folder)) if (roots.has(folder)) return folder;
  return roots.has('') ? '' : undefined;
}

function placeLoose(
  folder: string,
  found: readonly FoundFile[],
  rootName: string,
  drafts: Map<string, HostDraft>,
  draft: (key: string, root: string, id: string) => HostDraft,
): void {
  if (baseOf(folder) === 'facts') {
    const parent = folderOf(folder);
    const owner = drafts.get(parent);
    const host = owner ?? draft(parent, parent, parent === '' ? rootName : baseOf(parent));
    for (const file of found) host.facts.set(baseOf(file.relative), file.text);
    return;
  }
  const known = found.flatMap((file) => {
    const flat = classifyFlat(baseOf(file.relative), file.text);
    return flat === undefined ? [] : [{ file, flat }];
  });
  if (known.length === 0) return;
  const variants = new Set(
    known.filter(({ flat }) => flat.language === 'keepalived').flatMap(({ flat }) => flat.variant ?? []),
  );
  const below = [...drafts.values()].filter((host) => folder === '' || host.root.startsWith(folder + '/'));
  if (variants.size > 0) {
    for (const variant of variants) draft(`${folder}\0${variant}`, folder, variant);
    if (known.some(({ flat }) => flat.language === 'keepalived' && flat.variant === undefined)) {
      // keepalived.conf beside keepalived-backup.conf: the plain one is a host of its own, named after the folder.
      variants.add('');
      draft(`${folder}\0`, folder, folder === '' ? rootName : baseOf(folder));
    }
  }
  for (const { file, flat } of known) {
    const own = (): HostDraft => draft(folder, folder, folder === '' ? rootName : baseOf(folder));
    const owners = ownersOf(folder, flat.variant, flat.language === 'keepalived', variants, below, drafts, own);
    const lacking = owners.filter((host) => !host.files.has(flat.path));
    // Where every host below has a file of its own, this one is that of a host of its own: nothing is left unread.
    for (const host of lacking.length > 0 ? lacking : [own()]) {
      if (host.files.has(flat.path)) continue;
      host.files.set(flat.path, { ...snapshotFile(flat.path, file), language: flat.language });
    }
  }
}

function ownersOf(
  folder: string,
  variant: string | undefined,
  isKeepalived: boolean,
  variants: ReadonlySet<string>,
  below: readonly HostDraft[],
  drafts: ReadonlyMap<string, HostDraft>,
  own: () => HostDraft,
): readonly HostDraft[] {
  if (variants.size > 0) {
    const named = drafts.get(`${folder}\0${variant ?? ''}`);
    if (named !== undefined && (isKeepalived || variant !== undefined)) return [named];
    return [...variants].flatMap((each) => drafts.get(`${folder}\0${each}`) ?? []);
  }
  return below.length > 0 ? below : [own()];
}

function finish(drafts: readonly HostDraft[]): Snapshot {
  const notes: Note[] = [];
  const hosts: SnapshotHost[] = [];
  const seen = new Map<string, string>();
  for (const host of drafts) {
    if (host.files.size === 0) continue;
    const other = seen.get(host.id);
    if (other !== undefined) {
      notes.push({
        kind: 'same-id',
        file: host.root,
        host: host.id,
        message: `a second directory named ${host.id} (the first is ${other}): both are linted, reports cannot tell them apart`,
      });
    }
    seen.set(host.id, host.root);
    hosts.push({ id: host.id, files: host.files, facts: host.facts, ...(host.rooted ? { root: host.root } : {}) });
  }
  hosts.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return { hosts, notes };
}

function snapshotFile(path: string, file: FoundFile): SnapshotFile {
  const { display, text, encoding } = file;
  return encoding === undefined ? { path, display, text } : { path, display, text, encoding };
}

/** Folders that are named after a daemon: `ha0/keepalived/keepalived.conf` is a file of ha0. */
const DAEMON_FOLDER = /^(?:keepalived|haproxy|sshd?|sysctl(?:\.d)?)$/;

/** The folder that a file outside any etc/ stands for a host with. */
function hostFolderOf(path: string): string {
  let folder = folderOf(path);
  while (DAEMON_FOLDER.test(baseOf(folder))) folder = folderOf(folder);
  return folder;
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function depth(path: string): number {
  return path === '' ? 0 : path.split('/').length;
}
