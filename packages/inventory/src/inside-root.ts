import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Where a path inside a root really leads when absolute links start at the root, as they do on the host itself. */
export type Inside =
  | { readonly kind: 'found'; readonly path: string }
  /** `link`: what the last link on the way says, where one was followed. */
  | { readonly kind: 'missing'; readonly link?: string }
  | { readonly kind: 'outside' }
  | { readonly kind: 'loop' };

/** Linux gives up after 40 links (path_resolution(7)). */
const MAX_LINKS = 40;

/** Follows every symbolic link of `path` (with `/`, from the root) without ever leaving `root`. */
export function resolveInside(root: string, path: string): Inside {
  const pending = path.split('/').filter((part) => part !== '' && part !== '.');
  const done: string[] = [];
  let links = 0;
  let link: string | undefined;
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '..') {
      if (done.pop() === undefined) return { kind: 'outside' };
      continue;
    }
    const here = join(root, ...done, part);
    let target: string | undefined;
    try {
      target = lstatSync(here).isSymbolicLink() ? readlinkSync(here) : undefined;
    } catch (error) {
      if (!isCode(error, 'ENOENT') && !isCode(error, 'ENOTDIR')) throw error;
      return link === undefined ? { kind: 'missing' } : { kind: 'missing', link };
    }
    if (target === undefined) {
      done.push(part);
      continue;
    }
    if (++links > MAX_LINKS) return { kind: 'loop' };
    link = target;
    // An absolute link starts at the root of the host.
    if (target.startsWith('/')) done.length = 0;
    pending.unshift(...target.split('/').filter((each) => each !== '' && each !== '.'));
  }
  return { kind: 'found', path: join(root, ...done) };
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
