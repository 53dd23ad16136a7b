import { nearest } from '@halint/core';
import { KEYWORDS, TABLE, tableWord } from './keywords.ts';

const PROC_SYS = 'proc.sys.';
const WORDS = KEYWORDS.map((row) => row.word);

/**
 * The key that a written one seems to mean, where it is none itself: with /proc/sys in front both tools look for /proc/sys/proc/sys.
 * Only a slip of one or two letters in a long name counts: the kernel has thousands of keys that no table here names.
 */
export function meantKey(key: string): string | undefined {
  if (TABLE.all(tableWord(key)).length > 0) return undefined;
  if (key.startsWith(PROC_SYS)) return key.slice(PROC_SYS.length);
  const dotted = dottedInterface(key);
  if (dotted !== undefined) return dotted;
  const lower = key.toLowerCase();
  if (lower !== key && TABLE.all(tableWord(lower)).length > 0) return lower;
  const word = tableWord(key);
  const name = word.slice(word.lastIndexOf('.') + 1);
  if (name.length < 8) return undefined;
  const meant = nearest(word, WORDS);
  if (meant === undefined || isOtherKey(word, meant)) return undefined;
  const part = /^net\.ipv[46]\.(?:conf|neigh)\.([^.]+)\./.exec(key)?.[1];
  return part === undefined ? meant : meant.replace('*', part);
}

/** Nothing stands below the settings of an interface: more parts are those of a name with a dot, v0.100, which is written v0/100. */
function dottedInterface(key: string): string | undefined {
  const [, before = '', name = '', setting = ''] =
    /^(net\.ipv[46]\.(?:conf|neigh)\.)([^.]+(?:\.[^.]+)+)(\.[^.]+)$/.exec(key) ?? [];
  const meant = `${before}${name.replaceAll('.', '/')}${setting}`;
  return name !== '' && TABLE.all(tableWord(meant)).length > 0 ? meant : undefined;
}

/** Names that differ in a digit are settings of their own: tcp_retries1. */
function isOtherKey(word: string, meant: string): boolean {
  const digits = (text: string): string => text.replace(/\D/g, '');
  return digits(word) !== digits(meant) || KERNEL_NEIGHBOURS.has(word.slice(word.lastIndexOf('.') + 1));
}

/** Other real settings that resemble one of the table (Linux 4.18 to 6.18). */
const KERNEL_NEIGHBOURS = new Set([
  'bc_forwarding',
  'mc_forwarding',
  'nf_conntrack_sctp_timeout_established',
  'optmem_max',
  'tcp_dsack',
  'tcp_fack',
]);
