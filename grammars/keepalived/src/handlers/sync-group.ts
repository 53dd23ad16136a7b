import type { Call, Handler } from '../process/call.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import { SyncGroup } from '../process/state.ts';
import { booleanArgument } from '../process/arguments.ts';
import { interfaceLines, scriptOnce, trackLines } from './tracking.ts';

const open: Handler = (call) => {
  const { state, messages } = call;
  const [name] = call.args;
  if (call.args.length !== 1 || name === undefined) {
    messages.reject(
      'vrrp/missing-argument',
      call.line.at,
      'vrrp_sync_group needs one name: keepalived drops the block',
    );
  } else {
    const known = state.syncGroups.find((each) => each.name === name.text);
    if (known === undefined || isPlaceholder(name.text)) {
      state.syncGroup = new SyncGroup(name.text, call.line.at);
      return;
    }
    messages.reject(
      'vrrp/duplicate-name',
      name.at,
      `vrrp_sync_group ${name.text} is defined above: keepalived drops this one`,
      {
        related: [{ at: known.at, message: 'the one that counts' }],
      },
    );
  }
  state.syncGroup = undefined;
  state.void('vrrp_sync_group');
  call.skip();
};

/** vrrp_parser.c vrrp_sync_group_end_handler. */
function end({ state, messages }: Call): void {
  const group = state.syncGroup;
  state.syncGroup = undefined;
  if (group === undefined) return;
  if (group.members === undefined) {
    messages.reject(
      'vrrp/sync-group-members',
      group.at,
      `vrrp_sync_group ${group.name} has no members: keepalived drops it`,
    );
    return;
  }
  state.syncGroups.push(group);
}

const on =
  (use: (call: Call, group: SyncGroup) => void): Handler =>
  (call) => {
    if (call.state.syncGroup !== undefined) use(call, call.state.syncGroup);
  };

const members = on((call, group) => {
  if (group.members !== undefined) {
    call.messages.reject(
      'vrrp/repeated-statement',
      call.line.at,
      `the members of ${group.name} stand above: keepalived drops this group`,
    );
    return call.skip();
  }
  const words = call.values().flat();
  if (words.length > 0) group.members = words;
  else call.messages.reject('vrrp/sync-group-members', call.line.at, `the group of ${group.name} is empty`);
});

const NOTIFY = ['notify', 'notify_backup', 'notify_master', 'notify_fault', 'notify_stop'];

export const SYNC_GROUP_HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['vrrp_sync_group', open],
  ['vrrp_sync_group/group', members],
  ['vrrp_sync_group/track_interface', on((call, group) => interfaceLines(call, group))],
  ['vrrp_sync_group/track_script', on((call, group) => trackLines(call, group, 'script'))],
  ['vrrp_sync_group/track_process', on((call, group) => trackLines(call, group, 'process'))],
  ['vrrp_sync_group/track_file', on((call, group) => trackLines(call, group, 'file'))],
  ['vrrp_sync_group/track_bfd', on((call, group) => trackLines(call, group, 'bfd'))],
  ...NOTIFY.map((word): [string, Handler] => [
    `vrrp_sync_group/${word}`,
    on((call, group) => scriptOnce(call, group.scripts)),
  ]),
  [
    'vrrp_sync_group/global_tracking',
    on((call, group) => {
      call.messages.complain(
        'vrrp/deprecated-keyword',
        call.keyword.at,
        'global_tracking is replaced by track_interface, track_script and track_file of the group',
      );
      group.trackingWeight = true;
    }),
  ],
  [
    'vrrp_sync_group/sync_group_tracking_weight',
    on((_call, group) => {
      group.trackingWeight = true;
    }),
  ],
  ['vrrp_sync_group/smtp_alert', on((call) => void booleanArgument(call))],
  ['vrrp_sync_group/notify_priority_changes', on((call) => void booleanArgument(call))],
]);

export const SYNC_GROUP_ENDS: ReadonlyMap<string, (call: Call) => void> = new Map([['vrrp_sync_group', end]]);
