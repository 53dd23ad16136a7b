import { describe, expect, test } from 'vitest';
import type { LanguageId } from '@halint/core';
import { fingerprints, redact, secretSpans } from '../src/index.ts';

describe('secrets', () => {
  test.each<[LanguageId, string, string]>([
    ['keepalived', '  auth_pass hunter22', '  auth_pass ***'],
    ['keepalived', 'auth_pass "two words" # x', 'auth_pass *** # x'],
    ['haproxy', ' stats auth joe:pa:ss', ' stats auth joe:***'],
    ['haproxy', ' user a insecure-password my\\ sec"ret x" groups g', ' user a insecure-password *** groups g'],
    ['haproxy', " user a password 'a b' groups g", ' user a password *** groups g'],
    ['sysctl', 'kernel.x=1', 'kernel.x=1'],
    ['sshd', '-----BEGIN OPENSSH PRIVATE KEY-----', '***'],
  ])('%s: %s', (language, line, shown) => {
    expect(redact(line, language).text).toBe(shown);
  });

  test('columns behind a secret move with it', () => {
    const line = 'auth_pass hunter22 x';
    const { text, column } = redact(line, 'keepalived');
    expect(text[column(line.indexOf('x'))]).toBe('x');
    expect(column(0)).toBe(0);
    expect(secretSpans(line, 'keepalived')).toEqual([{ start: 10, end: 18 }]);
  });
});

test('no findings, no fingerprints', () => expect(fingerprints([])).toEqual([]));
