import { append, type CommandLine, type CommandWord, type Place } from '@halint/core';
import { UNKNOWN, type RefusedOption } from '@halint/model';
import { isTemplate } from '../check/lexical.ts';

/** An option of sshd's command line. */
export interface CommandOption {
  readonly letter: string;
  /** Its argument; undefined for an option without one. */
  readonly value: string | undefined;
  /** The line that has the argument, or the letter. */
  readonly at: Place;
}

export interface CommandReading {
  readonly options: readonly CommandOption[];
  /** What ends the reading before the last word; sshd tells its usage and exits. */
  readonly refused: Pick<RefusedOption, 'at' | 'option' | 'message'> | undefined;
  /** What stands in a word is not known, be it as a part of it: a specifier, a placeholder of a template. */
  readonly isUnsure: boolean;
}

/** Letters of getopt() in sshd.c main(), those with an argument first. */
const WITH_ARGUMENT = 'CEbcfghkopu';
const ALONE = '46DGQRTVdeiqrt';

const kept = new WeakMap<CommandLine, CommandReading>();

/** The reading of a command line, made once. */
export function readCommand(command: CommandLine): CommandReading {
  let reading = kept.get(command);
  if (reading === undefined) kept.set(command, (reading = readWords(command)));
  return reading;
}

/**
 * Reads the words as getopt() does that OpenSSH brings (openbsd-compat/getopt_long.c): letters may stand together, an argument may stand in the
 * same word, and it ends at the first word that is no option, which sshd refuses.
 */
function readWords({ words }: CommandLine): CommandReading {
  const options: CommandOption[] = [];
  let isUnsure = false;
  let refused: CommandReading['refused'];
  /** What stands in front is not known: the next word may belong to it. */
  let isBehindUnknown = false;
  for (let i = 0; i < words.length && refused === undefined; i++) {
    const word = words[i] as CommandWord;
    if (word.value === UNKNOWN) {
      isBehindUnknown = true;
      continue;
    }
    const beginsOption = word.value.startsWith('-') && word.value !== '-' && word.value !== '--';
    if (beginsOption) {
      const read = readLetters(word, words[i + 1]);
      append(options, read.options);
      refused = read.refused;
      isUnsure ||= read.isUnsure;
      isBehindUnknown = read.isUnsure;
      if (read.takesNext) i++;
      // A placeholder with blanks is several words.
      if (isTemplate(word.value) || (read.takesNext && isTemplate(words[i]?.value ?? ''))) break;
      continue;
    }
    const extra = word.value === '--' ? words[i + 1] : word;
    if (extra === undefined) break;
    if (isOpen(extra.value) || isBehindUnknown) isUnsure = true;
    else refused = { at: extra.at, option: shown(extra.value), message: 'sshd takes options alone' };
    break;
  }
  return { options, refused, isUnsure };
}

/** The options of one word; the argument of the last one may be the next word. */
function readLetters(
  { value: word, at }: CommandWord,
  next: CommandWord | undefined,
): CommandReading & { readonly takesNext: boolean } {
  const options: CommandOption[] = [];
  const found = { options, refused: undefined, isUnsure: false, takesNext: false };
  for (let place = 1; place < word.length; place++) {
    const letter = word[place] as string;
    if (letter === UNKNOWN) return { ...found, isUnsure: true };
    if (ALONE.includes(letter)) {
      options.push({ letter, value: undefined, at });
      continue;
    }
    const option = `-${letter}`;
    if (!WITH_ARGUMENT.includes(letter)) {
      if (isTemplate(word)) return { ...found, isUnsure: true };
      return { ...found, refused: { at, option, message: 'sshd has no such option' } };
    }
    const takesNext = place + 1 === word.length;
    const argument = takesNext ? next : { value: word.slice(place + 1), at };
    if (argument === undefined) return { ...found, refused: { at, option, message: 'it lacks its argument' } };
    if (isOpen(argument.value)) return { ...found, takesNext, isUnsure: true };
    options.push({ letter, ...argument });
    return { ...found, takesNext };
  }
  return found;
}

function isOpen(word: string): boolean {
  // A line break is no part of any line of sshd_config.
  return word.includes(UNKNOWN) || word.includes('\n') || isTemplate(word);
}

/** An option as it is written, short enough for a message. */
export function writtenAs({ letter, value }: CommandOption): string {
  return value === undefined ? `-${letter}` : `-${letter} ${shown(value)}`;
}

const MOST_SHOWN = 60;

/** A word as people tell it from none. */
function shown(word: string): string {
  const text = word.length > MOST_SHOWN ? `${word.slice(0, MOST_SHOWN)}…` : word;
  return text === '' || /\s/.test(text) ? `"${text}"` : text;
}
