import { compareVersions, inVersions, parseIp } from '@halint/core';
import type { Criterion, MatchBlock } from '../ast.ts';
import { readPort } from './numbers.ts';
import type { Problem } from './values.ts';

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
/** Criteria that take no value. */
const ALONE = new Set(['all', 'invalid-user']);

/** What sshd refuses in the criteria of a `Match` line. It stops at the first. */
export function matchProblem(block: MatchBlock, openssh: string): Problem | undefined {
  const { criteria } = block;
  if (criteria.length === 0) return { message: 'Match names no criterion' };
  const all = criteria.find(({ name }) => name.value.toLowerCase() === 'all');
  if (all !== undefined && criteria.length > 1) {
    return { argument: all.name, message: '`all` cannot be combined with other criteria of Match' };
  }
  for (const criterion of criteria) {
    const problem = criterionProblem(criterion, openssh);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function criterionProblem({ name, value }: Criterion, openssh: string): Problem | undefined {
  const word = name.value.toLowerCase();
  const since = CRITERIA[word];
  if (since === undefined || !inVersions(openssh, since)) {
    const known = Object.entries(CRITERIA).flatMap(([each, from]) =>
      compareVersions(openssh, from) >= 0 ? [each] : [],
    );
    const when = since === undefined ? '' : ` before ${since}, you target ${openssh}`;
    return { argument: name, message: `Match has no criterion \`${name.value}\`${when}`, candidates: known };
  }
  if (ALONE.has(word)) return undefined;
  if (value === undefined || value.value === '' || value.value.startsWith('#')) {
    return { argument: name, message: `Match ${name.value} has no value` };
  }
  if (word === 'localport' && readPort(value.value) === undefined) {
    return { argument: value, message: `Match ${name.value} takes a port, not \`${value.value}\`` };
  }
  if ((word === 'address' || word === 'localaddress') && value.value.split(',').some(cidrHasHostBits)) {
    return { argument: value, message: `Match ${name.value} \`${value.value}\` has bits behind its prefix` };
  }
  return undefined;
}

/** 10.0.0.1/24, 10.0.0.0/40: an address whose prefix does not fit (addr_pton_cidr() in addr.c); patterns never do. */
export function cidrHasHostBits(pattern: string): boolean {
  const [, literal, prefix] = /^!?([^/]+)\/(\d{1,3})$/.exec(pattern) ?? [];
  const ip = literal === undefined ? undefined : parseIp(literal);
  if (ip === undefined || Number(prefix) > 128) return false;
  const bits = ip.family === 'ipv4' ? bitsOf(ip.address.split('.').map(Number), 8) : bitsOf(groups(ip.address), 16);
  return Number(prefix) > bits.length || bits.slice(Number(prefix)).includes('1');
}

function bitsOf(parts: readonly number[], width: number): string {
  return parts.map((part) => part.toString(2).padStart(width, '0')).join('');
}

/** The eight groups of a canonical IPv6 address. */
function groups(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const read = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const front = read(head);
  const back = tail === undefined ? [] : read(tail);
  return [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
}
