import type { Cidr, Family, Services } from '@halint/core';
import type { FirewallFacts } from './firewall.ts';
import type { SelinuxFacts } from './selinux.ts';
import type { Listening } from './sockets.ts';
import type { EnvironmentLine } from './systemd.ts';

/** An address of an interface and where we know it from. */
export interface InterfaceAddress {
  readonly interface: string;
  readonly address: Cidr;
  /** `ip -j address`, NetworkManager, ifcfg, unicast_src_ip …: the name of the source, for people. */
  readonly source: string;
}

/** An interface whose addresses of a family stand in no file: they come from DHCP, router advertisements or a program. */
export interface DynamicAddress {
  /** '' = any. */
  readonly interface: string;
  readonly family: Family;
  readonly source: string;
  /** The program or command that may add some, for people; absent: they come from the network. */
  readonly by?: string;
}

/** What is known of a host beside its configuration languages. `undefined` = the fact is missing, never "no". */
export interface HostFacts {
  /** Real (not virtual) addresses; undefined when no source names any. */
  readonly addresses: readonly InterfaceAddress[] | undefined;
  /** Addresses that the source leaves to the network: the list above lacks them. Empty with `ip -j address`. */
  readonly dynamic: readonly DynamicAddress[];
  /** Interface names of the machine; only `ip -j address` lists all. */
  readonly interfaces: readonly string[] | undefined;
  /** Values of `sysctl -a`. */
  readonly sysctl: ReadonlyMap<string, string> | undefined;
  /** What listened when `ss -ltnp` ran. */
  readonly listeners: Listening | undefined;
  /** Unit name -> state (enabled, disabled, masked, static …), from enablement links and `systemctl list-unit-files`. */
  readonly units: ReadonlyMap<string, string>;
  /** Names of /etc/hosts -> addresses. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** The TCP services of /etc/services. */
  readonly services: Services | undefined;
  /** Package -> version, from dpkg -l or rpm -qa. */
  readonly packages: ReadonlyMap<string, string> | undefined;
  /** Files of /etc/default and /etc/sysconfig that services take variables from: path -> assignments in their order. */
  readonly environmentFiles: ReadonlyMap<string, readonly EnvironmentLine[]>;
  /** Packet filters of the host, whether their unit is enabled or not. */
  readonly firewalls: readonly FirewallFacts[];
  readonly selinux: SelinuxFacts | undefined;
  /** Addresses, canonical, that network files bring up before network.target is reached; what others do at boot is not known. */
  readonly settled: readonly string[];
}

export const NO_FACTS: HostFacts = {
  addresses: undefined,
  dynamic: [],
  interfaces: undefined,
  sysctl: undefined,
  listeners: undefined,
  units: new Map(),
  names: new Map(),
  services: undefined,
  packages: undefined,
  environmentFiles: new Map(),
  firewalls: [],
  selinux: undefined,
  settled: [],
};
