import { PROXY_KINDS } from '../vocabulary.ts';
import { ACL_CHECKS } from './acl.ts';
import { GLOBAL_CHECKS } from './global.ts';
import { PROXY_CHECKS } from './proxy.ts';
import type { Checker } from './run.ts';
import { SECTION_CHECKS } from './sections.ts';
import { SOCKET_CHECKS } from './sockets.ts';

const NONE: ReadonlyMap<string, Checker> = new Map();
const PROXIES: ReadonlyMap<string, Checker> = new Map([...PROXY_CHECKS, ...ACL_CHECKS, ...SOCKET_CHECKS]);

/** The checks of the keywords of a kind of section. */
export function checksOf(kind: string): ReadonlyMap<string, Checker> {
  if (kind === 'global') return GLOBAL_CHECKS;
  return PROXY_KINDS.has(kind) ? PROXIES : (SECTION_CHECKS.get(kind) ?? NONE);
}
