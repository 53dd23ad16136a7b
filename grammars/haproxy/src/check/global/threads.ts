import { largest, smallest } from '@halint/core';
import { isOpaque } from '../../values.ts';
import { judge, oneOf, type Form, integer, judged } from '../forms.ts';
import { refuse, since, warn, type Checker, type Run } from '../run.ts';

/** MAX_THREADS and MAX_TGROUPS of a usual 64-bit build (include/haproxy/defaults.h). */
function mostThreads(run: Run): number {
  if (!since(run, '2.7')) return 64;
  return since(run, '3.1') ? 1024 : 256;
}
function mostGroups(run: Run): number {
  if (!since(run, '2.7')) return 1;
  return since(run, '3.1') ? 32 : 16;
}

const upTo =
  (most: (run: Run) => number): Checker =>
  (run, line) =>
    void judge(run, line, integer(1, most(run), 'whole'));

/** A set of threads, groups or processes: all, odd, even, a number or a range up to 64 (parse_process_number). */
function setSize(text: string): number | undefined {
  if (text === 'all') return 64;
  if (text === 'odd' || text === 'even') return 32;
  const [, from, dash, to] = /^(\d+)(?:(-)(\d*))?$/.exec(text) ?? [];
  if (from === undefined) return undefined;
  const low = Number(from);
  const high = dash === undefined ? low : to === '' ? 64 : Number(to);
  return Math.min(low, high) < 1 || Math.max(low, high) > 64 ? undefined : Math.abs(high - low) + 1;
}

/** CPU numbers and ranges, with commas between them (parse_cpu_set). The daemon stops at what is no digit. */
function cpusOf(run: Run, line: number, from: number): ReadonlySet<number> | undefined {
  const { lines } = run;
  const cpus = new Set<number>();
  for (let i = from; lines.value(line, i) !== ''; i++) {
    const word = lines.value(line, i);
    if (isOpaque(word)) return undefined;
    if (!/^\d/.test(word)) {
      refuse(run, 'invalid-argument', lines.at(line, i), `'${word}' is no CPU number or range`);
      return undefined;
    }
    for (const part of word.split(',')) {
      const low = Number(/^\d*/.exec(part)?.[0] ?? '0');
      const end = /-(\d*)/.exec(part)?.[1];
      const high = end === undefined ? low : end === '' ? 1023 : Number(end);
      // The number of CPUs that a build knows is 1024 as a rule.
      if (Math.max(low, high) > 1023) {
        refuse(run, 'invalid-argument', lines.at(line, i), `'${part}': CPU numbers go up to 1023`);
        return undefined;
      }
      for (let cpu = Math.min(low, high); cpu <= Math.max(low, high); cpu++) cpus.add(cpu);
    }
  }
  return cpus;
}

/** `cpu-map [auto:]SET[/SET] CPUS`: with `auto:` there are as many CPUs as threads or groups. */
function checkCpuMap(run: Run, line: number): void {
  const { lines } = run;
  const target = lines.value(line, 1);
  if (target === '' || lines.value(line, 2) === '')
    return refuse(run, 'missing-argument', lines.at(line, 0), "'cpu-map' needs a set of threads and CPU numbers");
  if (isOpaque(target)) return;
  const auto = target.startsWith('auto:');
  const slash = target.indexOf('/');
  const sets = slash < 0 ? [target] : [target.slice(0, slash), target.slice(slash + 1)];
  const sizes = sets.map((part, i) => setSize(i === 0 && auto ? part.slice(5) : part));
  const bad = sizes.indexOf(undefined);
  if (bad >= 0) {
    const message = `'${sets[bad] ?? ''}' is no set: write all, odd, even, a number or a range from 1 to 64`;
    return refuse(run, 'invalid-argument', lines.at(line, 1), message);
  }
  const cpus = cpusOf(run, line, 2);
  if (cpus === undefined || !auto) return;
  const threads = sizes[1] ?? (since(run, '2.9') ? 64 : 0);
  if (!since(run, '2.5') && (sizes[0] ?? 0) > 1 && threads > 1)
    return refuse(
      run,
      'invalid-argument',
      lines.at(line, 1),
      "'auto:' takes a range of processes or of threads, not of both",
    );
  if (sizes[0] !== cpus.size && threads !== cpus.size) {
    const message = `'auto:' needs as many CPUs as threads: ${target} has ${sizes[1] ?? sizes[0] ?? 0}, the CPUs are ${cpus.size}`;
    refuse(run, 'invalid-argument', lines.at(line, 2), message);
  }
}

const CPU_SETS: ReadonlySet<string> = new Set(
  ['cpu', 'node', 'cluster', 'core', 'thread'].flatMap((what) => [`drop-${what}`, `only-${what}`]),
);

function checkCpuSet(run: Run, line: number): void {
  const { lines } = run;
  if (lines.value(line, 1) === '')
    return refuse(run, 'missing-argument', lines.at(line, 0), "'cpu-set' needs a directive");
  for (let i = 1; lines.value(line, i) !== ''; i++) {
    const word = lines.value(line, i);
    if (isOpaque(word)) return;
    if (word === 'reset') continue;
    if (!CPU_SETS.has(word))
      return refuse(
        run,
        'unknown-keyword',
        lines.at(line, i),
        `'${word}' is no directive of 'cpu-set': write reset, only-cpu, drop-cpu and the like`,
      );
    const set = lines.value(line, ++i);
    if (isOpaque(set)) return;
    if (set === '') return refuse(run, 'missing-argument', lines.at(line, i - 1), `'${word}' needs numbers`);
    if (!/^\d/.test(set)) return refuse(run, 'invalid-argument', lines.at(line, i), `'${set}' is no number or range`);
  }
}

const POLICIES = [
  'none',
  'efficiency',
  'first-usable-node',
  'group-by-2-ccx',
  'group-by-2-clusters',
  'group-by-3-ccx',
  'group-by-3-clusters',
  'group-by-4-ccx',
  'group-by-4-clusters',
  'group-by-ccx',
  'group-by-cluster',
  'performance',
  'resource',
];
const POLICY = oneOf(...POLICIES);

function checkCpuPolicy(run: Run, line: number): void {
  const form: Form = since(run, '3.3') ? { ...POLICY, most: 3 } : POLICY;
  if (!judge(run, line, form)) return;
  const { lines } = run;
  const word = lines.value(line, 2);
  const value = lines.value(line, 3);
  if (word === '' || isOpaque(word) || isOpaque(value)) return;
  if (word !== 'threads-per-core')
    return refuse(run, 'unknown-keyword', lines.at(line, 2), `'threads-per-core' stands here, not '${word}'`);
  if (value !== '1' && value !== 'auto')
    refuse(run, 'invalid-argument', lines.at(line, 2), `'threads-per-core' takes 1 or auto, not '${value}'`);
}

/** `thread-group GROUP THREADS…`: contiguous threads, at most 64 of them. */
function checkThreadGroup(run: Run, line: number): void {
  const { lines } = run;
  if (!judge(run, line, { ...integer(1, mostGroups(run), 'whole'), most: 63 })) return;
  const most = mostThreads(run);
  const threads = new Set<number>();
  for (let i = 2; lines.value(line, i) !== ''; i++) {
    const word = lines.value(line, i);
    if (isOpaque(word)) return;
    const [, from, to] = /^[ ]*([+-]?\d+)(?:-(\d+))?$/.exec(word) ?? [];
    const low = Number(from ?? 0);
    const high = to === undefined ? low : Number(to);
    if (low < 1 || high < 1 || low > most || high > most)
      return refuse(
        run,
        'invalid-argument',
        lines.at(line, i),
        `'${word}' is no thread number from 1 to ${most} and no range`,
      );
    for (let thread = low; thread <= high; thread++) {
      if (threads.has(thread)) warn(run, 'ignored-keyword', lines.at(line, i), `thread ${thread} is named twice`);
      threads.add(thread);
    }
  }
  if (threads.size === 0) return;
  const span = largest(threads) - smallest(threads) + 1;
  if (span > threads.size)
    refuse(run, 'invalid-argument', lines.at(line, 1), 'the threads of a group must follow each other');
  else if (span > 64 && !since(run, '3.3'))
    refuse(run, 'invalid-argument', lines.at(line, 1), `a group has 64 threads at most, not ${span}`);
}

const AFFINITY = oneOf('per-core', 'per-group', 'per-thread', 'per-ccx', 'auto');

function checkAffinity(run: Run, line: number): void {
  if (!judge(run, line, { ...AFFINITY, most: 2 })) return;
  const { lines } = run;
  const word = lines.value(line, 2);
  if (word === '' || isOpaque(word)) return;
  if (lines.value(line, 1) !== 'per-group' || (word !== 'loose' && word !== 'auto'))
    refuse(
      run,
      'invalid-argument',
      lines.at(line, 2),
      `only 'per-group' takes a further word: loose or auto, not '${word}'`,
    );
}

/** Threads and the CPUs that they run on. */
export const THREADS: readonly (readonly [string, Checker])[] = [
  ['nbthread', upTo(mostThreads)],
  ['thread-groups', upTo(mostGroups)],
  ['thread-hard-limit', upTo(mostThreads)],
  ['thread-group', checkThreadGroup],
  ['max-threads-per-group', judged(integer(0, 64, 'whole'))],
  ['nbproc', judged(integer(1, 64))],
  ['cpu-map', checkCpuMap],
  ['cpu-set', checkCpuSet],
  ['cpu-policy', checkCpuPolicy],
  ['cpu-affinity', checkAffinity],
];
