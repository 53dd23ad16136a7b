import { cited, type LowerContext, type SourceFile } from '@halint/core';
import type { KeepalivedFacts, KeepalivedGlobals, SyncGroup, TrackProcess, VrrpScript } from '@halint/model';
import { splitCommand } from './command.ts';
import { evaluate, type Evaluated } from './evaluate.ts';
import { lowerInstance } from './lower-instance.ts';
import { BlockReader } from './reader.ts';

/** What keepalived.conf and its includes say on one host. */
export function lower(files: readonly SourceFile[], context: LowerContext): KeepalivedFacts {
  const top = evaluate(files, context);
  const { host } = context;
  const blocks = (keyword: string): readonly Evaluated[] =>
    top.filter((each) => each.isBlock && each.keyword.text === keyword);
  const globals = globalsOf(top, host);
  return {
    globals,
    scripts: blocks('vrrp_script').flatMap((block) => scriptOf(block, host) ?? []),
    processes: [...blocks('vrrp_track_process'), ...blocks('track_process')].flatMap(
      (block) => processOf(block, host) ?? [],
    ),
    instances: blocks('vrrp_instance').flatMap((block) => lowerInstance(block, globals, host) ?? []),
    syncGroups: blocks('vrrp_sync_group').flatMap((block) => syncGroupOf(block) ?? []),
    unmodelled: [],
  };
}

/** Several global_defs blocks add up. */
function globalsOf(top: readonly Evaluated[], host: string): KeepalivedGlobals {
  const blocks = top.filter((each) => each.isBlock && each.keyword.text === 'global_defs');
  const first = blocks[0];
  const merged = first === undefined ? undefined : { ...first, children: blocks.flatMap((block) => block.children) };
  const empty: Evaluated | undefined = merged ?? top[0];
  const children = merged?.children ?? [];
  const read = empty === undefined ? undefined : new BlockReader({ ...empty, children }, host);
  const off = { value: false, default: 'keepalived.conf(5) global_defs', host } as const;
  const routerId = read?.text('router_id');
  const scriptUser = read?.text('script_user');
  return {
    ...(routerId === undefined ? {} : { routerId }),
    enableScriptSecurity: read?.flag('enable_script_security') ?? off,
    ...(scriptUser === undefined ? {} : { scriptUser }),
    vrrpStrict: read?.flag('vrrp_strict') ?? off,
    vrrpVersion: read?.number('vrrp_version', 2, 3) ?? { value: 2, default: 'keepalived.conf(5) vrrp_version', host },
  };
}

function scriptOf(block: Evaluated, host: string): VrrpScript | undefined {
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

function processOf(block: Evaluated, host: string): TrackProcess | undefined {
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
    at: block.at,
  };
}

function syncGroupOf(block: Evaluated): SyncGroup | undefined {
  const name = block.args[0];
  if (name === undefined) return undefined;
  const read = new BlockReader(block, block.at.host);
  const members = read.lines('group').flatMap((words) => words.map((word) => cited(word.text, word.at)));
  const trackingWeight = (read.flag('sync_group_tracking_weight') ?? read.flag('global_tracking'))?.value === true;
  return { name: cited(name.text, name.at), members, trackingWeight, at: block.at };
}
