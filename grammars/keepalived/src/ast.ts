import type { LineTable, Node, Span } from '@halint/core';
import type { LineShape } from './grammar.ts';

/** keepalived.conf or a file that it includes. */
export interface KeepalivedFile extends Node {
  readonly kind: 'file';
  readonly statements: readonly Statement[];
  readonly globalDefs: Block | undefined;
  readonly scripts: readonly ScriptBlock[];
  readonly instances: readonly InstanceBlock[];
  readonly syncGroups: readonly SyncGroupBlock[];
  readonly trackProcesses: readonly TrackProcessBlock[];
  readonly trackFiles: readonly TrackFileBlock[];
  readonly bfdInstances: readonly BfdBlock[];
  readonly virtualServers: readonly VirtualServerBlock[];
  readonly virtualServerGroups: readonly ServerGroupBlock[];
}

/** What may stand at any level. */
export type Statement = AnyBlock | Simple | Include | DefinitionNode | Unreadable;

/** One word; `value` has no quotes. */
export interface Word extends Node {
  readonly kind: 'word';
  readonly value: string;
  readonly quoted: boolean;
  /** Offsets in its section. */
  readonly local: Span;
}

/** `@id` or `@^id` in front of a line: it holds on hosts whose name is, or is not, the id. */
export interface ConditionNode extends Node {
  readonly kind: 'condition';
  readonly id: string;
  readonly negated: boolean;
}

interface Common extends Node {
  readonly condition: ConditionNode | undefined;
  /** Offsets in the section: from the first word to the last, for a block to its closing brace. */
  readonly local: Span;
}

/** `keyword args`. */
export interface Simple extends Common {
  readonly kind: 'statement';
  readonly keyword: Word;
  readonly args: readonly Word[];
}

export interface Block extends Common {
  readonly kind: 'block';
  /** Undefined for a `{` with nothing before it. */
  readonly keyword: Word | undefined;
  readonly args: readonly Word[];
  readonly children: readonly Statement[];
  /** Offsets of the line's words and `{`. */
  readonly head: Span;
  /** False when the file ends inside. */
  readonly closed: boolean;
}

type Typed<Kind extends string> = Omit<Block, 'kind'> & { readonly kind: Kind };

export interface InstanceBlock extends Typed<'vrrp_instance'> {
  readonly name: Word | undefined;
  readonly state: Word | undefined;
  readonly interface: Word | undefined;
  readonly virtualRouterId: NumberNode | undefined;
  readonly priority: NumberNode | undefined;
  readonly advertInt: NumberNode | undefined;
  readonly version: NumberNode | undefined;
  readonly authentication: AuthenticationNode | undefined;
  readonly virtualAddresses: readonly AddressNode[];
  readonly excludedAddresses: readonly AddressNode[];
  readonly virtualRoutes: readonly RouteNode[];
  readonly virtualRules: readonly RuleNode[];
  readonly unicastPeers: readonly PeerNode[];
  readonly trackScripts: readonly TrackNode[];
  readonly trackProcesses: readonly TrackNode[];
  readonly trackInterfaces: readonly TrackNode[];
  readonly trackFiles: readonly TrackNode[];
  readonly trackBfds: readonly TrackNode[];
}

export interface SyncGroupBlock extends Typed<'vrrp_sync_group'> {
  readonly name: Word | undefined;
  readonly members: readonly Word[];
  readonly trackScripts: readonly TrackNode[];
  readonly trackInterfaces: readonly TrackNode[];
}

export interface ScriptBlock extends Typed<'vrrp_script'> {
  readonly name: Word | undefined;
  readonly script: Word | undefined;
  readonly interval: NumberNode | undefined;
  readonly timeout: NumberNode | undefined;
  readonly weight: NumberNode | undefined;
  readonly rise: NumberNode | undefined;
  readonly fall: NumberNode | undefined;
}

export interface TrackProcessBlock extends Typed<'vrrp_track_process'> {
  readonly name: Word | undefined;
  readonly process: Word | undefined;
  readonly weight: NumberNode | undefined;
  readonly quorum: NumberNode | undefined;
}

/** track_file, and vrrp_track_file as it was called before. */
export interface TrackFileBlock extends Typed<'track_file'> {
  readonly name: Word | undefined;
  readonly file: Word | undefined;
  readonly weight: NumberNode | undefined;
}

export interface BfdBlock extends Typed<'bfd_instance'> {
  readonly name: Word | undefined;
  readonly neighborIp: Word | undefined;
  readonly sourceIp: Word | undefined;
}

/** `virtual_server ADDRESS PORT`, `virtual_server fwmark NUMBER` or `virtual_server group NAME`. */
export interface VirtualServerBlock extends Typed<'virtual_server'> {
  readonly address: Word | undefined;
  readonly port: NumberNode | undefined;
  readonly fwmark: NumberNode | undefined;
  readonly group: Word | undefined;
  readonly scheduler: Word | undefined;
  readonly method: Word | undefined;
  readonly protocol: Word | undefined;
  readonly realServers: readonly RealServerBlock[];
}

export interface RealServerBlock extends Typed<'real_server'> {
  readonly address: Word | undefined;
  readonly port: NumberNode | undefined;
  readonly weight: NumberNode | undefined;
  readonly checkers: readonly CheckerBlock[];
}

/** HTTP_GET, SSL_GET, TCP_CHECK, SMTP_CHECK, DNS_CHECK, MISC_CHECK, UDP_CHECK, PING_CHECK, FILE_CHECK or BFD_CHECK. */
export interface CheckerBlock extends Typed<'checker'> {
  readonly type: string;
  readonly connectIp: Word | undefined;
  readonly connectPort: NumberNode | undefined;
  /** Seconds. */
  readonly connectTimeout: NumberNode | undefined;
  readonly retry: NumberNode | undefined;
}

/** virtual_server_group: addresses with ranges and ports, and firewall marks. */
export interface ServerGroupBlock extends Typed<'virtual_server_group'> {
  readonly name: Word | undefined;
  readonly entries: readonly ServerGroupEntry[];
}

export interface ServerGroupEntry extends Node {
  readonly kind: 'server-group-entry';
  /** `10.0.0.1-5`: the first address, and the last part of the range. */
  readonly address: string | undefined;
  readonly rangeEnd: string | undefined;
  readonly port: number | undefined;
  readonly fwmark: number | undefined;
}

/** static_ipaddress, static_routes, static_rules. */
export interface StaticBlock extends Typed<'static'> {
  readonly addresses: readonly AddressNode[];
  readonly routes: readonly RouteNode[];
  readonly rules: readonly RuleNode[];
}

export interface AuthenticationNode extends Node {
  readonly kind: 'authentication';
  readonly type: Word | undefined;
  /** A secret: never print it. */
  readonly pass: Word | undefined;
}

/** A line of track_script and its kin: `NAME weight N reverse`. */
export interface TrackNode extends Node {
  readonly kind: 'track';
  readonly name: string;
  readonly weight: number | undefined;
  readonly reverse: boolean | undefined;
}

/** A line of unicast_peer. */
export interface PeerNode extends Node {
  readonly kind: 'peer';
  readonly address: string;
  readonly minTtl: number | undefined;
  readonly maxTtl: number | undefined;
}

/** A line of virtual_routes or static_routes, in the words of ip-route(8). */
export interface RouteNode extends Node {
  readonly kind: 'route';
  readonly destination: string | undefined;
  readonly via: string | undefined;
  readonly source: string | undefined;
  readonly dev: string | undefined;
  readonly table: string | undefined;
  readonly metric: number | undefined;
  readonly scope: string | undefined;
}

/** A line of virtual_rules or static_rules, in the words of ip-rule(8). */
export interface RuleNode extends Node {
  readonly kind: 'rule';
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly table: string | undefined;
  readonly priority: number | undefined;
  readonly fwmark: string | undefined;
  readonly iif: string | undefined;
  readonly oif: string | undefined;
}

export interface NumberNode extends Node {
  readonly kind: 'number';
  /** NaN when the word is no number. */
  readonly value: number;
}

/** A line of virtual_ipaddress. */
export interface AddressNode extends Node {
  readonly kind: 'address';
  /** As written, without the prefix. */
  readonly address: string;
  readonly prefix: number | undefined;
  readonly dev: string | undefined;
  readonly label: string | undefined;
  readonly scope: string | undefined;
  readonly broadcast: string | undefined;
}

/** `include FILE` and its family. */
export interface Include extends Common {
  readonly kind: 'include';
  readonly keyword: Word;
  readonly args: readonly Word[];
}

/** `$NAME=value`. */
export interface DefinitionNode extends Common {
  readonly kind: 'definition';
  readonly name: string;
  readonly value: string;
}

/** A quote that is not closed, or a brace that closes nothing. */
export interface Unreadable extends Common {
  readonly kind: 'unreadable';
  readonly reason: 'quote' | 'brace';
  readonly text: string;
}

/** A block with typed properties. */
export type TypedBlock =
  | InstanceBlock
  | SyncGroupBlock
  | ScriptBlock
  | TrackProcessBlock
  | TrackFileBlock
  | BfdBlock
  | VirtualServerBlock
  | RealServerBlock
  | CheckerBlock
  | ServerGroupBlock
  | StaticBlock;

export type AnyBlock = Block | TypedBlock;

const NO_BLOCKS: ReadonlySet<Statement['kind']> = new Set([
  'statement',
  'include',
  'definition',
  'unreadable',
] as const);

export function isBlock(statement: Statement): statement is AnyBlock {
  return !NO_BLOCKS.has(statement.kind);
}

/** What one section holds: the lines as arrays, the nodes made on first use. */
export interface KeepalivedUnit {
  readonly table: LineTable<LineShape>;
  readonly statements: readonly Statement[];
}
