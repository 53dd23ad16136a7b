import { describe, expect, test } from 'vitest';
import { refusals } from './verdict.ts';

/** Boundaries of versions that no daemon was at hand for; the facts are from the sources of the releases. */
const FRAME = `defaults
  mode http
  timeout client 1s
  timeout server 1s
  timeout connect 1s
frontend fe
  bind :80
  default_backend be
backend be
  server s 127.0.0.1:80
`;

const refuses = (line: string, version: string): boolean => refusals(`${FRAME}  ${line}\n`, version).length > 0;

/** A line, and the first version that takes it. */
const SINCE: readonly (readonly [line: string, version: string])[] = [
  ['server a 127.0.0.1:1 ws h2', '2.6'],
  ['server a 127.0.0.1:1 shard 1', '2.8'],
  ['server a 127.0.0.1:1 guid a', '3.0'],
  ['server a 127.0.0.1:1 strict-maxconn', '3.2'],
  ['server a 127.0.0.1:1 sni-auto', '3.4'],
  ['server a 127.0.0.1:1 hash-key guid', '3.4'],
  ['server a tcp@127.0.0.1:1', '2.4'],
  ['server a mptcp@127.0.0.1:1', '3.2'],
  ['stick-table type ip size 1k store http_fail_cnt', '2.4'],
  ['stick-table type ip size 1k store gpc(2)', '2.6'],
  ['stick-table type ip size 1k store glitch_cnt', '3.0'],
  ['stick-table type ip size 1k recv-only', '3.2'],
  ['log 127.0.0.1 profile p local0', '3.2'],
];

/** A line, and the first version that refuses it. */
const UNTIL: readonly (readonly [line: string, version: string])[] = [
  ['server a udp@127.0.0.1:1', '2.2'],
  ['server a 127.0.0.1:80a', '3.0'],
  ['stick-table type string len 5a size 1k', '2.8'],
];

const VERSIONS = ['2.2', '2.4', '2.6', '2.8', '3.0', '3.2', '3.4'] as const;

describe('the version that brought a word', () => {
  test.each(SINCE)('%s: %s', (line, first) => {
    const at = VERSIONS.indexOf(first as (typeof VERSIONS)[number]);
    expect(VERSIONS.filter((version) => !refuses(line, version))).toEqual(VERSIONS.slice(at));
  });
});

describe('the version that refuses a value', () => {
  test.each(UNTIL)('%s: %s', (line, first) => {
    const at = VERSIONS.indexOf(first as (typeof VERSIONS)[number]);
    expect(VERSIONS.filter((version) => refuses(line, version))).toEqual(VERSIONS.slice(at));
  });
});

test('a bind line: process is a warning in 2.6 and gone in 2.8', () => {
  const text = FRAME.replace('bind :80', 'bind :80 process 1');
  expect(VERSIONS.filter((version) => refusals(text, version).length > 0)).toEqual(['2.8', '3.0', '3.2', '3.4']);
});

test('ssl towards a server needs a ca-file unless verification is off, also in global', () => {
  const text = `${FRAME}  server a 127.0.0.1:1 ssl\n`;
  expect(refusals(text, '3.4')).toEqual(['11 haproxy/missing-argument']);
  expect(refusals(`global\n  ssl-server-verify none\n${text}`, '3.4')).toEqual([]);
});
