import { insideRoot } from '@halint/core';
import { isPattern, lookUpPath, matchingPaths } from '../path-patterns.ts';
import { joinedLines, type FactNote } from './source.ts';

const MAIN = '/etc/network/interfaces';
const FOLDER = '/etc/network/';

/** Names that `source-directory` takes (interfaces(5)). */
const DIRECTORY_NAME = /^[a-zA-Z0-9_-]+$/;

type Files = ReadonlyMap<string, string>;

/** What ifup reads of a host's files, in no order. */
export interface IfupdownFiles {
  readonly paths: readonly string[];
  /** Of `source` lines that bring nothing. */
  readonly notes: readonly FactNote[];
  /** Paths that have to be looked up on the host to know what they bring. */
  readonly wanted: readonly string[];
}

/** May a file of this path be one of ifupdown's, when the one that names it is not at hand? */
export function isInterfacesFile(path: string): boolean {
  return path === MAIN || /^\/etc\/network\/interfaces\.d\/[^/]+$/.test(path);
}

/**
 * The files that ifup reads: /etc/network/interfaces and what `source` and `source-directory` lines name, each once; one that is not there is
 * passed over (ifupdown 0.8.41, test/around/ifupdown.test.ts). Without the main file those of interfaces.d count: a host that lacks it was
 * copied in part.
 */
export function ifupdownFiles(files: Files): IfupdownFiles {
  if (!files.has(MAIN)) return { paths: [...files.keys()].filter(isInterfacesFile), notes: [], wanted: [] };
  const paths = new Set([MAIN]);
  const notes: FactNote[] = [];
  const wanted: string[] = [];
  // What is added while the set is walked is walked too.
  for (const path of paths) {
    for (const { word, pattern, line } of sourcesOf(files.get(path) ?? '')) {
      const whole = insideRoot(pattern.startsWith('/') ? pattern : path.slice(0, path.lastIndexOf('/') + 1) + pattern);
      if (whole === undefined) {
        notes.push(noteOf(path, line, `${word} ${pattern}`, 'include-outside-root'));
        continue;
      }
      const found = broughtBy(word, whole, files);
      for (const each of found) paths.add(each);
      if (found.length > 0 || whole.startsWith(FOLDER)) continue;
      wanted.push(lookUpPath(whole));
      notes.push(noteOf(path, line, `${word} ${pattern}`, 'include-missing'));
    }
  }
  return { paths: [...paths], notes, wanted };
}

interface Source {
  readonly word: string;
  readonly pattern: string;
  readonly line: number;
}

/** The first word behind it counts, and quotes are taken off (wordexp(3)). */
function sourcesOf(text: string): readonly Source[] {
  return joinedLines(text).flatMap(({ text: raw, line }) => {
    const [, word = '', quoted, plain = ''] = /^\s*(source|source-directory)\s+(?:"([^"]*)"|(\S+))/.exec(raw) ?? [];
    return word === '' ? [] : [{ word, pattern: quoted ?? plain, line }];
  });
}

function broughtBy(word: string, whole: string, files: Files): readonly string[] {
  if (word === 'source') return matchingPaths(whole, files);
  return matchingPaths(`${whole}/*`, files).filter((path) =>
    DIRECTORY_NAME.test(path.slice(path.lastIndexOf('/') + 1)),
  );
}

function noteOf(path: string, line: number, what: string, kind: NonNullable<FactNote['kind']>): FactNote {
  const brings = isPattern(what) || what.startsWith('source-directory') ? 'matches none' : 'is none';
  const message =
    kind === 'include-missing'
      ? `\`${what}\` ${brings} of the files of the host: addresses in it are not known`
      : `\`${what}\` leads out of the root of the host: not read`;
  return { kind, path, line, message };
}
