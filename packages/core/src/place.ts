import type { Document, Section } from './document.ts';
import type { Range, Span } from './text.ts';

/** One file of one host, or one file that several hosts share. `document` holds its text and tree. */
export interface SourceFile {
  /** Path inside the host's root, absolute with `/`: /etc/haproxy/haproxy.cfg. */
  readonly path: string;
  /** Path that people and reports see, relative to the working directory. */
  readonly display: string;
  readonly language: LanguageId;
  readonly document: Document;
}

export type LanguageId = 'haproxy' | 'keepalived' | 'sshd' | 'sysctl' | 'systemd' | 'rsyslog';

/**
 * A span in a section. It is relative, so that it stays right when text above the section changes; the absolute range is
 * computed when a report asks for it.
 */
export interface LocalPlace extends Span {
  readonly section: Section;
}

/** A place in a file of a host: what a finding points at. */
export interface Place extends LocalPlace {
  readonly host: string;
  readonly file: SourceFile;
}

export function rangeOf(place: LocalPlace): Range {
  return place.section.rangeOf(place);
}

/** Offset of a place in its document. */
export function offsetOf(place: LocalPlace): number {
  return place.section.start + place.start;
}

/**
 * A modelled value with its origin: the place that sets it, or, for a value that no file sets, the source of the default
 * (manual section or daemon function).
 */
export type Cited<T> =
  | { readonly value: T; readonly at: Place; readonly default?: undefined }
  | { readonly value: T; readonly at?: undefined; readonly default: string; readonly host: string };

export function cited<T>(value: T, at: Place): Cited<T> {
  return { value, at };
}

export function defaulted<T>(value: T, source: string, host: string): Cited<T> {
  return { value, default: source, host };
}
