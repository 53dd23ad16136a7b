import type { Place } from '@halint/core';
import type { Messages } from '../process/messages.ts';
import type { Instance, State } from '../process/state.ts';
import { atLeast23 } from '../handlers/versions.ts';
import { groupTracking, setGroup } from './sync-groups.ts';

/** VRRP_MAX_ADDR: the count of addresses is one byte. */
const MOST_VIPS = 255;
/** DEFAULT_MTU, and what stands in a packet before the addresses: Ethernet, IP and VRRP headers (vrrp.c vrrp_complete_instance). */
const MTU = 1500;
const HEADERS = { ipv4: 14 + 20 + 8, ipv6: 14 + 40 + 8 } as const;
const AUTH_BYTES = 8;

/** What options have to be in strict mode (vrrp.c vrrp_complete_instance). */
const STRICT_VALUES: ReadonlyMap<string, number | boolean> = new Map<string, number | boolean>([
  ['down_timer_adverts', 3],
  ['garp_lower_prio_repeat', 0],
  ['garp_lower_prio_delay', 0],
  ['lower_prio_no_advert', true],
  ['higher_prio_send_advert', false],
]);

/** What keepalived finds once everything is read (vrrp.c vrrp_complete_init). It gives up at the first instance that cannot run. */
export function completeInstances(state: State, messages: Messages, version: string): void {
  if (state.instances.length > 0) scriptSecurity(state, messages);
  if (!state.instances.every((instance) => minimal(instance, messages, version))) return;
  for (const group of state.syncGroups) setGroup(group, state, messages);
  for (const instance of state.instances) {
    if (!new Completion(instance, state, messages).run()) return;
  }
  for (const group of state.syncGroups) groupTracking(group, messages);
  conflicts(state, messages);
}

/** Scripts of notify keywords and of sync groups; those that instances track are told by the rule of the same name, with what they do (vrrp.c check_vrrp_script_security). */
function scriptSecurity(state: State, messages: Messages): void {
  const at = state.running.get('vrrp');
  if (at === undefined || state.scriptSecurity || [...state.tracked.script.values()].some(({ used }) => used)) return;
  messages.complain(
    'vrrp/script-security-not-enabled',
    at,
    'scripts run without enable_script_security: whoever may write them runs them as root',
    {
      help: 'Add enable_script_security and script_user root (or a user of its own) to global_defs.',
    },
  );
}

/** vrrp.c chk_min_cfg. */
function minimal(instance: Instance, messages: Messages, version: string): boolean {
  if (instance.vrid === 0) {
    messages.reject(
      'vrrp/missing-virtual-router-id',
      instance.at,
      `vrrp_instance ${instance.name} has no virtual_router_id: keepalived does not start it`,
      {
        help: 'Give every instance a number from 1 to 255, the same on all hosts that share the address.',
      },
    );
    return false;
  }
  // Before 2.3 unicast instances needed one too.
  if (instance.interface === undefined && !(instance.unicast && atLeast23(version))) {
    messages.reject(
      'vrrp/missing-interface',
      instance.at,
      `vrrp_instance ${instance.name} has no interface: keepalived does not start it`,
      {
        help: 'Since 2.3 unicast instances with a unicast_src_ip may do without.',
      },
    );
    return false;
  }
  if (instance.interface === undefined && instance.vmac) {
    messages.reject(
      'vrrp/missing-interface',
      instance.places.get('use_vmac') ?? instance.at,
      'use_vmac needs an interface: keepalived does not start the instance',
    );
    return false;
  }
  return true;
}

class Completion {
  readonly #instance: Instance;
  readonly #state: State;
  readonly #messages: Messages;

  constructor(instance: Instance, state: State, messages: Messages) {
    this.#instance = instance;
    this.#state = state;
    this.#messages = messages;
  }

  /** vrrp.c vrrp_complete_instance; false where keepalived gives up. */
  run(): boolean {
    const instance = this.#instance;
    instance.strict ??= this.#state.strict;
    this.#setVersion();
    this.#setState();
    this.#authentication();
    return (
      this.#unicast() &&
      (this.#addresses(),
      this.#preemption(),
      this.#strictOptions(),
      this.#interval(),
      this.#interfaces(),
      this.#needsVip()) &&
      (this.#weights(), true)
    );
  }

  #at(...keywords: readonly string[]): Place {
    for (const keyword of keywords) {
      const place = this.#instance.places.get(keyword);
      if (place !== undefined) return place;
    }
    return this.#instance.at;
  }

  #setVersion(): void {
    const instance = this.#instance;
    if (instance.family === 'ipv6' && instance.version === 2 && instance.strict === true) {
      this.#messages.reject(
        'vrrp/strict-incompatible-options',
        this.#at('version'),
        'version 2 has no IPv6 in strict mode: keepalived takes version 3',
      );
      instance.version = 3;
    }
    if (instance.version === 0) instance.version = instance.family === 'ipv6' ? 3 : this.#state.vrrpVersion;
    instance.family ??= 'ipv4';
  }

  #setState(): void {
    const instance = this.#instance;
    if (instance.priority === 0) instance.priority = instance.state === 'MASTER' ? 255 : 100;
    const owner = instance.priority === 255;
    if (instance.state === undefined) instance.state = owner ? 'MASTER' : 'BACKUP';
    else if (instance.strict === true && (instance.state === 'MASTER') !== owner) {
      this.#messages.reject(
        'vrrp/strict-incompatible-options',
        this.#at('state'),
        `state ${instance.state} with priority ${instance.priority} does not go with strict mode: keepalived takes ${owner ? 'MASTER' : 'BACKUP'}`,
      );
      instance.state = owner ? 'MASTER' : 'BACKUP';
    }
  }

  #authentication(): void {
    const instance = this.#instance;
    const { authType } = instance;
    if (authType === undefined) return;
    const drop = (rule: string, at: Place, why: string): void => {
      this.#messages.reject(rule, at, `${why}: keepalived drops the authentication`);
      instance.authType = undefined;
    };
    const at = this.#at('auth_type');
    if (instance.strict === true) drop('vrrp/strict-incompatible-options', at, 'strict mode has no authentication');
    else if (instance.version === 3) drop('vrrp/auth-with-version-3', at, 'VRRP version 3 has no authentication');
    else if (instance.authPass === '') drop('vrrp/missing-argument', at, 'auth_type stands without auth_pass');
    else if (instance.family === 'ipv6' && authType === 'AH')
      drop('vrrp/incompatible-statements', at, 'AH does not go with IPv6');
    else if (authType === 'AH' && instance.state === 'MASTER' && instance.priority !== 255) {
      this.#messages.reject(
        'vrrp/incompatible-statements',
        this.#at('state'),
        'state MASTER does not go with AH: keepalived takes BACKUP',
      );
      instance.state = 'BACKUP';
    }
  }

  #unicast(): boolean {
    const instance = this.#instance;
    const peers = instance.peers.length > 0;
    if (instance.interface === undefined && instance.sourceAddress === undefined) {
      this.#messages.reject(
        'vrrp/missing-interface',
        instance.at,
        `${instance.name} needs an interface or a unicast_src_ip: keepalived does not start`,
      );
      return false;
    }
    if (
      instance.interface === undefined &&
      instance.family === 'ipv6' &&
      /^fe80:/i.test(instance.sourceAddress ?? '')
    ) {
      this.#messages.reject(
        'vrrp/missing-interface',
        this.#at('unicast_src_ip'),
        'a link-local source address needs an interface: keepalived does not start',
      );
      return false;
    }
    if (instance.unicast && !peers && !instance.unicastFault) {
      this.#messages.warn(
        'vrrp/unicast-without-peers',
        this.#at('unicast_src_ip', 'unicast_peer', 'check_unicast_src', 'old_unicast_checksum'),
        `${instance.name} has unicast keywords and no unicast peer: keepalived uses multicast`,
        {
          help: 'The other hosts hear nothing where multicast does not pass. Write all of them into unicast_peer.',
        },
      );
    }
    return true;
  }

  #addresses(): void {
    const instance = this.#instance;
    const vips = instance.vips.filter(({ excluded }) => !excluded);
    const [first] = vips;
    if (
      instance.family === 'ipv6' &&
      instance.peers.length === 0 &&
      instance.strict === true &&
      first !== undefined &&
      !/^fe[89ab]/i.test(first.address)
    ) {
      this.#messages.reject(
        'vrrp/ipv6-first-vip-not-linklocal',
        first.at,
        'the first IPv6 address must be link-local in strict mode',
      );
    }
    const family = instance.family ?? 'ipv4';
    const headers = HEADERS[family] + (family === 'ipv4' && instance.version === 2 ? AUTH_BYTES : 0);
    const most = Math.min(MOST_VIPS, Math.floor((MTU - headers) / (family === 'ipv4' ? 4 : 16)));
    if (vips.length > most) {
      this.#messages.reject(
        'vrrp/too-many-addresses',
        vips[most]?.at ?? instance.at,
        `${instance.name} has ${vips.length} addresses, a packet holds ${most}: keepalived does not advertise the others`,
      );
    }
  }

  #preemption(): void {
    const instance = this.#instance;
    const related = [{ at: this.#at('state'), message: `state ${instance.state ?? 'BACKUP'}` }];
    const clear = (rule: string, keyword: string, why: string): void => {
      this.#messages.add({
        rule,
        severity: 'warning',
        rejects: true,
        daemon: 'error',
        message: `${keyword} does not count with ${why}: keepalived clears it`,
        at: this.#at(keyword),
        help: 'Give the instance state BACKUP on every host; the priority decides who starts with the address.',
        related,
      });
    };
    if (instance.nopreempt && instance.priority === 255) {
      clear('vrrp/incompatible-statements', 'nopreempt', 'priority 255');
      instance.nopreempt = false;
    }
    if (instance.state === 'MASTER') {
      if (instance.nopreempt) clear('vrrp/nopreempt-with-state-master', 'nopreempt', 'state MASTER');
      if (instance.preemptDelay > 0) clear('vrrp/preempt-delay-with-state-master', 'preempt_delay', 'state MASTER');
      instance.nopreempt = false;
      instance.preemptDelay = 0;
    }
    if (instance.preemptDelay > 0 && instance.strict === true)
      clear('vrrp/strict-incompatible-options', 'preempt_delay', 'strict mode');
    if (instance.preemptDelay > 0 && instance.nopreempt)
      clear('vrrp/incompatible-statements', 'preempt_delay', 'nopreempt');
    const expired = instance.places.get('timer_expired_backup') ?? instance.places.get('thread_timer_expired');
    if (expired !== undefined && !instance.nopreempt) {
      this.#messages.reject(
        'vrrp/incompatible-statements',
        expired,
        'timer_expired_backup needs nopreempt: keepalived clears it',
      );
    }
  }

  #strictOptions(): void {
    const instance = this.#instance;
    if (instance.peers.length > 0 && instance.mcastDestination) {
      this.#messages.reject(
        'vrrp/incompatible-statements',
        this.#at('mcast_dst_ip'),
        'mcast_dst_ip does not go with unicast peers: keepalived ignores it',
      );
    }
    if (instance.strict !== true) return;
    for (const [keyword, wanted] of STRICT_VALUES) {
      const set = instance.options.get(keyword) ?? this.#state.options.get(`vrrp_${keyword}`);
      if (set === undefined || set.value === wanted) continue;
      this.#messages.reject(
        'vrrp/strict-incompatible-options',
        set.at,
        `${set.keyword} does not go with strict mode: keepalived resets it for ${instance.name}`,
      );
    }
    if (instance.accept === true && instance.priority !== 255 && instance.version === 2) {
      this.#messages.reject(
        'vrrp/strict-incompatible-options',
        this.#at('accept'),
        'accept does not go with strict mode and version 2: keepalived clears it',
      );
    }
    if (instance.macGiven) {
      this.#messages.reject(
        'vrrp/strict-incompatible-options',
        this.#at('use_vmac'),
        'a MAC address of use_vmac does not go with strict mode: keepalived takes that of VRRP',
      );
    }
    if (instance.vmac && instance.vmacXmitBase) {
      this.#messages.reject(
        'vrrp/strict-incompatible-options',
        this.#at('vmac_xmit_base'),
        'vmac_xmit_base does not go with strict mode: keepalived clears it',
      );
    }
    if (instance.noVips) {
      this.#messages.warn(
        'vrrp/strict-incompatible-options',
        this.#at('no_virtual_ipaddress'),
        'no_virtual_ipaddress does not go with strict mode: keepalived clears it',
      );
      instance.noVips = false;
    }
  }

  /** Version 2 knows whole seconds from 1 to 255, version 3 hundredths up to 40.95 (RFC 3768 5.3.7, RFC 9568 5.2.7). */
  #interval(): void {
    const { advertInt, version } = this.#instance;
    const at = this.#at('advert_int');
    if (version === 2) {
      const whole = Math.max(1, Math.round(advertInt));
      if (whole !== advertInt) {
        this.#messages.reject(
          'vrrp/advert-int-fraction-v2',
          at,
          `advert_int ${advertInt} is no whole number of seconds, as version 2 needs: keepalived takes ${whole}`,
        );
      }
    } else if (advertInt > 40.95) {
      this.#messages.reject(
        'vrrp/value-out-of-range',
        at,
        `advert_int ${advertInt} is above 40.95, the most that version 3 can say`,
      );
    } else if (Math.abs(advertInt * 100 - Math.round(advertInt * 100)) > 1e-6) {
      this.#messages.reject(
        'vrrp/value-out-of-range',
        at,
        `advert_int ${advertInt} is no whole number of hundredths of a second`,
      );
    }
  }

  #interfaces(): void {
    const instance = this.#instance;
    if (instance.ipvlan && instance.family === 'ipv4' && !instance.ipvlanAddress) {
      this.#messages.reject(
        'vrrp/missing-argument',
        this.#at('use_ipvlan'),
        'use_ipvlan needs a source address with IPv4: keepalived puts the instance into FAULT',
      );
    }
    if (instance.ownerIgnoresAdverts === true && instance.priority !== 255) {
      this.#messages.reject(
        'vrrp/incompatible-statements',
        this.#at('owner_ignore_adverts'),
        'owner_ignore_adverts counts with priority 255 only: keepalived ignores it',
      );
    }
    for (const use of instance.interfaces) {
      if (use.name !== instance.interface) continue;
      this.#messages.reject(
        'vrrp/track-own-interface',
        use.at,
        `${use.name} is the interface of the instance itself: keepalived ignores it here`,
        {
          help: 'The own interface is tracked anyway; its failure means FAULT. A weight for it cannot be given.',
        },
      );
    }
    if (instance.vmacXmitBase && !instance.vmac) {
      this.#messages.reject(
        'vrrp/incompatible-statements',
        this.#at('vmac_xmit_base'),
        'vmac_xmit_base needs use_vmac: keepalived clears it',
      );
    }
    if (instance.vmac && instance.places.has('promote_secondaries')) {
      this.#messages.reject(
        'vrrp/incompatible-statements',
        this.#at('promote_secondaries'),
        'promote_secondaries is set for use_vmac anyway: keepalived ignores it',
      );
    }
  }

  #needsVip(): boolean {
    const instance = this.#instance;
    if (instance.interface === undefined) this.#dropHomeless();
    if (instance.noVips || instance.vips.some(({ excluded }) => !excluded)) return true;
    const at = this.#at('virtual_ipaddress');
    if (instance.version === 3 || instance.strict === true) {
      this.#messages.reject(
        'vrrp/missing-vip',
        at,
        `${instance.name} has no virtual_ipaddress, which ${instance.strict === true ? 'strict mode' : 'version 3'} needs: keepalived does not start it`,
      );
      return false;
    }
    this.#messages.warn('vrrp/missing-vip', at, `${instance.name} has no virtual_ipaddress: nothing moves`);
    return true;
  }

  /** Without an interface of its own an instance keeps only addresses with one (vrrp.c vrrp_complete_instance). */
  #dropHomeless(): void {
    const { vips } = this.#instance;
    for (const vip of vips.filter(({ device }) => device === undefined)) {
      this.#messages.reject('vrrp/missing-interface', vip.at, `${vip.address} has no interface: keepalived drops it`, {
        help: 'Write dev INTERFACE behind it.',
      });
      vips.splice(vips.indexOf(vip), 1);
    }
  }

  /** Members of a sync group, and owners of their address, have no floating priority. */
  #weights(): void {
    const instance = this.#instance;
    const bound = instance.group !== undefined && !instance.group.trackingWeight;
    if (!bound && instance.priority !== 255) return;
    const why = bound ? `sync group ${instance.group?.name ?? ''}` : 'priority 255';
    const rule = bound ? 'vrrp/weight-in-sync-group' : 'vrrp/incompatible-statements';
    const help = bound
      ? 'Write sync_group_tracking_weight into the group to let weights count.'
      : 'The owner of the address keeps its priority.';
    for (const use of instance.interfaces) {
      if (use.weight !== 0 && use.name !== instance.interface) {
        this.#messages.reject(rule, use.at, `the weight of ${use.name} does not count with ${why}`, { help });
      }
    }
    for (const use of instance.tracked.script) {
      if (use.weight !== 0)
        this.#messages.reject(rule, use.at, `${use.name} has a weight and does not count with ${why}`, { help });
    }
    for (const use of instance.tracked.file) {
      if (use.weight !== 0)
        this.#messages.reject(rule, use.at, `${use.name} has a weight and does not count with ${why}`, { help });
    }
    for (const use of instance.tracked.bfd) {
      if (use.weight !== 0)
        this.#messages.reject(rule, use.at, `${use.name} has a weight and does not count with ${why}`, { help });
    }
  }
}

/** Two instances of one VRID, family and interface (vrrp.c check_vrid_conflicts): keepalived gives up. */
function conflicts(state: State, messages: Messages): void {
  const { instances } = state;
  for (const [i, one] of instances.entries()) {
    for (const other of instances.slice(i + 1)) {
      if (one.vrid !== other.vrid || one.family !== other.family) continue;
      const unicast = [one, other].map((each) => each.peers.length > 0);
      if (unicast[0] !== unicast[1]) continue;
      if (unicast[0] === true) {
        const sharesPeer = one.peers.some((peer) => other.peers.some((each) => each.address === peer.address));
        if (one.interface !== other.interface || one.sourceAddress !== other.sourceAddress || !sharesPeer) continue;
      } else if (one.interface !== other.interface || one.mcastDestination || other.mcastDestination) continue;
      messages.reject(
        'vrrp/duplicate-virtual-router-id',
        other.places.get('virtual_router_id') ?? other.at,
        `${other.name} and ${one.name} both use virtual_router_id ${one.vrid} on ${one.interface ?? one.sourceAddress ?? 'one address'}: keepalived does not start`,
        {
          related: [
            {
              at: one.places.get('virtual_router_id') ?? one.at,
              message: `virtual_router_id ${one.vrid} of ${one.name}`,
            },
          ],
        },
      );
    }
  }
}
