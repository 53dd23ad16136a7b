import type { HostFinding, Place } from '@halint/core';

/** What keepalived says of a configuration, in halint's words: lib/parser.c report_config_error, whose classes it prints nowhere. */
export type Message = HostFinding;

export type More = Pick<HostFinding, 'help' | 'related' | 'fix'>;

/** Collects messages; what several of keepalived's processes say is said once. */
export class Messages {
  readonly #found = new Map<string, Message>();

  /** A statement or block is dropped, replaced or changed. */
  reject(rule: string, at: Place, message: string, more: More = {}): void {
    this.add({ rule, severity: 'error', rejects: true, daemon: 'error', message, at, ...more });
  }

  /** keepalived complains, and the configuration stays as it is written. */
  complain(rule: string, at: Place, message: string, more: More = {}): void {
    this.add({ rule, severity: 'warning', rejects: false, daemon: 'error', message, at, ...more });
  }

  /** Classes WARNING and DEPRECATED. */
  warn(rule: string, at: Place, message: string, more: More = {}): void {
    this.add({ rule, severity: 'warning', rejects: false, daemon: 'warning', message, at, ...more });
  }

  /** What follows from a mistake above: keepalived complains of every line, one finding above tells it all. */
  follow(rule: string, at: Place, message: string, more: More = {}): void {
    this.add({ rule, severity: 'info', rejects: true, daemon: 'error', message, at, ...more });
  }

  add(message: Message): void {
    const { at } = message;
    const key = `${at.file.path}\0${at.section.start + at.start}\0${message.rule}\0${message.message}`;
    if (!this.#found.has(key)) this.#found.set(key, message);
  }

  get all(): readonly Message[] {
    return [...this.#found.values()];
  }
}
