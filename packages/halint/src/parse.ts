import type { Document, LanguageId } from '@halint/core';
import { parseHaproxy, type HaproxyFile } from '@halint/grammar-haproxy';
import { parseKeepalived, type KeepalivedFile } from '@halint/grammar-keepalived';
import { parseRsyslog, type RsyslogFile } from '@halint/grammar-rsyslog';
import { parseSshd, type SshdFile } from '@halint/grammar-sshd';
import { parseSysctl, type SysctlFile } from '@halint/grammar-sysctl';
import { parseSystemd, type SystemdFile } from '@halint/grammar-systemd';

export interface Trees {
  haproxy: HaproxyFile;
  keepalived: KeepalivedFile;
  sshd: SshdFile;
  sysctl: SysctlFile;
  systemd: SystemdFile;
  rsyslog: RsyslogFile;
}

export interface ParseOptions<L extends LanguageId = LanguageId> {
  readonly language: L;
}

const PARSERS: { [L in LanguageId]: (text: string) => Document<Trees[L]> } = {
  haproxy: parseHaproxy,
  keepalived: parseKeepalived,
  sshd: parseSshd,
  sysctl: parseSysctl,
  systemd: parseSystemd,
  rsyslog: parseRsyslog,
};

/** Reads any text as one of the languages. Never throws; `document.print()` is the text again. */
export function parse<L extends LanguageId>(text: string, options: ParseOptions<L>): Document<Trees[L]> {
  return PARSERS[options.language](text);
}
