import {
  definedOnly,
  type Document,
  type Finding,
  type Language,
  type Place,
  type Section,
  type SourceFile,
} from '@halint/core';
import { languageOf } from './classify.ts';
import type { Note } from './snapshot.ts';

type Text = Pick<Finding, 'rule' | 'severity' | 'help' | 'missing' | 'rejects' | 'daemon'>;

const KINDS: Record<Exclude<Note['kind'], 'same-id'>, Text> = {
  unreadable: {
    rule: 'system/unreadable-file',
    severity: 'info',
    rejects: false,
    daemon: 'none',
    missing: 'the content of the file',
    help: 'Rules that need it claim less. Run as a user who may read it.',
  },
  'no-file': {
    rule: 'system/unreadable-file',
    severity: 'warning',
    help: 'Rules that need it claim less. The daemon has no use for it either: put the file in its place.',
    rejects: false,
    daemon: 'none',
    missing: 'the content of the file',
  },
  'outside-root': {
    rule: 'system/link-outside-root',
    severity: 'warning',
    rejects: false,
    daemon: 'none',
    help: 'A host is judged by its own files alone. Put a copy in its place.',
  },
  'link-dangling': {
    rule: 'system/link-outside-root',
    severity: 'info',
    rejects: false,
    daemon: 'none',
    missing: 'the content of the file',
    help: 'Rules that need it claim less. Collect the file that it leads to as well; where the host has none, repair the link.',
  },
  'link-loop': {
    rule: 'system/link-loop',
    severity: 'warning',
    rejects: false,
    daemon: 'none',
    help: 'The daemon cannot open it either. Repair the link.',
  },
  binary: {
    rule: 'system/binary-file',
    severity: 'error',
    rejects: true,
    daemon: 'error',
    help: 'The daemon of this file refuses it too. Put the right file in its place.',
  },
  'too-large': {
    rule: 'system/unreadable-file',
    severity: 'warning',
    help: 'No daemon of these is given files of that size on purpose. Look at what wrote it.',
    rejects: false,
    daemon: 'none',
    missing: 'the content of the file',
  },
  'malformed-fact': {
    rule: 'system/malformed-fact',
    severity: 'warning',
    rejects: false,
    daemon: 'none',
    help: 'The fact counts as missing, and rules that need it claim less.',
  },
  'include-outside-root': {
    rule: 'system/include-outside-root',
    severity: 'warning',
    rejects: false,
    daemon: 'none',
    help: 'A host is judged by its own files alone. Name the file by its path on the host.',
  },
  'include-missing': {
    rule: 'system/include-not-followed',
    severity: 'info',
    rejects: false,
    daemon: 'none',
    missing: 'the content of the file',
    help: 'Rules that need it claim less. Put the file in its place, if the host has one.',
  },
};

/** Is it about a link that keeps a file from being read? */
export function isOfLink({ kind }: Note): boolean {
  return kind === 'outside-root' || kind === 'link-dangling' || kind === 'link-loop';
}

/** May its line be shown? One that includes a file holds nothing else; another may hold a secret that no language here knows. */
export function isOfInclude({ kind }: Note): boolean {
  return kind === 'include-missing' || kind === 'include-outside-root';
}

/**
 * Findings about files that could not be read or understood as what they are: one for each, at its line if there is one.
 * @param asking the line that names a file of which there is nothing to show.
 * @param text the line that is meant, where it may be shown.
 */
export function noteFinding(note: Note, language: Language, asking?: Place, text = ''): Finding | undefined {
  if (note.kind === 'same-id') return undefined;
  // The file is none of a language: lines up to the one that is meant stand in for it.
  const document: Document = language.parse('\n'.repeat(Math.max(0, (note.line ?? 1) - 1)) + text.trimEnd());
  const file: SourceFile = {
    path: note.path ?? `/${note.file}`,
    display: note.file,
    language: languageOf(note.path ?? '') ?? language.id,
    document,
  };
  const section = document.sections[document.sections.length - 1] as Section;
  const own = {
    section,
    start: section.text.length - text.trim().length,
    end: section.text.length,
    host: note.host ?? '',
    file,
  };
  return {
    ...KINDS[note.kind],
    ...definedOnly({ help: note.help, missing: note.missing }),
    // The place says which file it is, unless it is the place that asks for it.
    message: asking === undefined ? note.message : `${note.file}: ${note.message}`,
    at: asking ?? own,
    hosts: note.host === undefined ? [] : [note.host],
    related: [],
    statement: note.file,
  };
}
