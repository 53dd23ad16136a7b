import type { LanguageId, Targets } from '@halint/core';

/** One file as found: its text and the two names it has. */
export interface SnapshotFile {
  /** Path inside the host's root: /etc/haproxy/haproxy.cfg. */
  readonly path: string;
  /** Path for people, relative to the working directory. The same for every host that shares the file. */
  readonly display: string;
  readonly text: string;
  /** The bytes are not UTF-8: each is one code unit of the text (ISO 8859-1), and is written back as such. */
  readonly encoding?: 'latin1';
  /** Set when the file's name does not tell (--as, standard input). */
  readonly language?: LanguageId;
}

/** One host of the input, nothing parsed yet. */
export interface SnapshotHost {
  /** Name of the directory that holds its root. */
  readonly id: string;
  /** Directory that holds its etc/, below the directory that was read; undefined for hosts made of loose files. */
  readonly root?: string;
  /** By path inside the root. */
  readonly files: ReadonlyMap<string, SnapshotFile>;
  /** Outputs of ordinary commands, by file name: ip-address.json, sysctl.txt … */
  readonly facts: ReadonlyMap<string, string>;
  /** From halint.config.yaml: interface -> ADDR/LEN. */
  readonly addresses?: Readonly<Record<string, readonly string[]>>;
  readonly targets?: Partial<Targets>;
  /** A single file given by path outside any etc/: its includes cannot be followed. */
  readonly lone?: boolean;
}

/** Something that kept a file from being read; not a finding about its content. */
export interface Note {
  readonly kind:
    | 'unreadable'
    /** A pipe, device or directory in the place of a file. */
    | 'no-file'
    | 'outside-root'
    | 'link-dangling'
    | 'link-loop'
    | 'binary'
    | 'too-large'
    | 'malformed-fact'
    | 'include-outside-root'
    | 'include-missing'
    | 'same-id';
  /** Path for people. */
  readonly file: string;
  readonly line?: number;
  readonly message: string;
  readonly host?: string;
  /** Path inside the host's root, when it has one. */
  readonly path?: string;
  /** What is not known because of it and what to do; undefined: what is said of every note of its kind. */
  readonly help?: string;
  /** The piece that would tell more; undefined: what every note of its kind lacks. */
  readonly missing?: string;
}

/** Why nothing is known of a path of a host, and what is missed for it. */
export interface UnreadPath {
  /** For people: permission denied. */
  readonly why: string;
  /** The path itself, or what its link leads to. */
  readonly missing: string;
  /** The daemon cannot open it either. */
  readonly forNobody: boolean;
}

export interface Snapshot {
  readonly hosts: readonly SnapshotHost[];
  readonly notes: readonly Note[];
}
