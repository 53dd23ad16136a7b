import type { FactNote } from '../network/source.ts';
import { tokensOf, type Token } from './nft-tokens.ts';

/** Where distributions keep the rules that nftables.service loads: Debian and its kin, Red Hat's and its kin. */
const MAIN_FILES = ['/etc/nftables.conf', '/etc/sysconfig/nftables.conf'];
/** Greatest number of files that are read, one that is included twice counted twice: some ten times the largest rule set known. */
const MOST_INCLUDES = 1000;

type Files = ReadonlyMap<string, string>;

/** The script of nftables.service with all that it includes in place. */
export interface Script {
  readonly tokens: readonly Token[];
  /** Includes that bring nothing: what they would have brought is unknown. */
  readonly missed: readonly Missed[];
}

export interface Missed {
  readonly path: string;
  readonly line: number;
  readonly pattern: string;
  /** It leads out of the root of the host, matches nothing, or comes back to a file that is being read. */
  readonly why: 'leaves' | 'none' | 'again';
}

/** Undefined when the host has no such file. */
export function readScript(files: Files): Script | undefined {
  const main = MAIN_FILES.find((path) => files.has(path));
  if (main === undefined) return undefined;
  const reading = { files, tokens: [], missed: [], open: new Set<string>(), included: 0 };
  readFile(main, reading);
  return reading;
}

interface Reading {
  readonly files: Files;
  readonly tokens: Token[];
  readonly missed: Missed[];
  /** Files whose includes are being read: one of them again would never end. */
  readonly open: Set<string>;
  included: number;
}

function readFile(path: string, reading: Reading): void {
  const tokens = tokensOf(path, reading.files.get(path) ?? '');
  reading.open.add(path);
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    const pattern = tokens[i + 1];
    if (token.quoted || token.text !== 'include' || pattern?.quoted !== true) {
      reading.tokens.push(token);
      continue;
    }
    i++;
    const wanted = wantedBy(pattern.text, path);
    const matched = includedBy(wanted, reading.files);
    const found = matched.filter((each) => !reading.open.has(each));
    if (found.length === 0 || reading.included + found.length > MOST_INCLUDES) {
      const why = wanted.length === 0 ? 'leaves' : matched.length === 0 ? 'none' : 'again';
      reading.missed.push({ path, line: token.line, pattern: pattern.text, why });
      continue;
    }
    reading.included += found.length;
    for (const each of found) readFile(each, reading);
  }
  reading.open.delete(path);
}

/**
 * The paths or globs that an include may mean, in the order in which they are tried; one without a `/` in front is looked for beside the
 * including file and in /etc. Empty when all of them lead out of the root.
 */
function wantedBy(pattern: string, from: string): readonly string[] {
  const folders = pattern.startsWith('/') ? [''] : [from.slice(0, from.lastIndexOf('/') + 1), '/etc/'];
  return [...new Set(folders.flatMap((folder) => plain(folder + pattern) ?? []))];
}

/** A path without `.` and `..`; undefined when it leads above the root. */
function plain(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return `/${parts.join('/')}`;
}

function includedBy(wanted: readonly string[], files: Files): readonly string[] {
  for (const path of wanted) {
    const expression = new RegExp(
      `^${path
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replace(/\*/g, '[^/]*')
        .replace(/\?/g, '[^/]')}$`,
    );
    const found = [...files.keys()].filter((each) => expression.test(each)).sort();
    if (found.length > 0) return found;
  }
  return [];
}

/** Paths on the host that the rules of nftables include and that are not among its files: for a glob its folder. */
export function nftIncludes(files: Files): readonly string[] {
  return (readScript(files)?.missed ?? []).flatMap(({ pattern, path }) =>
    wantedBy(pattern, path).flatMap((wanted) => {
      const glob = wanted.search(/[*?[]/);
      return glob < 0 ? [wanted] : [wanted.slice(0, wanted.lastIndexOf('/', glob))];
    }),
  );
}

const SAID: Readonly<Record<Missed['why'], string>> = {
  leaves: 'leads out of the root of the host: not read',
  none: 'matches none of the files of the host: what it lets through is not known',
  again: 'comes back to a file that is being read: not read again',
};

/** What is to be said of an include that brings nothing. */
export function missedNote({ path, line, pattern, why }: Missed): FactNote {
  const kind = why === 'leaves' ? 'include-outside-root' : 'include-missing';
  return { kind, path, line, message: `include "${pattern}" ${SAID[why]}` };
}
