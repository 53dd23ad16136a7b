import type { Document, LanguageId } from '@halint/core';
import { parseHaproxy, type HaproxyFile } from '@halint/grammar-haproxy';
import { parseKeepalived, type KeepalivedFile } from '@halint/grammar-keepalived';
import { parseSshd, type SshdFile } from '@halint/grammar-sshd';
import { parseSysctl, type SysctlFile } from '@halint/grammar-sysctl';

export interface Trees {
  haproxy: HaproxyFile;
  keepalived: KeepalivedFile;
  sshd: SshdFile;
  sysctl: SysctlFile;
}

export interface ParseOptions<L extends LanguageId = LanguageId> {
  readonly language: L;
}

const PARSERS: { [L in LanguageId]: (text: string) => Document<Trees[L]> } = {
  haproxy: parseHaproxy,
  keepalived: parseKeepalived,
  sshd: parseSshd,
  sysctl: parseSysctl,
};

/** Reads any text as one of the four languages. Never throws; `document.print()` is the text again. */
export function parse<L extends LanguageId>(text: string, options: ParseOptions<L>): Document<Trees[L]> {
  return PARSERS[options.language](text);
}
