import { cited, type Cited } from '@halint/core';
import type { BfdInstance, TrackFile, Tracking, TrackProcess, TrackUse, VrrpScript } from '@halint/model';
import { splitCommand } from './command.ts';
import type { Evaluated, Value } from './evaluate.ts';
import { BlockReader, numberOf } from './reader.ts';

/** Names of the blocks above a line, by the keyword that tracks them: keepalived looks no further (vrrp_track.c alloc_track_script). */
export type Defined = ReadonlyMap<TrackKeyword, ReadonlySet<string>>;
export type TrackKeyword = 'track_script' | 'track_process' | 'track_interface' | 'track_file' | 'track_bfd';

/** Root keyword -> the keyword that tracks what it defines. */
export const DEFINES: Readonly<Record<string, TrackKeyword>> = {
  vrrp_script: 'track_script',
  vrrp_track_process: 'track_process',
  track_process: 'track_process',
  vrrp_track_file: 'track_file',
  track_file: 'track_file',
  bfd_instance: 'track_bfd',
};

/** What a vrrp_instance or vrrp_sync_group tracks. */
export function trackingOf(read: BlockReader, defined: Defined): Tracking {
  const uses = (keyword: TrackKeyword): readonly TrackUse[] => usesOf(read, keyword, defined.get(keyword));
  return {
    trackScripts: uses('track_script'),
    trackProcesses: uses('track_process'),
    trackInterfaces: uses('track_interface'),
    trackFiles: uses('track_file'),
    trackBfds: uses('track_bfd'),
  };
}

/** Lines `NAME [weight N [reverse|noreverse]]`; anything else behind the name drops the line, and so does a name twice. */
function usesOf(read: BlockReader, keyword: TrackKeyword, defined: ReadonlySet<string> | undefined): TrackUse[] {
  const seen = new Set<string>();
  return read.lines(keyword).flatMap(([name, option, value, turn]): TrackUse[] => {
    if (name === undefined || seen.has(name.text)) return [];
    if (option !== undefined && (option.text !== 'weight' || value === undefined)) return [];
    seen.add(name.text);
    const weight = weightOf(value, keyword);
    const reverse = turn?.text === 'reverse' ? true : turn?.text === 'noreverse' ? false : undefined;
    return [
      {
        name: cited(name.text, name.at),
        defined: keyword === 'track_interface' || defined?.has(name.text) === true,
        ...(weight === undefined ? {} : { weight }),
        ...(reverse === undefined ? {} : { reverse }),
      },
    ];
  });
}

/** Out of range the item's own weight counts, for an interface 0; 254 of a script or interface is read as 253 (vrrp_track.c). */
function weightOf(word: Value | undefined, keyword: TrackKeyword): Cited<number> | undefined {
  const number = numberOf(word);
  if (word === undefined) return undefined;
  const most = keyword === 'track_bfd' ? 253 : 254;
  if (number === undefined || !Number.isInteger(number) || Math.abs(number) > most)
    return keyword === 'track_interface' ? cited(0, word.at) : undefined;
  const least = keyword === 'track_script' || keyword === 'track_interface' ? 253 : most;
  return cited(Math.max(-least, Math.min(least, number)), word.at);
}

export function scriptOf(block: Evaluated, host: string): VrrpScript | undefined {
  const name = block.args[0];
  if (name === undefined) return undefined;
  const read = new BlockReader(block, host);
  const line = read.last('script');
  const command = line === undefined || line.args.length === 0 ? undefined : commandOf(line);
  const weight = read.last('weight');
  const user = read.text('user');
  return {
    name: cited(name.text, name.at),
    ...(command === undefined ? {} : { command: cited(command.text, command.at) }),
    argv: command === undefined ? [] : splitCommand(command.text),
    interval: read.numberOr('interval', 0, 1_000_000, 1),
    timeout: read.numberOr('timeout', 0, 1_000_000, 0),
    // One outside -253 to 253 is complained of and used all the same; the sum is clamped later.
    weight: read.numberOr('weight', -2_147_483_648, 2_147_483_647, 0),
    weightReverse: weight?.args[1]?.text === 'reverse',
    rise: read.numberOr('rise', 1, 2_147_483_647, 1),
    fall: read.numberOr('fall', 1, 2_147_483_647, 1),
    ...(user === undefined ? {} : { user }),
    initFail: read.flag('init_fail')?.value === true,
    at: block.at,
  };
}

/** A quoted command is one word; of an unquoted one keepalived 2.2 runs the first word only, later versions all of them. */
function commandOf(line: Evaluated): { readonly text: string; readonly at: Evaluated['at'] } {
  const [first, ...rest] = line.args as [Evaluated['args'][number], ...Evaluated['args'][number][]];
  const last = rest[rest.length - 1] ?? first;
  return { text: line.args.map((word) => word.text).join(' '), at: { ...first.at, end: last.at.end } };
}

export function processOf(block: Evaluated, host: string): TrackProcess | undefined {
  const name = block.args[0];
  if (name === undefined) return undefined;
  const read = new BlockReader(block, host);
  const process = read.text('process');
  const weight = read.last('weight');
  return {
    name: cited(name.text, name.at),
    ...(process === undefined ? {} : { process }),
    weight: read.numberOr('weight', -254, 254, 0),
    weightReverse: weight?.args[1]?.text === 'reverse',
    ...quorumOf(read),
    at: block.at,
  };
}

/** quorum_max 0 asks that no such process runs (vrrp_parser.c vrrp_tprocess_quorum_max_handler). */
function quorumOf(read: BlockReader): { readonly quorum: number; readonly quorumMax: number } {
  let quorum = 1;
  let quorumMax = 65_535;
  for (const { keyword, args } of read.statements) {
    const number = numberOf(args[0]);
    if (number === undefined || number > 65_535) continue;
    if (keyword.text === 'quorum' && number >= 1 && number <= quorumMax) quorum = number;
    if (keyword.text !== 'quorum_max' || number < 0) continue;
    if ((number > 0 || quorum > 1) && number < quorum) continue;
    quorumMax = number;
    quorum = number === 0 ? 0 : Math.max(1, quorum);
  }
  return { quorum, quorumMax };
}

export function fileOf(block: Evaluated, host: string): TrackFile | undefined {
  const name = block.args[0];
  if (name === undefined) return undefined;
  const read = new BlockReader(block, host);
  const path = read.text('file');
  const init = read.last('init_file');
  const number = init?.args.find((word) => numberOf(word) !== undefined);
  return {
    name: cited(name.text, name.at),
    ...(path === undefined ? {} : { path }),
    weight: read.numberOr('weight', -254, 254, 1),
    weightReverse: read.last('weight')?.args[1]?.text === 'reverse',
    ...(init === undefined ? {} : { initial: cited(numberOf(number) ?? 0, number?.at ?? init.at) }),
    at: block.at,
  };
}

export function bfdOf(block: Evaluated, host: string): BfdInstance | undefined {
  const name = block.args[0];
  if (name === undefined) return undefined;
  const read = new BlockReader(block, host);
  const neighbour = read.text('neighbor_ip') ?? read.text('neighbour_ip');
  const source = read.text('source_ip');
  return {
    name: cited(name.text, name.at),
    ...(neighbour === undefined ? {} : { neighbour }),
    ...(source === undefined ? {} : { source }),
    weight: read.numberOr('weight', -253, 253, 0),
    weightReverse: read.last('weight')?.args[1]?.text === 'reverse',
    at: block.at,
  };
}
