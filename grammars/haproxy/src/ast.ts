import type { Node, Span } from '@halint/core';
import type { SectionLines } from './lines.ts';

/** A word of a line. */
export interface Word extends Node {
  readonly kind: 'word';
  /** As written. */
  readonly raw: string;
  /** Quotes removed, escapes resolved; variables and placeholders as written. */
  readonly value: string;
}

/** A comment with its `#`. */
export interface Comment extends Node {
  readonly kind: 'comment';
  readonly text: string;
}

export interface Statement extends Node {
  readonly kind: 'statement';
  /** A leading `no` or `default`. */
  readonly prefix: Word | undefined;
  readonly keyword: Word;
  readonly args: readonly Word[];
  readonly comment: Comment | undefined;
}

/** .if, .elif, .else, .endif, .notice … */
export interface Directive extends Node {
  readonly kind: 'directive';
  readonly keyword: Word;
  readonly args: readonly Word[];
  readonly comment: Comment | undefined;
}

/** `[name]`: the scope of the lines below. */
export interface Scope extends Node {
  readonly kind: 'scope';
  readonly text: string;
}

/** A line that the daemon cannot split into words. */
export interface Unreadable extends Node {
  readonly kind: 'unreadable';
  readonly text: string;
}

export type Line = Statement | Directive | Scope | Unreadable;

/** HOST:PORT as written on bind and server lines. */
export interface Address extends Node {
  readonly kind: 'address';
  readonly raw: string;
  /** Host part without brackets: an address, a name, '' or `*` for all; the path of a socket. */
  readonly host: string;
  /** A family prefix such as `ipv4@`, `unix@`, `fd@`, without the `@`. */
  readonly prefix: string | undefined;
  /** First port; undefined when there is none or it is not a number. */
  readonly port: number | undefined;
  /** Last port of a range; equal to `port` for a single one. */
  readonly portEnd: number | undefined;
}

/** A word behind an address with the words that it takes. */
export interface Option extends Node {
  readonly kind: 'option';
  readonly name: Word;
  readonly args: readonly Word[];
}

export interface Bind extends Node {
  readonly kind: 'bind';
  readonly addresses: readonly Address[];
  readonly options: readonly Option[];
}

export interface Server extends Node {
  readonly kind: 'server';
  readonly name: Word;
  readonly address: Address | undefined;
  readonly options: readonly Option[];
  /** `check` on the line itself; a default-server may set it too. */
  readonly check: boolean;
}

interface SectionBase extends Node {
  /** The name behind the section word, if there is one. */
  readonly name: Word | undefined;
  /** The defaults section named behind `from`. */
  readonly from: Word | undefined;
  /** The line that starts the section. */
  readonly head: Line | undefined;
  /** Every line with words behind the head, unreadable ones in place. */
  readonly statements: readonly Line[];
  /** The lines as arrays: what checks read instead of nodes. */
  readonly lines: SectionLines;
}

export interface FrontendSection extends SectionBase {
  readonly kind: 'frontend';
  readonly binds: readonly Bind[];
}

export interface BackendSection extends SectionBase {
  readonly kind: 'backend';
  readonly servers: readonly Server[];
}

export interface ListenSection extends SectionBase {
  readonly kind: 'listen';
  readonly binds: readonly Bind[];
  readonly servers: readonly Server[];
}

export interface PlainSection extends SectionBase {
  readonly kind:
    | 'prelude'
    | 'global'
    | 'defaults'
    | 'resolvers'
    | 'mailers'
    | 'userlist'
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
  readonly kind: 'peers' | 'ring' | 'log-forward';
  readonly binds: readonly Bind[];
  readonly servers: readonly Server[];
}

export type HaproxyUnit = FrontendSection | BackendSection | ListenSection | PlainSection | ServiceSection;

export interface HaproxyFile extends Node {
  readonly kind: 'file';
  readonly sections: readonly HaproxyUnit[];
}

export type HaproxyNode = HaproxyFile | HaproxyUnit | Line | Word | Comment | Address | Option | Bind | Server;

/** Spans are made when asked for, because edits above move the section. */
export function spanOf(lines: SectionLines, start: number, end: number): Span {
  return { start: lines.section.start + start, end: lines.section.start + end };
}
