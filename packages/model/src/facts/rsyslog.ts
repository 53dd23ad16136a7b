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
}

/** A socket on which rsyslog reads. */
export interface LogInput {
  readonly kind: 'udp' | 'tcp' | 'unix';
  /** Address (absent: all addresses), or the path of a unix socket. */
  readonly address?: Cited<string>;
  /** Ports of UDP and TCP. */
  readonly ports: readonly number[];
  readonly at: Place;
}
