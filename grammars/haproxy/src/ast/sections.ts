import type { Node } from '@halint/core';
import type { SectionLines } from '../lines.ts';
import type { Word } from './leaves.ts';
import type * as S from './statements.ts';

interface SectionBase extends Node {
  /** The name behind the section word, if there is one. */
  readonly name: Word | undefined;
  /** The defaults section named behind `from`. */
  readonly from: Word | undefined;
  /** The line that starts the section. */
  readonly head: S.Line | undefined;
  /** Every line with words behind the head, unreadable ones in place. The lists of a section hold the same nodes. */
  readonly statements: readonly S.Line[];
  /** The lines as arrays: what checks read instead of nodes. */
  readonly lines: SectionLines;
}

/** What all proxies may hold. */
interface ProxyBase extends SectionBase {
  readonly acls: readonly S.Acl[];
  readonly rules: readonly S.Rule[];
  readonly timeouts: readonly S.Timeout[];
  readonly options: readonly S.OptionLine[];
  readonly logs: readonly S.Log[];
}

interface FrontSide {
  readonly binds: readonly S.Bind[];
  readonly useBackends: readonly S.UseBackend[];
  readonly defaultBackend: S.DefaultBackend | undefined;
}

interface BackSide {
  readonly servers: readonly S.Server[];
  readonly serverTemplates: readonly S.ServerTemplate[];
  readonly defaultServers: readonly S.DefaultServer[];
  readonly useServers: readonly S.UseServer[];
  readonly balance: S.Balance | undefined;
}

export interface DefaultsSection extends ProxyBase {
  readonly kind: 'defaults';
  readonly defaultServers: readonly S.DefaultServer[];
}

export interface FrontendSection extends ProxyBase, FrontSide {
  readonly kind: 'frontend';
}

export interface BackendSection extends ProxyBase, BackSide {
  readonly kind: 'backend';
}

export interface ListenSection extends ProxyBase, FrontSide, BackSide {
  readonly kind: 'listen';
}

export interface GlobalSection extends SectionBase {
  readonly kind: 'global';
  readonly logs: readonly S.Log[];
  readonly statsSockets: readonly S.StatsSocket[];
}

export interface ResolversSection extends SectionBase {
  readonly kind: 'resolvers';
  readonly nameservers: readonly S.Nameserver[];
  readonly timeouts: readonly S.Timeout[];
}

export interface UserlistSection extends SectionBase {
  readonly kind: 'userlist';
  readonly users: readonly S.User[];
}

export interface PlainSection extends SectionBase {
  readonly kind:
    | 'prelude'
    | 'mailers'
    | 'cache'
    | 'http-errors'
    | 'fcgi-app'
    | 'program'
    | 'log-profile'
    | 'crt-store'
    | 'traces'
    | 'acme'
    | 'namespace_list'
    | 'healthcheck';
}

/** Sections with sockets or servers of their own that are no proxies. */
export interface ServiceSection extends SectionBase {
  readonly kind: 'ring' | 'log-forward';
  readonly binds: readonly S.Bind[];
  readonly servers: readonly S.Server[];
  readonly logs: readonly S.Log[];
}

export interface PeersSection extends SectionBase {
  readonly kind: 'peers';
  readonly binds: readonly S.Bind[];
  readonly servers: readonly S.Server[];
  readonly peers: readonly S.Peer[];
  readonly tables: readonly S.StickTable[];
  readonly logs: readonly S.Log[];
}

export type HaproxyUnit =
  | FrontendSection
  | BackendSection
  | ListenSection
  | DefaultsSection
  | GlobalSection
  | ResolversSection
  | UserlistSection
  | PeersSection
  | ServiceSection
  | PlainSection;

export interface HaproxyFile extends Node {
  readonly kind: 'file';
  readonly sections: readonly HaproxyUnit[];
}
