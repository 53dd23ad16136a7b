import { compareVersions, inVersions, type Services } from '@halint/core';
import { addressProblem, badAddressOf } from '../addresses.ts';
import type { MatchBlock, MatchHead, Word } from '../ast.ts';
import { matchesList } from '../patterns.ts';
import { partOf } from './lexical.ts';
import { readPort } from './numbers.ts';
import type { Problem } from './values/form.ts';

/** Criteria by the release that brought them. */
const CRITERIA: Record<string, string> = {
  address: '4.4',
  all: '6.5',
  group: '4.4',
  host: '4.4',
  'invalid-user': '9.9',
  localaddress: '6.1',
  localport: '6.1',
  rdomain: '7.8',
  user: '4.4',
  version: '10.0',
};

/** One criterion of a `Match` line; `value` is '' for those that take none. */
export interface Condition {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
}

/** A `Match` line as the target reads it: what it asks for, or why it is refused. */
export type Reading = { readonly conditions: readonly Condition[] } | { readonly problem: Problem };

/** Since 9.9 the line is split as that of any other option is; before, its words could be joined by `=`. */
export function splitsMatch(openssh: string): boolean {
  return compareVersions(openssh, '9.9') >= 0;
}

type Judging = { readonly openssh: string; readonly services?: Services | undefined };

/** match_cfg_line() of the target. It stops at the first criterion that it refuses. */
export function readMatch(block: MatchBlock, { openssh, services }: Judging): Reading {
  if (block.head.kind === 'unreadable') return { conditions: [] };
  const words = splitsMatch(openssh) ? words9(block.head) : words0(block);
  const conditions: Condition[] = [];
  const last = words.length - 1;
  for (let i = 0; i <= last; i++) {
    const word = words[i] as Word;
    if (word.value.startsWith('#')) break;
    // An empty word ended the line until 9.9; what follows it was one argument too many.
    if (word.value === '' && !splitsMatch(openssh)) {
      const over = words[i + 1];
      if (over === undefined) break;
      return { problem: { argument: over, message: 'one word too many behind an empty one' } };
    }
    const joined = splitsMatch(openssh) ? joinedBy(word.value) : undefined;
    const name = (joined?.name ?? word.value).toLowerCase();
    if (name === 'all') {
      const next = words[i + 1];
      if (conditions.length > 0 || (next !== undefined && next.value !== '' && !next.value.startsWith('#'))) {
        return { problem: { argument: word, message: '`all` cannot be combined with other criteria of Match' } };
      }
      const over = next?.value === '' ? words[i + 2] : undefined;
      if (over !== undefined) return { problem: { argument: over, message: 'one word too many behind Match all' } };
      conditions.push({ name, value: '' });
      break;
    }
    if (name === 'invalid-user' && inVersions(openssh, CRITERIA[name])) {
      conditions.push({ name, value: '' });
      continue;
    }
    const value =
      joined === undefined ? words[++i] : { ...word, ...partOf(word, joined.name.length + 1, joined.value) };
    const problem = criterionProblem(name, word, value, { openssh, services });
    if (problem !== undefined) return { problem };
    conditions.push({ name, value: value?.value ?? '' });
  }
  return conditions.length === 0 ? { problem: { message: 'Match names no criterion' } } : { conditions };
}

const words9 = (head: MatchHead): readonly Word[] => head.args;
const words0 = (block: MatchBlock): readonly Word[] =>
  block.criteria.flatMap(({ name, value }) => (value === undefined ? [name] : [name, value]));

/** `user=alice`: only the names that sshd lists may be joined with their value. */
function joinedBy(word: string): { readonly name: string; readonly value: string } | undefined {
  const [, name, value] = /^(user|group|host|address|localaddress|localport|rdomain|version)=(.*)$/is.exec(word) ?? [];
  return name === undefined || value === undefined ? undefined : { name, value };
}

function criterionProblem(
  name: string,
  word: Word,
  value: Word | undefined,
  { openssh, services }: Judging,
): Problem | undefined {
  const since = CRITERIA[name];
  const known = since !== undefined && inVersions(openssh, since);
  const missing = value === undefined || value.value === '' || value.value.startsWith('#');
  if (known && missing) return { argument: word, message: `Match ${word.value} has no value` };
  if (!known) {
    const names = Object.entries(CRITERIA).flatMap(([each, from]) => (inVersions(openssh, from) ? [each] : []));
    const when = since === undefined ? '' : ` before ${since}, you target ${openssh}`;
    return { argument: word, message: `Match has no criterion \`${word.value}\`${when}`, candidates: names };
  }
  if (value === undefined) return undefined;
  if (name === 'localport' && readPort(value.value, services) === undefined) {
    return { argument: value, message: `Match ${word.value} takes a port, not \`${value.value}\`` };
  }
  const isAddresses = name === 'address' || name === 'localaddress';
  const bad = isAddresses ? badAddressOf(value.value, openssh) : undefined;
  if (bad === undefined) return undefined;
  return {
    argument: partOf(value, bad.start, bad.item),
    message: addressProblem(`Match ${word.value.slice(0, name.length)}`, bad),
  };
}

/** What sshd refuses in the criteria of a `Match` line. */
export function matchProblem(block: MatchBlock, by: Judging): Problem | undefined {
  const reading = readMatch(block, by);
  return 'problem' in reading ? reading.problem : undefined;
}

/** The second part of a release's name, where it is not p1 (version.h), and what Debian's binaries add to it. */
const RELEASES: Record<string, readonly string[]> = {
  '9.9': ['OpenSSH_9.9p1', 'OpenSSH_9.9p2'],
  '10.0': ['OpenSSH_10.0p2', 'OpenSSH_10.0p2 Debian-7+deb13u4'],
  '10.6': ['OpenSSH_10.6p1', 'OpenSSH_10.6p1 Debian-1'],
};

/** Does `Match version` hold for the target, whatever the build calls itself? */
export function isVersion(list: string, openssh: string): boolean {
  return (RELEASES[openssh] ?? [`OpenSSH_${openssh}p1`]).some((release) => matchesList(release, list) === 'yes');
}

/** Does the block hold whoever connects: `Match all`, or `Match version` of the target alone? Global options may stand in such a block. */
export function governsAll(block: MatchBlock, openssh: string): boolean {
  const reading = readMatch(block, { openssh });
  if ('problem' in reading || reading.conditions.length === 0) return false;
  return reading.conditions.every(
    ({ name, value }) => name === 'all' || (name === 'version' && isVersion(value, openssh)),
  );
}
