import { readSize } from '../../quantity/index.ts';
import { Args } from '../args.ts';
import { AT, checkSample } from '../expressions.ts';
import { isDefaults } from '../places.ts';
import { informOfLua } from '../rules/lua.ts';
import { keptByRun, since, type Checker, type Run } from '../run.ts';
import { checkTime } from './simple.ts';

/** Filters with their own state per section: names of bandwidth limits, and one compression each. */
const namesOf = keptByRun((_: Run) => new Set<string>());

/** Filters that a build may lack: nothing is said of them. */
const BUILD: ReadonlySet<string> = new Set(['opentracing', 'otel', 'wurfl', '51d', 'deviceatlas']);

type FilterChecker = (args: Args) => number;

const single =
  (words: number, need: string): FilterChecker =>
  (args) =>
    words === 0 || args.needs(2, `'filter ${args.get(1)}' needs ${need}`) ? 2 + words : -1;

const compression: FilterChecker = (args) => {
  const names = namesOf(args.run);
  if (names.has('compression')) {
    args.bad(1, 'a proxy has one compression filter, and this is the second');
    return -1;
  }
  names.add('compression');
  return 2;
};

const trace: FilterChecker = (args) => {
  let i = 2;
  for (; i < args.count; i++) {
    const word = args.get(i);
    if (word === 'name') {
      i++;
      if (!args.needs(i, "'name' needs a name")) return -1;
    } else if (!/^(?:quiet|random-parsing|random-forwarding|hexdump)$/.test(word)) break;
  }
  return i;
};

const spoe: FilterChecker = (args) => {
  let file = false;
  for (let i = 2; i < args.count; i += 2) {
    const word = args.get(i);
    if (word !== 'config' && word !== 'engine') {
      args.bad(i, `'filter spoe' takes 'engine' and 'config', not '${word}'`);
      return -1;
    }
    if (!args.needs(i + 1, `'${word}' needs a value`)) return -1;
    file ||= word === 'config';
  }
  return file || args.open || args.missing("'filter spoe' needs 'config' and a file") ? args.count : -1;
};

const SHARED: ReadonlySet<string> = new Set(['key', 'table', 'limit']);
const OWN: ReadonlySet<string> = new Set(['default-limit', 'default-period']);
const LENGTHS: ReadonlySet<string> = new Set([...OWN, 'limit']);

/** `filter bwlim-in NAME …`: limits of one stream and limits shared by a table do not mix (src/flt_bwlim.c). */
const bandwidth: FilterChecker = (args) => {
  if (!args.needs(2, `'filter ${args.get(1)}' needs a name`)) return -1;
  const names = namesOf(args.run);
  const name = args.get(2);
  if (names.has(`bwlim ${name}`)) {
    args.bad(2, `the bandwidth limit '${name}' is defined above already`);
    return -1;
  }
  names.add(`bwlim ${name}`);
  const set = new Set<string>();
  let i = 3;
  while (i < args.count) {
    const word = args.get(i);
    const shared = SHARED.has(word);
    if (!shared && !OWN.has(word) && word !== 'min-size') break;
    if ([...set].some((other) => (shared ? OWN.has(other) : OWN.has(word) && SHARED.has(other)))) {
      args.bad(i, `'${word}' does not go with ${shared ? 'limits of each stream' : 'a shared limit'}`);
      return -1;
    }
    if (!args.needs(i + 1, `'${word}' needs a value`)) return -1;
    if (args.unknown(i + 1)) return -1;
    const next = bandwidthValue(args, word, i + 1);
    if (next < 0) return -1;
    // A limit or period of 0 counts as not set.
    if (LENGTHS.has(word) && /^0+[a-z]*$/i.test(args.get(i + 1))) set.delete(word);
    else set.add(word);
    i = next;
  }
  return args.open || complete(args, set) ? i : -1;
};

function bandwidthValue(args: Args, word: string, index: number): number {
  const { run, line } = args;
  if (word === 'key') {
    const places = args.get(1) === 'bwlim-in' ? AT.feRequest | AT.beRequest : AT.feResponse | AT.beResponse;
    return checkSample(run, line, index, places | AT.feContent | AT.beContent);
  }
  if (word === 'default-period') return checkTime(args, index, 'ms') ? index + 1 : -1;
  if (word === 'table' || readSize(args.get(index)) !== undefined) return index + 1;
  args.bad(index, `'${args.get(index)}' is not a size: write an integer, with k, m or g`);
  return -1;
}

function complete(args: Args, set: ReadonlySet<string>): boolean {
  const shared = [...set].some((word) => SHARED.has(word));
  const lacking = (shared ? ['key', 'limit'] : ['default-period', 'default-limit']).find((word) => !set.has(word));
  return lacking === undefined || args.missing(`'filter ${args.get(1)}' needs '${lacking}'`);
}

const FILTERS: ReadonlyMap<string, FilterChecker> = new Map<string, FilterChecker>([
  ['cache', single(1, 'the name of a cache')],
  ['compression', compression],
  ['comp-req', single(0, '')],
  ['comp-res', single(0, '')],
  ['fcgi-app', single(1, 'the name of an fcgi-app')],
  ['trace', trace],
  ['spoe', spoe],
  ['bwlim-in', bandwidth],
  ['bwlim-out', bandwidth],
]);

const BANDWIDTH_SINCE = '2.7';
const DIRECTIONS_SINCE = '3.4';

export const checkFilter: Checker = (run, line) => {
  const args = new Args(run, line);
  if (isDefaults(run)) {
    args.bad(0, "'filter' is not allowed in defaults", 'misplaced-keyword');
    return;
  }
  const name = args.get(1);
  if (BUILD.has(name) || args.unknown(1)) return;
  if (name.startsWith('lua.') && since(run, '2.5')) return informOfLua(args, 1, 'filter');
  const known = [...FILTERS.keys()].filter((word) =>
    word.startsWith('bwlim') ? since(run, BANDWIDTH_SINCE) : !word.startsWith('comp-') || since(run, DIRECTIONS_SINCE),
  );
  if (!args.among(1, known, 'a filter')) return;
  const end = (FILTERS.get(name) as FilterChecker)(args);
  if (end >= 0) args.ends(end);
};

const SEQUENCE = ['request', 'response'];

export const checkFilterSequence: Checker = (run, line) => {
  const args = new Args(run, line);
  if (args.among(1, SEQUENCE, 'a direction')) args.needs(2, "'filter-sequence' needs a list of filters");
};
