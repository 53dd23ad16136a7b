import { compareVersions } from '@halint/core';

/** What a condition is for a target; `undefined` = it depends on what is not known here (the environment, the build). */
export type Truth = boolean | undefined;

interface Predicate {
  readonly since: string;
  /** Number of arguments, all of them needed. */
  readonly args: number;
  readonly value: (args: readonly string[], version: string) => Truth;
}

/** 2.6-dev3 or 2.6.12 as major.minor: targets name no patch level. */
function shorten(version: string): string {
  return /^\d+\.\d+/.exec(version)?.[0] ?? version;
}

/** Compares the target with a version; undefined when that is none, or another patch level of the target's own. */
function compare(version: string, text: string): number | undefined {
  return /^\d/.test(text) ? compareVersions(version, shorten(text)) : undefined;
}

const not = (value: Truth): Truth => (value === undefined ? undefined : !value);

const atLeast = ([text = '']: readonly string[], version: string): Truth => {
  const order = compare(version, text);
  return order === undefined ? undefined : order >= 0;
};

/** Features that the builds of Debian and haproxy.org have, all versions of them (`haproxy -vv`). */
const BUILT: ReadonlySet<string> = new Set(
  'ACCEPT4 CPU_AFFINITY DL EPOLL GETADDRINFO LINUX_SPLICE LINUX_TPROXY LUA NETFILTER NS OPENSSL PCRE2 PCRE2_JIT POLL PRCTL SLZ TFO THREAD TPROXY'.split(
    ' ',
  ),
);
/** Features that none of them has. */
const NOT_BUILT: ReadonlySet<string> = new Set(
  '51DEGREES CLOSEFROM DEVICEATLAS EVPORTS KQUEUE PROCCTL WURFL'.split(' '),
);

function feature([name = '']: readonly string[]): Truth {
  if (BUILT.has(name)) return true;
  return NOT_BUILT.has(name) ? false : undefined;
}

/** Options that enabled() knows: they follow the global section and the machine. */
const OPTIONS: ReadonlySet<string> = new Set(
  'POLL EPOLL KQUEUE EVPORTS SPLICE GETADDRINFO REUSEPORT FAST-FORWARD SERVER-SSL-VERIFY-NONE'.split(' '),
);

const environment = (): Truth => undefined;

/** The predicates of `.if` (cond_predicates[] in src/cfgcond.c). */
const PREDICATES: ReadonlyMap<string, Predicate> = new Map<string, Predicate>([
  ['defined', { since: '2.4', args: 1, value: environment }],
  ['feature', { since: '2.4', args: 1, value: feature }],
  ['streq', { since: '2.4', args: 2, value: ([left, right]) => left === right }],
  ['strneq', { since: '2.4', args: 2, value: ([left, right]) => left !== right }],
  ['strstr', { since: '2.7', args: 2, value: ([left = '', right = '']) => left.includes(right) }],
  ['version_atleast', { since: '2.4', args: 1, value: atLeast }],
  ['version_before', { since: '2.4', args: 1, value: (args, version) => not(atLeast(args, version)) }],
  ['openssl_version_atleast', { since: '2.5', args: 1, value: environment }],
  ['openssl_version_before', { since: '2.5', args: 1, value: environment }],
  ['ssllib_name_startswith', { since: '2.5', args: 1, value: environment }],
  ['enabled', { since: '2.7', args: 1, value: ([name = '']) => (OPTIONS.has(name) ? undefined : false) }],
  ['awslc_api_atleast', { since: '3.3', args: 1, value: environment }],
  ['awslc_api_before', { since: '3.3', args: 1, value: environment }],
]);

export function isPredicate(word: string, version: string): boolean {
  const predicate = PREDICATES.get(word);
  return predicate !== undefined && compareVersions(version, predicate.since) >= 0;
}

/** What is wrong with the arguments of a predicate, in words, or undefined. */
export function argumentFault(word: string, given: number): string | undefined {
  const wanted = PREDICATES.get(word)?.args ?? given;
  if (given === wanted) return undefined;
  return `'${word}' takes ${wanted} argument${wanted === 1 ? '' : 's'}, found ${given}`;
}

export function predicateValue(word: string, args: readonly string[], version: string): Truth {
  return PREDICATES.get(word)?.value(args, version);
}

/** When a word came that the target does not know, for messages. */
export function predicateSince(word: string): string | undefined {
  return PREDICATES.get(word)?.since;
}
