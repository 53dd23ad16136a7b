import type { Cidr } from '@halint/core';

/** Where a fact file says something, for people: `/etc/nftables.conf line 12`. */
export interface FilePlace {
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** Packet filter of one host as its files set it up at boot. */
export interface FirewallFacts {
  readonly service: 'nftables' | 'firewalld' | 'iptables' | 'ufw';
  /** The unit that loads it. */
  readonly unit: string;
  /** The packets that it sees at all; undefined: of both families. */
  readonly family?: 'ipv4' | 'ipv6';
  readonly chains: readonly FilterChain[];
  /** Files that are named and not at hand, and statements that are not followed: what they decide is unknown. */
  readonly unknown: readonly (FilePlace & { readonly what: string })[];
}

/** A chain: a base chain has a hook and a policy, others are jumped to. */
export interface FilterChain {
  /** `inet filter input`. */
  readonly name: string;
  /** Table: chains jump only within it. */
  readonly table: string;
  /** Of what it sees: ipv4, ipv6, or both. */
  readonly family: 'ipv4' | 'ipv6' | 'any';
  /** Of what arrives: prerouting and input; of what the host sends: output and postrouting. */
  readonly hook: 'prerouting' | 'input' | 'output' | 'postrouting' | undefined;
  /** It translates addresses and ports of first packets, and is asked at one place of its hook (NF_IP_PRI_NAT_DST, -100). */
  readonly translates?: true;
  /** Of its hook the chains of smaller numbers come first; absent: 0. */
  readonly priority?: number;
  readonly policy: 'accept' | 'drop';
  readonly rules: readonly FilterRule[];
  readonly at: FilePlace;
}

export interface FilterRule {
  /** All must hold; `undefined` is a condition that is not understood. */
  readonly matches: readonly (FilterMatch | undefined)[];
  readonly action:
    | { readonly kind: 'accept' | 'drop' | 'return' }
    /** `what` names what is not known; absent: a statement that is not followed. */
    | { readonly kind: 'unknown'; readonly what?: string }
    /** The packet goes on with another destination; absent parts stay. `incoming` is the first address of the interface where it came in. */
    | { readonly kind: 'translate'; readonly address?: string | 'incoming'; readonly port?: number }
    | { readonly kind: 'jump' | 'goto'; readonly chain: string }
    /** Counts, logs, marks: the next rule is asked. */
    | { readonly kind: 'none' };
  readonly at: FilePlace;
  /** What is not known where a condition is not understood; absent: that it is not followed. */
  readonly what?: string;
}

export type FilterMatch =
  | { readonly kind: 'protocol'; readonly not: boolean; readonly numbers: readonly number[] }
  | { readonly kind: 'family'; readonly not: boolean; readonly family: 'ipv4' | 'ipv6' }
  | { readonly kind: 'destination' | 'source'; readonly not: boolean; readonly nets: readonly Cidr[] }
  /** Where a packet arrived (iif) or leaves (oif). A trailing * stands for anything. */
  | { readonly kind: 'interface' | 'outgoing'; readonly not: boolean; readonly names: readonly string[] }
  | { readonly kind: 'port'; readonly not: boolean; readonly ranges: readonly (readonly [number, number])[] }
  | { readonly kind: 'state'; readonly not: boolean; readonly states: readonly string[] }
  | { readonly kind: 'multicast'; readonly not: boolean }
  /** One of the lists holds, with all that is in it: elements of a concatenation. */
  | { readonly kind: 'one-of'; readonly not: boolean; readonly lists: readonly (readonly FilterMatch[])[] }
  /** Of the header of the packet (TTL of IPv4, hop limit of IPv6). */
  | { readonly kind: 'ttl'; readonly not: boolean; readonly ranges: readonly (readonly [number, number])[] }
  /** The destination of its conversation has been translated (ct status dnat). */
  | { readonly kind: 'translated'; readonly not: boolean }
  /** What the destination is to the host (xt_addrtype): an address of its own, a group, all of a network. */
  | {
      readonly kind: 'address-type';
      readonly not: boolean;
      readonly types: readonly ('local' | 'multicast' | 'broadcast')[];
    }
  /** Of this sender `hits` packets, this one counted, came within `seconds` (xt_recent). */
  | { readonly kind: 'rate'; readonly not: boolean; readonly hits: number; readonly seconds: number };
