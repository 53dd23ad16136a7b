import type { LanguageId } from '@halint/core';
import type { Host } from './host.ts';

/** A file that may be on a host and of which nothing could be read, or a folder with whatever is below it. */
export interface UnreadFile {
  /** Path on the host; of an include that brings nothing what it asks for, which may be a glob. */
  readonly path: string;
  /** For people: permission denied. */
  readonly why: string;
}

/** Which of a daemon's files could not be read; what nothing was found of may stand there. */
export type UnreadFiles = ReadonlyMap<LanguageId, readonly UnreadFile[]>;

/** The files of a language that a host's daemon reads, or may, and that could not be read here. */
export function unreadOf(host: Pick<Host, 'unread'>, language: LanguageId): readonly UnreadFile[] {
  return host.unread?.get(language) ?? [];
}

/** `/etc/keepalived/keepalived.conf could not be read (permission denied)` */
export function unreadText({ path, why }: UnreadFile): string {
  return `${path} could not be read (${why})`;
}
