import { lstatSync, readlinkSync } from 'node:fs';
import { join, sep } from 'node:path';

/** A symbolic link that was followed on the way and whose target was not reached. */
export interface Followed {
  /** Where it stands, from the root, with `/`: etc/netplan. */
  readonly at: string;
  /** What it says, as written; of a link to a link what the last one says. */
  readonly target: string;
  /** Does it stand for the path itself, and not for a folder above? */
  readonly isWhole: boolean;
}

/** Where a path inside a root really leads when absolute links start at the root, as they do on the host itself. */
export type Inside =
  | { readonly kind: 'found'; readonly path: string }
  /** `link`: it leads to nothing; undefined where no link is to blame, as for a name that a linked folder lacks. */
  | { readonly kind: 'missing'; readonly link?: Followed }
  /** `link`: undefined where the path itself has too many `..`. */
  | { readonly kind: 'outside'; readonly link?: Followed }
  | { readonly kind: 'loop'; readonly link?: Followed };

/** Linux gives up after 40 links (path_resolution(7)). */
const MAX_LINKS = 40;

/** A link whose target is being walked; `behind`: how many parts of the path stand behind it. */
interface Open extends Pick<Followed, 'at' | 'target'> {
  readonly behind: number;
}

/** Follows every symbolic link of `path` (with `/`, from the root) without ever leaving `root`. */
export function resolveInside(root: string, path: string): Inside {
  let pending = partsOf(path);
  const done: string[] = [];
  let open: readonly Open[] = [];
  let links = 0;
  const led = <Kind extends string>(kind: Kind): { readonly kind: Kind; readonly link?: Followed } => {
    const [first] = open;
    if (first === undefined) return { kind };
    // A link that stands for all of the one before carries on with it; one of a folder on its way does not.
    const target = open.reduce((said, each) => (each.behind === first.behind ? each.target : said), first.target);
    return { kind, link: { at: first.at, target, isWhole: first.behind === 0 } };
  };
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    const left = pending.length + 1;
    open = open.filter(({ behind }) => left > behind);
    if (part === '..') {
      // Above the root of a running machine is the root itself (path_resolution(7)).
      if (done.pop() === undefined && root !== sep) return led('outside');
      continue;
    }
    const here = join(root, ...done, part);
    let target: string | undefined;
    try {
      target = lstatSync(here).isSymbolicLink() ? readlinkSync(here) : undefined;
    } catch (error) {
      if (!isCode(error, 'ENOENT') && !isCode(error, 'ENOTDIR')) throw error;
      return led('missing');
    }
    if (target === undefined) {
      done.push(part);
      continue;
    }
    const link = { at: [...done, part].join('/'), target, behind: pending.length };
    open = [...open, link];
    if (++links > MAX_LINKS) return led('loop');
    // An absolute link starts at the root of the host.
    if (target.startsWith('/')) done.length = 0;
    pending = [...partsOf(target), ...pending];
  }
  return { kind: 'found', path: join(root, ...done) };
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
