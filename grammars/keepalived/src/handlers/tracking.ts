import type { Place } from '@halint/core';
import { isPlaceholder } from '../process/placeholder.ts';
import { missing, readInt } from '../process/arguments.ts';
import type { Call } from '../process/call.ts';
import { Instance, type Tracked, type TrackedUse } from '../process/state.ts';
import type { Value } from '../stream/logical.ts';

/** Who tracks: an instance or a sync group. */
export interface Tracker {
  readonly name: string;
  readonly tracked: Record<Tracked['kind'], TrackedUse[]>;
  readonly interfaces: TrackedUse[];
}

const TITLES: Readonly<Record<Tracked['kind'], string>> = {
  script: 'vrrp_script',
  process: 'vrrp_track_process',
  file: 'track_file',
  bfd: 'bfd_instance',
};
/** Weights that a use may give; 254 is taken as 253 for scripts and interfaces. */
const WIDEST: Readonly<Record<Tracked['kind'] | 'interface', number>> = {
  script: 254,
  process: 254,
  file: 254,
  bfd: 253,
  interface: 254,
};

/** The lines of track_script, track_process, track_file and track_bfd (vrrp_track.c alloc_track_script and its kin). */
export function trackLines(call: Call, tracker: Tracker, kind: Tracked['kind']): void {
  for (const line of call.values()) trackLine(call, tracker, kind, line);
}

function trackLine(call: Call, tracker: Tracker, kind: Tracked['kind'], words: readonly Value[]): void {
  const [name, ...rest] = words as readonly [Value, ...Value[]];
  if (isPlaceholder(name.text)) return;
  const item = call.state.tracked[kind].get(name.text);
  if (item === undefined) {
    call.messages.reject(
      'vrrp/script-undefined-or-unused',
      name.at,
      `${TITLES[kind]} ${name.text} is tracked but not defined above`,
      {
        help: 'keepalived says so and goes on without it: nothing is checked. Define it before the block that tracks it.',
      },
    );
    return;
  }
  // Tracked it is, whatever is wrong with the use.
  if (tracker instanceof Instance) item.used = true;
  const uses = tracker.tracked[kind];
  if (uses.some((use) => use.name === name.text)) {
    call.messages.reject(
      'vrrp/repeated-statement',
      name.at,
      `${tracker.name} tracks ${name.text} twice: the second is ignored`,
    );
    return;
  }
  const weight = weightOf(call, kind, rest, item.weight);
  if (weight !== undefined) uses.push({ name: name.text, at: name.at, weight });
}

/** `weight N [reverse|noreverse]`; undefined when the line is dropped. */
function weightOf(
  call: Call,
  kind: Tracked['kind'] | 'interface',
  words: readonly Value[],
  own: number,
): number | undefined {
  const [keyword, value, option] = words;
  if (keyword === undefined) return own;
  if (keyword.text !== 'weight') {
    if (isPlaceholder(keyword.text)) return own;
    call.messages.reject(
      'vrrp/invalid-argument',
      keyword.at,
      `${keyword.text} is no option of a tracked ${kind}: weight is`,
      {
        help: 'keepalived drops the whole line: nothing is tracked.',
      },
    );
    return undefined;
  }
  if (value === undefined) {
    call.messages.reject('vrrp/missing-argument', keyword.at, 'weight needs a number', {
      help: 'keepalived drops the whole line: nothing is tracked.',
    });
    return undefined;
  }
  let weight = readInt(value.text, -WIDEST[kind], WIDEST[kind]);
  if (weight === undefined && !isPlaceholder(value.text)) {
    call.messages.reject(
      'vrrp/value-out-of-range',
      value.at,
      `weight ${value.text} is not a whole number from -253 to 253`,
      {
        help: 'keepalived takes the weight of the item itself.',
      },
    );
  }
  if (weight !== undefined && Math.abs(weight) === 254 && (kind === 'script' || kind === 'interface')) {
    call.messages.reject('vrrp/value-out-of-range', value.at, `weight ${value.text} is outside -253 to 253`, {
      help: 'keepalived takes 253.',
    });
    weight = Math.sign(weight) * 253;
  }
  if (option !== undefined && option.text !== 'reverse' && (option.text !== 'noreverse' || kind === 'interface')) {
    call.messages.reject('vrrp/invalid-argument', option.at, `${option.text} is no option of a weight: reverse is`);
    // Of files and BFD sessions the whole line is lost.
    if (kind === 'file' || kind === 'bfd') return undefined;
  }
  return weight ?? own;
}

/** The lines of track_interface (vrrp_track.c alloc_track_if). */
export function interfaceLines(call: Call, tracker: Tracker): void {
  for (const [name, ...rest] of call.values() as readonly (readonly [Value, ...Value[]])[]) {
    if (tracker.interfaces.some((use) => use.name === name.text)) {
      call.messages.reject(
        'vrrp/repeated-statement',
        name.at,
        `${tracker.name} tracks ${name.text} twice: the second is ignored`,
      );
      continue;
    }
    const weight = weightOf(call, 'interface', rest, 0);
    if (weight !== undefined) tracker.interfaces.push({ name: name.text, at: name.at, weight });
  }
}

/** Complains of a script keyword that stands twice (the second is ignored) and notes the first. */
export function scriptOnce(call: Call, scripts: Map<string, Place>): void {
  const keyword = call.keyword.text;
  const [script] = call.args;
  if (scripts.has(keyword)) {
    call.messages.reject(
      'vrrp/repeated-statement',
      call.line.at,
      `${keyword} stands here a second time: keepalived ignores it`,
      {
        related: [{ at: scripts.get(keyword) as Place, message: 'the one that counts' }],
      },
    );
    return;
  }
  if (script === undefined) {
    // A line that cannot be split is dropped without a word.
    if (call.line.unmatched !== undefined) return;
    if (keyword === 'notify_deleted') scripts.set(keyword, call.line.at);
    else missing(call);
    return;
  }
  scripts.set(keyword, script.at);
  if (!call.state.running.has('vrrp')) call.state.running.set('vrrp', script.at);
}
