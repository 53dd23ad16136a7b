import { insideRoot } from '@halint/core';
import type { FactNote } from '../network/source.ts';
import { isPattern, lookUpPath, matchingPaths } from '../path-patterns.ts';
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
  /** It leads out of the root of the host, matches nothing, matches what stands beside it alone, or comes back to a file that is being read. */
  readonly why: 'leaves' | 'none' | 'beside' | 'again';
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
    const wanted = wantedBy(pattern.text);
    const matched = wanted === undefined ? [] : matchingPaths(wanted, reading.files);
    const found = matched.filter((each) => !reading.open.has(each));
    if (found.length === 0 || reading.included + found.length > MOST_INCLUDES) {
      const why =
        wanted === undefined
          ? 'leaves'
          : matched.length > 0
            ? 'again'
            : isBeside(pattern.text, path, reading.files)
              ? 'beside'
              : 'none';
      reading.missed.push({ path, line: token.line, pattern: pattern.text, why });
      continue;
    }
    reading.included += found.length;
    for (const each of found) readFile(each, reading);
  }
  reading.open.delete(path);
}

/** nftables.service has no WorkingDirectory=, so that nft runs in the root (systemd.exec(5)). */
const WORKING = '/';
/** Where nft looks for what is no path (`nft -h` of Debian and Red Hat: "Default is: /etc"). */
const INCLUDE_PATH = '/etc/';

/**
 * The path or glob that an include means: from the working directory with ./ or ../ in front, else in the include path; never beside the file
 * that names it (nft 1.0.6, test/around/nft-include.test.ts). Undefined when it leads out of the root.
 */
function wantedBy(pattern: string): string | undefined {
  if (pattern.startsWith('/')) return insideRoot(pattern);
  return insideRoot((/^\.\.?\//.test(pattern) ? WORKING : INCLUDE_PATH) + pattern);
}

function isBeside(pattern: string, from: string, files: Files): boolean {
  const beside = pattern.startsWith('/') ? undefined : insideRoot(from.slice(0, from.lastIndexOf('/') + 1) + pattern);
  return beside !== undefined && matchingPaths(beside, files).length > 0;
}

/** Paths on the host that the rules of nftables include and that are not among its files: for a glob its folder. */
export function nftIncludes(files: Files): readonly string[] {
  return (readScript(files)?.missed ?? []).flatMap(({ pattern }) => {
    const wanted = wantedBy(pattern);
    return wanted === undefined ? [] : [lookUpPath(wanted)];
  });
}

const SAID: Readonly<Record<Missed['why'], string>> = {
  leaves: 'leads out of the root of the host: not read',
  none: 'matches none of the files of the host: what it lets through is not known',
  beside: 'is not looked for beside the file that names it',
  again: 'comes back to a file that is being read: not read again',
};

/** What is to be said of an include that brings nothing. A glob may match nothing (nft 1.0.6, test/around/nft-include.test.ts). */
export function missedNote({ path, line, pattern, why }: Missed): FactNote {
  const kind = why === 'leaves' ? 'include-outside-root' : 'include-missing';
  const does = isPattern(pattern) ? 'includes nothing' : 'loads nothing';
  const where =
    why === 'beside'
      ? `, but as ${wantedBy(pattern) ?? pattern}: nft ${does}`
      : why === 'none'
        ? `; where the host has none, nft ${does}`
        : '';
  return { kind, path, line, message: `include "${pattern}" ${SAID[why]}${where}` };
}
