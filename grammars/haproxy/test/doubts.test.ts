import { expect, test } from 'vitest';
import { findingsOf } from './verdict.ts';

/** Rule, level and place of the findings of one line in a frontend with a `bind`. */
function said(line: string, version = '3.0'): readonly string[] {
  const text = `global\n    lua-load /x.lua\ndefaults\n    mode http\n    timeout client 1s\nfrontend f\n    bind :1\n    ${line}\n`;
  return findingsOf(text, version)
    .filter(({ at }) => at.section.positionAt(at.start).line === 8)
    .map(({ rule, severity, daemon }) => `${rule} ${severity} ${daemon ?? ''}`);
}

test('what a Lua script brings is not refused: the script may register it', () => {
  expect(said('filter lua.flt 1 2')).toEqual(['haproxy/lua-not-read info none']);
  // core.register_filter() came with 2.5.
  expect(said('filter lua.flt 1 2', '2.4')).toEqual(['haproxy/invalid-argument error error']);
});

test('a range of addresses is a host name to haproxy (gethostbyname() in str2net()): a warning, for a hosts file may hold it', () => {
  expect(said('acl a src 10.0.0.1-10.0.0.20')).toEqual(['haproxy/invalid-address warning none']);
  expect(said('acl a src 10.0.0.0-8')).toEqual(['haproxy/invalid-address warning none']);
  expect(said('acl a src -n 10.0.0.0-8')).toEqual(['haproxy/invalid-argument error error']);
  expect(said('acl a src a-b')).toEqual([]);
});
