import type { Place } from '@halint/core';
import { atLeast23 } from '../handlers/versions.ts';
import { withoutReal } from '../handlers/virtual-server.ts';
import type { Messages } from '../process/messages.ts';
import type { RealServer, ServerGroup, VirtualServer } from '../process/servers.ts';
import type { State } from '../process/state.ts';

/** What keepalived finds of virtual servers once everything is read (check_data.c validate_check_config). */
export function completeServers(state: State, messages: Messages, version: string): void {
  const { servers } = state;
  let kept = 0;
  for (const server of servers.list) {
    const group = server.group === undefined ? undefined : servers.groups.find(({ name }) => name === server.group);
    if (server.group !== undefined && !linked(server, group, messages)) continue;
    if (server.reals.length === 0 && !atLeast23(version)) {
      withoutReal(server, messages);
      continue;
    }
    kept++;
    new Completion(server, group, messages).run();
  }
  const script = state.running.get('check');
  if (kept > 0 && script !== undefined && !state.scriptSecurity) sayInsecure(script, messages);
}

/** Scripts run as root that others may write: CONFIG_SECURITY_ERROR. */
export function sayInsecure(at: Place, messages: Messages): void {
  messages.complain(
    'vrrp/script-security-not-enabled',
    at,
    'this script runs without enable_script_security: whoever may write it runs it as root',
    { help: 'Add enable_script_security and script_user to global_defs.' },
  );
}

/** ipwrapper.c link_vsg_to_vs: keepalived only logs which servers it drops here. */
function linked(server: VirtualServer, group: ServerGroup | undefined, messages: Messages): boolean {
  const drop = (rule: string, message: string): false => {
    messages.add({
      rule,
      severity: 'error',
      rejects: false,
      daemon: 'none',
      message: `${message}: keepalived drops virtual_server ${server.label}`,
      at: server.at,
    });
    return false;
  };
  if (group === undefined)
    return drop('vrrp/server-group-undefined', `virtual_server_group ${server.group ?? ''} is not defined`);
  const { families } = group;
  if (server.family !== undefined && families.size > 0 && !(families.size === 1 && families.has(server.family)))
    return drop('vrrp/address-family-mixed', `virtual_server_group ${group.name} is of another family`);
  if (families.size === 1) [server.family] = families;
  return true;
}

class Completion {
  readonly #server: VirtualServer;
  readonly #group: ServerGroup | undefined;
  readonly #messages: Messages;
  /** It is chosen by firewall mark, and by nothing else. */
  readonly #onlyMarks: boolean;

  constructor(server: VirtualServer, group: ServerGroup | undefined, messages: Messages) {
    this.#server = server;
    this.#group = group;
    this.#messages = messages;
    this.#onlyMarks = group === undefined ? server.mark !== undefined : group.addresses.length === 0 && group.marks > 0;
  }

  run(): void {
    this.#suspends();
    this.#protocol();
    this.#port();
    this.#scheduler();
    const reals = this.#reals();
    this.#quorum(reals);
    if (this.#group === undefined) this.#ports(reals);
    else this.#groupPorts(reals, this.#group);
  }

  #at(...keywords: readonly string[]): Place {
    for (const keyword of keywords) {
      const place = this.#server.places.get(keyword);
      if (place !== undefined) return place;
    }
    return this.#server.at;
  }

  #suspends(): void {
    const marks = this.#group === undefined ? this.#server.mark !== undefined : this.#group.marks > 0;
    if (this.#server.suspends && marks)
      this.#messages.reject(
        'vrrp/incompatible-statements',
        this.#at('ha_suspend'),
        'ha_suspend does not go with fwmark: keepalived clears it',
      );
  }

  #protocol(): void {
    const server = this.#server;
    if (this.#onlyMarks) {
      if (server.protocol !== undefined)
        this.#messages.reject(
          'vrrp/incompatible-statements',
          this.#at('protocol'),
          'a virtual server by fwmark has no protocol: keepalived ignores it',
        );
      return;
    }
    if (server.protocol === undefined) {
      this.#messages.reject(
        'vrrp/virtual-server-incomplete',
        server.at,
        `virtual_server ${server.label} has no protocol: keepalived takes UDP`,
        { help: 'Write protocol TCP, UDP or SCTP.' },
      );
      server.protocol = 'UDP';
    }
    if (server.onePacket && server.protocol !== 'UDP')
      this.#messages.reject(
        'vrrp/incompatible-statements',
        this.#at('ops'),
        `ops does not go with protocol ${server.protocol}: keepalived clears it`,
      );
  }

  #port(): void {
    const server = this.#server;
    if (server.persistent || this.#onlyMarks) return;
    const open =
      this.#group === undefined
        ? (server.address?.port ?? 0) === 0
        : this.#group.addresses.some(({ port }) => port === 0);
    if (!open) return;
    this.#messages.reject(
      'vrrp/virtual-server-incomplete',
      server.at,
      `virtual_server ${server.label} has no port, which needs persistence_timeout: keepalived takes 6 minutes`,
    );
    server.persistent = true;
  }

  #scheduler(): void {
    const { scheduler, label, at } = this.#server;
    if (scheduler === undefined)
      this.#messages.reject(
        'vrrp/virtual-server-incomplete',
        at,
        `virtual_server ${label} has no lb_algo: keepalived takes wlc`,
      );
  }

  #forwarding(real: RealServer): void {
    const server = this.#server;
    if (real.forwarding !== undefined) return;
    if (server.forwarding === undefined) {
      this.#messages.reject(
        'vrrp/virtual-server-incomplete',
        server.at,
        `virtual_server ${server.label} has no lb_kind: keepalived takes NAT`,
        { help: 'Write it above the first real_server: those above it do not take it over before the end.' },
      );
      server.forwarding = 'NAT';
    }
    real.forwarding = server.forwarding;
  }

  /** The real servers that stay. */
  #reals(): readonly RealServer[] {
    const server = this.#server;
    const { sorry } = server;
    const kept: RealServer[] = [];
    for (const real of server.reals) {
      const twin = kept.find((each) => isSame(each, real));
      if (twin !== undefined) {
        this.#messages.reject(
          'vrrp/duplicate-name',
          real.at,
          `real_server ${real.label} stands above: keepalived drops this one`,
          { related: [{ at: twin.at, message: 'the one that counts' }] },
        );
        continue;
      }
      kept.push(real);
      this.#forwarding(real);
      const inhibit = real.inhibit ?? server.inhibit;
      if (sorry !== undefined && isSame(sorry, real) && (sorry.inhibit ?? false) !== inhibit) {
        this.#messages.reject(
          'vrrp/incompatible-statements',
          sorry.at,
          `sorry server ${sorry.label} is real server ${real.label}, whose inhibit_on_failure is another: keepalived takes that of the real server`,
        );
        sorry.inhibit = inhibit;
      }
    }
    if (sorry !== undefined) this.#forwarding(sorry);
    return kept;
  }

  #quorum(reals: readonly RealServer[]): void {
    const server = this.#server;
    const weights = reals.reduce((sum, real) => sum + (real.weight ?? server.weight), 0);
    if (server.quorum > weights) {
      this.#messages.reject(
        'vrrp/incompatible-statements',
        this.#at('quorum'),
        `quorum ${server.quorum} of virtual_server ${server.label} is above the ${weights} that its real servers weigh: keepalived takes ${weights}`,
      );
      server.quorum = weights;
    }
    if (server.hysteresis >= server.quorum)
      this.#messages.reject(
        'vrrp/incompatible-statements',
        this.#at('hysteresis', 'quorum'),
        `hysteresis ${server.hysteresis} is not below quorum ${server.quorum}: keepalived takes ${server.quorum - 1}`,
      );
  }

  /** Only NAT changes ports. */
  #ports(reals: readonly RealServer[]): void {
    const { address, mark, sorry } = this.#server;
    const port = address?.port ?? 0;
    for (const real of [...reals, ...(sorry === undefined ? [] : [sorry])]) {
      if (real.forwarding === 'NAT' || real.address.port === 0 || (mark === undefined && real.address.port === port))
        continue;
      this.#messages.reject(
        'vrrp/incompatible-statements',
        real.at,
        mark === undefined
          ? `${real.label} has another port than virtual_server ${this.#server.label}, which only NAT can: keepalived takes ${port}`
          : `${real.label} has a port, which only NAT can with fwmark: keepalived clears it`,
      );
    }
  }

  #groupPorts(reals: readonly RealServer[], group: ServerGroup): void {
    const { sorry } = this.#server;
    for (const real of [...reals, ...(sorry === undefined ? [] : [sorry])]) {
      const { port } = real.address;
      if (real.forwarding === 'NAT' || port === 0) continue;
      if (group.marks > 0)
        this.#messages.complain(
          'vrrp/incompatible-statements',
          real.at,
          `${real.label} has a port, which only NAT can with fwmark: keepalived ignores it`,
        );
      const other = group.addresses.find((address) => address.port !== port);
      if (other !== undefined)
        this.#messages.complain(
          'vrrp/incompatible-statements',
          real.at,
          `${real.label} has another port than ${other.address} of virtual_server_group ${group.name}, which only NAT can`,
        );
    }
  }
}

/** ipwrapper.h rs_iseq: address and port. */
function isSame(one: RealServer, other: RealServer): boolean {
  return one.address.address === other.address.address && one.address.port === other.address.port;
}
