import { parseCidr, parseIp, type Cidr, type Family } from '@halint/core';
import type { DynamicAddress, InterfaceAddress } from '@halint/model';

/** Something in a fact file that could not be read; the rest of the file counts all the same. */
export interface FactNote {
  /** Undefined: it is no such file, or a part of it is not. */
  readonly kind?: 'include-outside-root' | 'include-missing';
  /** Path inside the host's root, or facts/NAME. */
  readonly path: string;
  readonly line?: number;
  readonly message: string;
}

/** What a reader found in one file. */
export interface Found {
  readonly addresses: readonly InterfaceAddress[];
  readonly notes: readonly FactNote[];
  /** Interfaces that get addresses from the network: what they are stands in no file. */
  readonly dynamic?: readonly DynamicAddress[];
}

/** Collects addresses of one file. */
export class Collector implements Found {
  readonly addresses: InterfaceAddress[] = [];
  readonly notes: FactNote[] = [];
  readonly dynamic: DynamicAddress[] = [];
  readonly #path: string;
  readonly #source: string;

  constructor(path: string, source: string) {
    this.#path = path;
    this.#source = source;
  }

  /** Takes ADDR or ADDR/LEN; anything else becomes a note. */
  add(device: string, text: string, line?: number): void {
    const address = parseCidr(text.trim());
    if (address === undefined) this.note(`\`${shorten(text.trim())}\` is no address`, line);
    else this.addCidr(device, address);
  }

  addCidr(device: string, address: Cidr): void {
    this.addresses.push({ interface: device, address, source: this.#source });
  }

  /** `by`: what may give the interface addresses that stand nowhere; absent: the network. */
  addDynamic(device: string, family: Family, by?: string): void {
    this.dynamic.push({ interface: device, family, source: this.#source, ...(by === undefined ? {} : { by }) });
  }

  note(message: string, line?: number): void {
    this.notes.push({ path: this.#path, ...(line === undefined ? {} : { line }), message });
  }
}

/** More lines of one file than these are counted and not named. */
const MOST_NOTES = 3;

/** Notes of files of which only the first lines are named: a file of another kind has thousands that are wrong. */
export function shortened(notes: readonly FactNote[]): readonly FactNote[] {
  const byPath = new Map<string, FactNote[]>();
  for (const note of notes) {
    const known = byPath.get(note.path);
    if (known === undefined) byPath.set(note.path, [note]);
    else known.push(note);
  }
  return [...byPath].flatMap(([path, all]) => {
    const more = all.length - MOST_NOTES;
    const next = all[MOST_NOTES];
    if (more < 2 || next === undefined) return all;
    const line = next.line === undefined ? {} : { line: next.line };
    return [...all.slice(0, MOST_NOTES), { path, ...line, message: `${more} more places like these` }];
  });
}

export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Prefix length of 255.255.255.0, or of 24; undefined when the bits have gaps. */
export function prefixOf(mask: string): number | undefined {
  if (/^\d{1,3}$/.test(mask)) return Number(mask);
  const ip = parseIp(mask);
  if (ip?.family !== 'ipv4') return undefined;
  const bits = ip.address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined;
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Lines without CR, with their numbers from 1. */
export function linesOf(text: string): readonly { readonly text: string; readonly line: number }[] {
  return text.split('\n').map((line, i) => ({ text: line.replace(/\r$/, ''), line: i + 1 }));
}

/**
 * The same, with the lines that a backslash at the end of one takes in, as a shell and ifup do: blanks and all, with the number of the first;
 * one that ends a comment does not (interfaces(5); `ifquery -i` of 0.8.41, test/around/ifupdown.test.ts).
 */
export function joinedLines(text: string): ReturnType<typeof linesOf> {
  const joined: { text: string; readonly line: number }[] = [];
  let open: { text: string; readonly line: number } | undefined;
  for (const { text: raw, line } of linesOf(text)) {
    const isContinued = raw.endsWith('\\') && (open !== undefined || !raw.trimStart().startsWith('#'));
    const part = isContinued ? raw.slice(0, -1) : raw;
    if (open === undefined) joined.push((open = { text: part, line }));
    else open.text += part;
    if (!isContinued) open = undefined;
  }
  return joined;
}

/** A name that the kernel would take for an interface (at most 15 characters, no blank or slash): anything else is a title or a glob. */
export function isInterfaceName(text: string): boolean {
  return /^[^\s/:*?[\]!]{1,15}$/.test(text);
}
