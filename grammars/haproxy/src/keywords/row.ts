import type { KeywordRow } from '@halint/core';

/** A keyword of a section, with what the daemon does where it does not belong. */
export interface HaproxyRow extends KeywordRow {
  /** Proxy kinds that take it with a warning and ignore it. */
  readonly ignored?: readonly string[];
  /** Proxy kinds that take it silently, although the manual does not list it there. */
  readonly tolerated?: readonly string[];
  /** In defaults only when the section has a name. */
  readonly namedDefaults?: boolean;
  /** May be negated by a leading `no`. */
  readonly no?: boolean;
}

/** A word behind the address of a bind or server line. */
export interface OptionRow extends HaproxyRow {
  /** Number of words it takes; -1: varies (source). */
  readonly args: number;
}

/** An action of one or more rule sets; `in` holds the rule sets. */
export interface ActionRow extends HaproxyRow {
  /** The word carries arguments in brackets: `set-var(txn.x)`. */
  readonly brackets: boolean;
}

/** A sample fetch: `usage` holds its argument types, mandatory ones outside of square brackets. */
export interface FetchRow extends HaproxyRow {
  readonly type: string;
  /** What it reads: SMP_USE_* of include/haproxy/sample-t.h, several with a blank between them. */
  readonly from: string;
  /** Places where it may be used, when they do not follow from what it reads. */
  readonly at?: number;
}

/** A word that only ACLs know: a fetch with a match method. */
export interface AliasRow extends HaproxyRow {
  readonly fetch: string;
  readonly match: string;
}

export interface ConverterRow extends HaproxyRow {
  readonly takes: string;
  readonly gives: string;
}

type More = Partial<Omit<HaproxyRow, 'word' | 'in' | 'usage'>>;

const PROXIES = ['defaults', 'frontend', 'listen', 'backend'] as const;
const PLACES = new Map<string, Pick<HaproxyRow, 'in' | 'ignored' | 'tolerated' | 'namedDefaults'>>();

/** Spells out `d~lb`: one sign for each of defaults, frontend, listen, backend (see proxy.ts); equal codes share their arrays. */
function placesOf(code: string): Pick<HaproxyRow, 'in' | 'ignored' | 'tolerated' | 'namedDefaults'> {
  const known = PLACES.get(code);
  if (known !== undefined) return known;
  const by = (wanted: (sign: string) => boolean): string[] => PROXIES.filter((_, i) => wanted(code[i] ?? '.'));
  const places = {
    in: by((sign) => /[dflb]/i.test(sign)),
    ignored: by((sign) => sign === '~'),
    tolerated: by((sign) => sign === '_'),
    namedDefaults: code.startsWith('D'),
  };
  PLACES.set(code, places);
  return places;
}

/** `where`: a code of four signs for the proxies, `g` for global, else the kind of a section. */
export function kw(where: string, word: string, usage: string, more: More = {}): HaproxyRow {
  if (where === 'g') return { word, in: ['global'], usage, use: 'known', doc: `3 ${word}`, ...more };
  if (/^[dD._~]?[f._~][l._~][b._~]$/.test(where)) {
    return { word, ...placesOf(where), usage, use: 'known', doc: `4.2 ${word}`, ...more };
  }
  return { word, in: [where], usage, use: 'known', ...more };
}

export function section(word: string, usage: string, more: More = {}): HaproxyRow {
  return { word, in: ['file'], usage, use: 'modelled', ...more };
}

export function option(line: 'bind' | 'server', word: string, args: number, usage: string, more: More = {}): OptionRow {
  const doc = `${line === 'bind' ? '5.1' : '5.2'} ${word}`;
  return { word, in: [line], usage, use: 'checked', doc, args, ...more };
}

const RULE_SETS: Readonly<Record<string, string>> = {
  q: 'http-request',
  r: 'http-response',
  a: 'http-after-response',
  c: 'tcp-request connection',
  s: 'tcp-request session',
  t: 'tcp-request content',
  p: 'tcp-response content',
  i: 'quic-initial',
};

export function action(sets: string, word: string, more: More = {}): ActionRow {
  const brackets = word.endsWith('(');
  const bare = brackets ? word.slice(0, -1) : word;
  const places = [...sets].map((letter) => RULE_SETS[letter] ?? letter);
  return {
    word: bare,
    in: places,
    usage: brackets ? '(<args>)' : '',
    use: 'checked',
    doc: `4.3 ${bare}`,
    brackets,
    ...more,
  };
}

export function fetch(
  word: string,
  args: string,
  type: string,
  from: string,
  more: More & { readonly at?: number } = {},
): FetchRow {
  const usage = args === '' ? '' : `(${args})`;
  return { word, in: ['sample'], usage, use: 'checked', doc: `7.3 ${word}`, type, from, ...more };
}

export function alias(word: string, stands: string, match: string, more: More = {}): AliasRow {
  const summary = `short for ${stands} -m ${match}`;
  return { word, in: ['acl'], usage: '', use: 'checked', summary, fetch: stands, match, ...more };
}

export function converter(word: string, args: string, takes: string, gives: string, more: More = {}): ConverterRow {
  const usage = args === '' ? '' : `(${args})`;
  return { word, in: ['converter'], usage, use: 'checked', doc: `7.3.1 ${word}`, takes, gives, ...more };
}
