import type { Cited, Place } from '@halint/core';

/** What rsyslog of one host takes messages from. */
export interface RsyslogFacts {
  /** /etc/rsyslog.conf itself is at hand: what it does not open is not open. */
  readonly hasMainFile: boolean;
  /** Modules that are loaded, without path and .so: imudp. */
  readonly modules: readonly Cited<string>[];
  /** Those whose module is loaded above them, as far as that is known. */
  readonly inputs: readonly LogInput[];
  /** Includes that name a file which is not at hand. */
  readonly unreadIncludes: readonly Cited<string>[];
  /** What happens to a message of the default ruleset, in order; undefined where a statement is not followed. */
  readonly steps: readonly LogStep[] | undefined;
  /** Where messages are forwarded to over UDP or TCP: host names and addresses as written. */
  readonly forwards: readonly Cited<string>[];
  /** Statements that make sense only for messages of other hosts: rules about the sender, files by sender, allowed senders. */
  readonly senderRules: readonly Cited<string>[];
}

/** A part of a ruleset. What writes to terminals or to /dev/null is no step: it keeps no message. */
export type LogStep =
  /** To a file, another host, a program or a database. `path`: a plain file. */
  | { readonly kind: 'keep'; readonly path?: string; readonly at: Place }
  /** `stop` and `~`: the steps behind it do not see the message. */
  | { readonly kind: 'stop'; readonly at: Place }
  /** Without a selector (properties, expressions, `else`): the message may match or not. */
  | { readonly kind: 'when'; readonly selector?: LogSelector; readonly steps: readonly LogStep[]; readonly at: Place };

/** Facility number (RFC 5424 6.2.1) -> the severities that match, severity n as bit n. */
export type LogSelector = ReadonlyMap<number, number>;

/** A socket on which rsyslog reads. */
export interface LogInput {
  readonly kind: 'udp' | 'tcp' | 'unix';
  /** Address (absent: all addresses), or the path of a unix socket. */
  readonly address?: Cited<string>;
  /** Ports of UDP and TCP. */
  readonly ports: readonly number[];
  /** It is limited to one interface (`device`) or network namespace. */
  readonly confined: boolean;
  /** Its messages go to this ruleset and not to the default one. */
  readonly ruleset?: Cited<string>;
  readonly at: Place;
}
