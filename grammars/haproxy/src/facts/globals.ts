import { cited, definedOnly, type Cited } from '@halint/core';
import type { HaproxyGlobals } from '@halint/model';
import type { FileFacts } from './facts.ts';
import { activeLines, negatedLines, placed } from './scope.ts';

/** The last line of a keyword in the global sections, with its first argument. */
function globalWord(files: readonly FileFacts[], keyword: string): Cited<string> | undefined {
  let found: Cited<string> | undefined;
  for (const file of files) {
    for (const section of file.globals()) {
      const { lines } = section.unit;
      for (const line of activeLines(file.owner, section, keyword)) {
        const index = lines.words(line) > 1 ? 1 : 0;
        found = cited(lines.value(line, index), placed(file.owner, lines.at(line, index)));
      }
    }
  }
  return found;
}

/** NaN for what is no literal number. */
function globalNumber(files: readonly FileFacts[], keyword: string): Cited<number> | undefined {
  const word = globalWord(files, keyword);
  return word?.at === undefined
    ? undefined
    : cited(/^\d+$/.test(word.value) ? Number(word.value) : Number.NaN, word.at);
}

/** `KEYWORD` or `no KEYWORD`, whichever stands last. */
function globalSwitch(files: readonly FileFacts[], keyword: string): Cited<boolean> | undefined {
  let found: Cited<boolean> | undefined;
  for (const { owner, section } of files.flatMap((file) =>
    file.globals().map((each) => ({ owner: file.owner, section: each })),
  )) {
    const { lines } = section.unit;
    const on = activeLines(owner, section, keyword).map((line) => ({ line, value: true }));
    const off = negatedLines(owner, section, keyword).map((line) => ({ line, value: false }));
    for (const { line, value } of [...on, ...off].sort((a, b) => a.line - b.line)) {
      found = cited(value, placed(owner, lines.lineAt(line)));
    }
  }
  return found;
}

function statsSockets(files: readonly FileFacts[]): readonly Cited<string>[] {
  return files.flatMap((file) =>
    file.globals().flatMap((section) => {
      const { lines } = section.unit;
      return activeLines(file.owner, section, 'stats')
        .filter((line) => lines.value(line, 1) === 'socket' && lines.words(line) > 2)
        .map((line) => cited(lines.value(line, 2), placed(file.owner, lines.at(line, 2))));
    }),
  );
}

/** The last `stats maxconn`. */
function statsMaxconn(files: readonly FileFacts[]): Cited<number> | undefined {
  const found = files.flatMap((file) =>
    file.globals().flatMap((section) => {
      const { lines } = section.unit;
      return activeLines(file.owner, section, 'stats')
        .filter((line) => lines.value(line, 1) === 'maxconn' && /^\d+$/.test(lines.value(line, 2)))
        .map((line) => cited(Number(lines.value(line, 2)), placed(file.owner, lines.at(line, 2))));
    }),
  );
  return found.at(-1);
}

export function globalsOf(files: readonly FileFacts[]): HaproxyGlobals {
  const maxconn = globalWord(files, 'maxconn');
  const user = globalWord(files, 'user');
  const chroot = globalWord(files, 'chroot');
  const daemon = globalWord(files, 'daemon');
  const localPeer = globalWord(files, 'localpeer');
  const noReuseport = globalWord(files, 'noreuseport');
  const first = files.flatMap((file) =>
    file.globals().map((section) => placed(file.owner, section.unit.lines.lineAt(0))),
  )[0];
  const limit = Number.parseInt(maxconn?.value ?? '', 10);
  const nbthread = globalNumber(files, 'nbthread');
  const ulimitN = globalNumber(files, 'ulimit-n');
  const fdHardLimit = globalNumber(files, 'fd-hard-limit');
  const strictLimits = globalSwitch(files, 'strict-limits');
  return {
    statsSockets: statsSockets(files),
    ...(maxconn?.at === undefined || Number.isNaN(limit) ? {} : { maxconn: cited(limit, maxconn.at) }),
    ...(user === undefined ? {} : { user }),
    ...(chroot === undefined ? {} : { chroot }),
    ...(daemon?.at === undefined ? {} : { daemon: cited(true, daemon.at) }),
    ...(localPeer === undefined ? {} : { localPeer }),
    ...(noReuseport?.at === undefined ? {} : { noReuseport: cited(true, noReuseport.at) }),
    ...(first === undefined ? {} : { at: first }),
    ...definedOnly({ statsMaxconn: statsMaxconn(files), nbthread, ulimitN, fdHardLimit, strictLimits }),
  };
}
