import { compareVersions } from '@halint/core';

/** Threads of a group on 64-bit machines (MAX_THREADS_PER_GROUP). */
const GROUP_THREADS = 64;

/** What is wrong with the threads of a `thread` option, or undefined. */
export function threadFault(text: string, version: string): string | undefined {
  return compareVersions(version, '2.7') >= 0 ? setFault(text, version) : oldFault(text);
}

/** Thread groups that haproxy is built for (MAX_TGROUPS). */
function groupsOf(version: string): number {
  return compareVersions(version, '3.1') >= 0 ? 32 : 16;
}

/** Threads that haproxy is built for (MAX_THREADS). */
export function threadsOf(version: string): number {
  if (compareVersions(version, '2.7') < 0) return GROUP_THREADS;
  return compareVersions(version, '3.1') >= 0 ? 1024 : 256;
}

/** 2.5 and 2.6: `[group/]set`, as parse_process_number() reads it. */
function oldFault(text: string): string | undefined {
  const slash = /^\s*[+-]?\d*\//.exec(text);
  const group = slash === null ? 0 : Number.parseInt(text, 10) || 0;
  if (slash !== null && group !== 1) return `thread group ${group} is not within 1 and 1`;
  return processFault(slash === null ? text : text.slice(slash[0].length), GROUP_THREADS);
}

/** `all`, `odd`, `even`, a number or two joined by a dash, up to `most` (parse_process_number()). */
export function processFault(text: string, most: number): string | undefined {
  if (text === 'all' || text === 'odd' || text === 'even') return undefined;
  const match = /^(\d+)(?:(-)(\d*))?$/.exec(text);
  if (match === null) return `'${text}' is no number, range, all, odd or even`;
  const low = Number(match[1]);
  const high = match[2] === undefined ? low : match[3] === '' ? most : Number(match[3]);
  return low < 1 || low > most || high < 1 || high > most ? `'${text}' is not within 1 and ${most}` : undefined;
}

/** 2.7 and above: sets joined by commas, with the group before each or before none (parse_thread_set()). */
function setFault(text: string, version: string): string | undefined {
  const relative = /^\d*\//.test(text);
  const most = relative ? GROUP_THREADS : threadsOf(version);
  if (text === '') return undefined;
  const sets = text.endsWith(',') ? text.slice(0, -1).split(',') : text.split(',');
  const groups = groupsOf(version);
  for (const set of sets) {
    const slash = set.indexOf('/');
    if (relative !== slash >= 0) return `'${text}' has a thread group before some threads and not before others`;
    const group = relative ? set.slice(0, slash) : '1';
    if (!/^\d+$/.test(group) || Number(group) < 1 || Number(group) > groups)
      return `thread group '${group}' is not within 1 and ${groups}`;
    const fault = partFault(relative ? set.slice(slash + 1) : set, most);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** One set: empty, all, odd, even, `n`, `n-`, `n-m` or `-m`. */
function partFault(part: string, most: number): string | undefined {
  if (part === '' || part === 'all' || part === 'odd' || part === 'even') return undefined;
  const match = /^(\d*)(?:-(\d*))?$/.exec(part);
  if (match === null) return `'${part}' is no number, range, all, odd or even`;
  const low = match[1] === '' ? 1 : Number(match[1]);
  const high = match[2] === undefined ? low : match[2] === '' ? most : Number(match[2]);
  return low < 1 || low > most || high < 1 || high > most ? `'${part}' is not within 1 and ${most}` : undefined;
}
