import type { Node } from '@halint/core';
import type {
  Action,
  Condition,
  Criterion,
  Format,
  FormatPart,
  Option,
  SampleExpression,
  StoreItem,
  Value,
} from './expressions.ts';
import type { Address, Argument, Comment, Size, Time, Word } from './leaves.ts';

interface LineBase extends Node {
  /** A leading `no` or `default`. */
  readonly prefix: Word | undefined;
  readonly keyword: Word;
  /** All words of the line. Other fields show them as nodes with a meaning, so a walk passes over this list. */
  readonly words: readonly Word[];
  readonly comment: Comment | undefined;
}

interface TypedLine extends LineBase {
  /** Words that have no place in the line as haproxy reads it. */
  readonly extra: readonly Word[];
}

/** A line without structure of its own. */
export interface Statement extends LineBase {
  readonly kind: 'statement';
  readonly args: readonly Word[];
}

/** .if, .elif, .else, .endif, .notice … */
export interface Directive extends LineBase {
  readonly kind: 'directive';
  readonly args: readonly Word[];
}

/** `[name]`: the scope of the lines below. */
export interface Scope extends Node {
  readonly kind: 'scope';
  readonly text: string;
}

/** A line that cannot be read. */
export interface Unreadable extends Node {
  readonly kind: 'unreadable';
  readonly text: string;
  /** `words`: it cannot be split into words; `keyword`: no haproxy knows its keyword; `arguments`: it lacks needed words. */
  readonly reason: 'words' | 'keyword' | 'arguments';
  /** What can be read of it; without `words`, none. */
  readonly words: readonly Word[];
  readonly comment: Comment | undefined;
}

export interface Bind extends TypedLine {
  readonly kind: 'bind';
  readonly addresses: readonly Address[];
  readonly options: readonly Option[];
}

export interface Server extends TypedLine {
  readonly kind: 'server';
  readonly name: Word;
  readonly address: Address;
  /** The port of the address. */
  readonly port: number | undefined;
  readonly options: readonly Option[];
  /** `check` on the line itself; a default-server may set it too. */
  readonly check: boolean;
}

export interface ServerTemplate extends TypedLine {
  readonly kind: 'server-template';
  /** What the names of the servers start with. */
  readonly name: Word;
  /** `5` or `3-7`. */
  readonly range: Word;
  readonly address: Address;
  readonly options: readonly Option[];
}

export interface DefaultServer extends TypedLine {
  readonly kind: 'default-server';
  readonly options: readonly Option[];
}

export interface Acl extends TypedLine {
  readonly kind: 'acl';
  readonly name: Word;
  readonly criterion: Criterion;
}

export type RuleSetName =
  | 'http-request'
  | 'http-response'
  | 'http-after-response'
  | 'tcp-request connection'
  | 'tcp-request session'
  | 'tcp-request content'
  | 'tcp-response content'
  | 'quic-initial';

export interface Rule extends TypedLine {
  readonly kind: 'rule';
  readonly ruleSet: RuleSetName;
  /** The word behind tcp-request and tcp-response. */
  readonly stage: Word | undefined;
  readonly action: Action;
  readonly args: readonly Value[];
  readonly condition: Condition | undefined;
}

export interface Redirect extends TypedLine {
  readonly kind: 'redirect';
  readonly args: readonly Value[];
  readonly condition: Condition | undefined;
}

export interface UseBackend extends TypedLine {
  readonly kind: 'use_backend';
  /** A name, or a log format that gives one. */
  readonly backend: Format;
  readonly condition: Condition | undefined;
}

export interface UseServer extends TypedLine {
  readonly kind: 'use-server';
  readonly server: Format;
  readonly condition: Condition | undefined;
}

export interface DefaultBackend extends TypedLine {
  readonly kind: 'default_backend';
  readonly backend: Word;
}

/** A line of which a condition is the last part: `force-persist`, `stats admin`, `monitor fail` … */
export interface Conditional extends TypedLine {
  readonly kind: 'conditional';
  readonly args: readonly Word[];
  readonly condition: Condition;
}

export interface Timeout extends TypedLine {
  readonly kind: 'timeout';
  readonly event: Word;
  readonly time: Time;
}

/** `option httplog` */
export interface OptionLine extends TypedLine {
  readonly kind: 'option-line';
  readonly name: Word;
  readonly args: readonly Word[];
}

export interface Mode extends TypedLine {
  readonly kind: 'mode';
  readonly mode: Word;
}

export interface Balance extends TypedLine {
  readonly kind: 'balance';
  readonly algorithm: Word;
  /** In brackets: `hdr(name)`, `random(2)`. */
  readonly brackets: readonly Argument[] | undefined;
  readonly args: readonly Value[];
}

export interface Log extends TypedLine {
  readonly kind: 'log';
  /** An address; a word for `global`, `stdout` and `stderr`. */
  readonly target: Address | Word;
  readonly options: readonly Option[];
  readonly facility: Word | undefined;
  /** The highest, then the lowest level. */
  readonly levels: readonly Word[];
}

/** `stick-table` in proxies, `table` in peers. */
export interface StickTable extends TypedLine {
  readonly kind: 'stick-table';
  /** Of a table in peers. */
  readonly name: Word | undefined;
  readonly options: readonly Option[];
  /** What the options of these names hold. A walk passes over these four: `options` has them. */
  readonly store: readonly StoreItem[];
  readonly type: Word | undefined;
  readonly size: Size | undefined;
  readonly expire: Time | undefined;
}

/** `log-format` and its kin. */
export interface LogFormat extends TypedLine {
  readonly kind: 'log-format';
  readonly format: Format;
  /** The parts of the format; a walk passes over them here. */
  readonly parts: readonly FormatPart[];
}

export interface Filter extends TypedLine {
  readonly kind: 'filter';
  readonly name: Word;
  readonly args: readonly Word[];
}

export interface Stick extends TypedLine {
  readonly kind: 'stick';
  /** `match`, `on`, `store-request`, `store-response`. */
  readonly action: Word;
  readonly sample: SampleExpression;
  /** The word `table`, and the name behind it. */
  readonly tableWord: Word | undefined;
  readonly table: Word | undefined;
  readonly condition: Condition | undefined;
}

export interface StatsSocket extends TypedLine {
  readonly kind: 'stats-socket';
  /** Behind `stats`. */
  readonly word: Word;
  readonly addresses: readonly Address[];
  readonly options: readonly Option[];
}

export interface Nameserver extends TypedLine {
  readonly kind: 'nameserver';
  readonly name: Word;
  readonly address: Address;
}

export interface Peer extends TypedLine {
  readonly kind: 'peer';
  readonly name: Word;
  readonly address: Address;
  readonly options: readonly Option[];
}

export interface User extends TypedLine {
  readonly kind: 'user';
  readonly name: Word;
  /** `password`, `insecure-password` and `groups` with what follows each. `halint parse` masks passwords. */
  readonly options: readonly Option[];
}

export type TypedStatement =
  | Acl
  | Balance
  | Bind
  | Conditional
  | DefaultBackend
  | DefaultServer
  | Filter
  | Log
  | LogFormat
  | Mode
  | Nameserver
  | OptionLine
  | Peer
  | Redirect
  | Rule
  | Server
  | ServerTemplate
  | StatsSocket
  | Stick
  | StickTable
  | Timeout
  | UseBackend
  | UseServer
  | User;

/** Every line with words. */
export type Line = TypedStatement | Statement | Directive | Scope | Unreadable;
