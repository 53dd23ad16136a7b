import { cited, type LowerContext, type SourceFile } from '@halint/core';
import type { KeepalivedFacts, KeepalivedGlobals, SyncGroup } from '@halint/model';
import { evaluate, type Evaluated } from './evaluate.ts';
import { staticAddressesOf } from './lower-addresses.ts';
import { lowerInstance, type Inherited } from './lower-instance.ts';
import {
  bfdOf,
  DEFINES,
  fileOf,
  processOf,
  scriptOf,
  trackingOf,
  type Defined,
  type TrackKeyword,
} from './lower-tracking.ts';
import { BlockReader } from './reader.ts';

/** What keepalived.conf and its includes say on one host. */
export function lower(files: readonly SourceFile[], context: LowerContext): KeepalivedFacts {
  const top = evaluate(files, context);
  const { host } = context;
  const blocks = (...keywords: string[]): readonly Evaluated[] =>
    top.filter((each) => each.isBlock && keywords.includes(each.keyword.text));
  const read = globalReader(top, host);
  const inherited: Inherited = { globals: globalsOf(read, host), read };
  const above = definedAbove(top);
  const each = <T>(kept: readonly Evaluated[], make: (block: Evaluated) => T | undefined): readonly T[] =>
    firstOfName(kept).flatMap((block) => make(block) ?? []);
  return {
    globals: inherited.globals,
    scripts: blocks('vrrp_script').flatMap((block) => scriptOf(block, host) ?? []),
    processes: blocks('vrrp_track_process', 'track_process').flatMap((block) => processOf(block, host) ?? []),
    files: blocks('vrrp_track_file', 'track_file').flatMap((block) => fileOf(block, host) ?? []),
    bfds: blocks('bfd_instance').flatMap((block) => bfdOf(block, host) ?? []),
    instances: each(blocks('vrrp_instance'), (block) => lowerInstance(block, inherited, context, above(block))),
    syncGroups: each(blocks('vrrp_sync_group'), (block) => syncGroupOf(block, above(block))),
    staticAddresses: blocks('static_ipaddress').flatMap((block) => staticAddressesOf(new BlockReader(block, host))),
    unmodelled: [],
  };
}

/** A second instance or group of a name is skipped (vrrp_parser.c vrrp_handler, vrrp_sync_group_handler). */
function firstOfName(blocks: readonly Evaluated[]): readonly Evaluated[] {
  const seen = new Set<string | undefined>();
  return blocks.filter(({ args }) => {
    const name = args[0]?.text;
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}

/** What can be tracked at each block that tracks: the blocks above it that define something and are complete. */
function definedAbove(top: readonly Evaluated[]): (block: Evaluated) => Defined {
  const known = new Map<TrackKeyword, ReadonlySet<string>>();
  const at = new Map<Evaluated, Defined>();
  for (const block of top) {
    if (block.keyword.text === 'vrrp_instance' || block.keyword.text === 'vrrp_sync_group')
      at.set(block, new Map(known));
    const tracks = DEFINES[block.keyword.text];
    const name = block.args[0]?.text;
    if (tracks === undefined || name === undefined || !isComplete(block, tracks)) continue;
    known.set(tracks, new Set([...(known.get(tracks) ?? []), name]));
  }
  return (block) => at.get(block) ?? new Map<TrackKeyword, ReadonlySet<string>>();
}

/** keepalived removes a script without a command, a process without a name and a file without a path. */
function isComplete(block: Evaluated, tracks: TrackKeyword): boolean {
  const needed = { track_script: 'script', track_process: 'process', track_file: 'file' }[tracks as string];
  return needed === undefined || block.children.some(({ keyword, args }) => keyword.text === needed && args.length > 0);
}

/** Several global_defs blocks add up. */
function globalReader(top: readonly Evaluated[], host: string): BlockReader | undefined {
  const blocks = top.filter((each) => each.isBlock && each.keyword.text === 'global_defs');
  const [first] = blocks;
  return first === undefined
    ? undefined
    : new BlockReader({ ...first, children: blocks.flatMap((block) => block.children) }, host);
}

function globalsOf(read: BlockReader | undefined, host: string): KeepalivedGlobals {
  const by = (keyword: string): { readonly default: string; readonly host: string } => ({
    default: `keepalived.conf(5) ${keyword}`,
    host,
  });
  const off = { value: false, default: 'keepalived.conf(5) global_defs', host } as const;
  const routerId = read?.text('router_id');
  const scriptUser = read?.text('script_user');
  return {
    ...(routerId === undefined ? {} : { routerId }),
    enableScriptSecurity: read?.flag('enable_script_security') ?? off,
    ...(scriptUser === undefined ? {} : { scriptUser }),
    vrrpStrict: read?.flag('vrrp_strict') ?? off,
    vrrpVersion: read?.number('vrrp_version', 2, 3) ?? { value: 2, ...by('vrrp_version') },
    startupDelay: read?.number('vrrp_startup_delay', 0.001, 4294) ?? { value: 0, ...by('vrrp_startup_delay') },
    dynamicInterfaces:
      read?.last('dynamic_interfaces') === undefined
        ? { value: false, ...by('dynamic_interfaces') }
        : cited(true, (read.last('dynamic_interfaces') as Evaluated).at),
  };
}

function syncGroupOf(block: Evaluated, defined: Defined): SyncGroup | undefined {
  const name = block.args[0];
  if (name === undefined) return undefined;
  const read = new BlockReader(block, block.at.host);
  const members = read.lines('group').flatMap((words) => words.map((word) => cited(word.text, word.at)));
  const trackingWeight = (read.flag('sync_group_tracking_weight') ?? read.flag('global_tracking'))?.value === true;
  return { name: cited(name.text, name.at), members, trackingWeight, ...trackingOf(read, defined), at: block.at };
}
