import type { Messages } from '../process/messages.ts';
import type { State, SyncGroup } from '../process/state.ts';

/** vrrp_sync.c vrrp_sync_set_group. */
export function setGroup(group: SyncGroup, state: State, messages: Messages): void {
  const found = group.instances;
  for (const word of group.members ?? []) {
    const instance = state.instances.find((each) => each.name === word.text);
    if (instance === undefined) {
      messages.reject(
        'vrrp/sync-group-members',
        word.at,
        `${word.text} is no vrrp_instance: ${group.name} goes without it`,
      );
    } else if (instance.group !== undefined) {
      messages.reject(
        'vrrp/sync-group-members',
        word.at,
        `${word.text} is in ${instance.group.name} already: ${group.name} goes without it`,
      );
    } else {
      instance.group = group;
      found.push(instance);
    }
  }
  if (found.length === 0) {
    messages.reject(
      'vrrp/sync-group-members',
      group.at,
      `vrrp_sync_group ${group.name} has no instance that exists: keepalived drops it`,
    );
    return;
  }
  let owner: boolean | undefined;
  for (const instance of found) {
    if (owner === true && instance.state === 'BACKUP') {
      messages.complain(
        'vrrp/sync-group-members',
        group.at,
        `${group.name} mixes instances that own their address (priority 255) with others`,
      );
    }
    if (owner !== false) owner = instance.state === 'MASTER' && instance.priority === 255;
  }
  if (found.length === 1) {
    messages.complain(
      'vrrp/sync-group-members',
      group.at,
      `vrrp_sync_group ${group.name} has one member only: it binds nothing together`,
    );
  }
}

/** What a group tracks is tracked for its members, none of which may have it twice or a weight with priority 255 (vrrp.c sync_group_tracking_init). */
export function groupTracking(group: SyncGroup, messages: Messages): void {
  const owner = group.instances.find(({ priority }) => priority === 255);
  const { script, file, process, bfd } = group.tracked;
  for (const use of owner === undefined ? [] : [...script, ...file, ...process, ...bfd, ...group.interfaces]) {
    if (use.weight === 0) continue;
    messages.reject(
      'vrrp/weight-in-sync-group',
      use.at,
      `the weight of ${use.name} does not count: ${owner?.name ?? ''} of ${group.name} has priority 255`,
      { help: 'The owner of the address keeps its priority, and the others of its group with it.' },
    );
  }
  for (const use of group.interfaces) {
    for (const member of group.instances) {
      const own = member.interface === use.name && !member.places.has('dont_track_primary');
      const tracked = member.interface !== use.name && member.interfaces.some(({ name }) => name === use.name);
      if (member.interface === undefined || (!own && !tracked)) continue;
      messages.complain(
        'vrrp/repeated-statement',
        use.at,
        own
          ? `${use.name} is the interface of ${member.name}, which tracks it anyway`
          : `${use.name} is tracked by ${member.name} and by its group ${group.name}`,
        { help: 'Track it in one of the two.' },
      );
    }
  }
}
