import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Where a path inside a root really leads when absolute links start at the root, as they do on the host itself. */
export type Inside =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'outside'; readonly target: string }
  | { readonly kind: 'loop' };

/** Linux gives up after 40 links (path_resolution(7)). */
const MAX_LINKS = 40;

/** Follows every symbolic link of `path` (with `/`, from the root) without ever leaving `root`. */
export function resolveInside(root: string, path: string): Inside {
  const pending = path.split('/').filter((part) => part !== '' && part !== '.');
  const done: string[] = [];
  let links = 0;
  let absolute: string | undefined;
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '..') {
      if (done.pop() === undefined) return { kind: 'outside', target: path };
      continue;
    }
    const here = join(root, ...done, part);
    let target: string | undefined;
    try {
      target = lstatSync(here).isSymbolicLink() ? readlinkSync(here) : undefined;
    } catch (error) {
      if (!isCode(error, 'ENOENT') && !isCode(error, 'ENOTDIR')) throw error;
      // An absolute link starts at the root; what is not there is no file of this host.
      return absolute === undefined ? { kind: 'missing' } : { kind: 'outside', target: absolute };
    }
    if (target === undefined) {
      done.push(part);
      continue;
    }
    if (++links > MAX_LINKS) return { kind: 'loop' };
    if (target.startsWith('/')) {
      done.length = 0;
      absolute = target;
    }
    pending.unshift(...target.split('/').filter((each) => each !== '' && each !== '.'));
  }
  return { kind: 'found', path: join(root, ...done) };
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
