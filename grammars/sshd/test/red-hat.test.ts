import { DEFAULT_TARGETS } from '@halint/core';
import { describe, expect, test } from 'vitest';
import { parseSshd, sshd } from '../src/index.ts';

function said(text: string, os: string, openssh: string): readonly string[] {
  const document = parseSshd(`${text}\n`);
  return document.sections.flatMap((section) =>
    sshd
      .check(document, section, { ...DEFAULT_TARGETS, os, openssh })
      .map(({ rule, severity, rejects }) => `${severity} ${rule}${rejects === true ? ' rejects' : ''}`),
  );
}

const REFUSED = 'error sshd/unknown-or-unsupported-option rejects';

// The sources stand in src/red-hat.ts.
describe('options of the patches of Red Hat', () => {
  test.each(['RequiredRSASize 2048', 'RSAMinSize 2048', 'KerberosUseKuserok yes', 'GSSAPIEnablek5users no'])(
    'rhel9, 8.7: %s',
    (text) => expect(said(text, 'rhel9', '8.7')).toEqual([]),
  );
  test.each(['Include /etc/ssh/a', 'X11MaxDisplays 10', 'KerberosUniqueCCache yes', 'GSSAPIKeyExchange no'])(
    'rhel8, 8.0: %s',
    (text) => expect(said(text, 'rhel8', '8.0')).toEqual([]),
  );
  test('a value is judged as in the release that has the option', () => {
    expect(said('RequiredRSASize x', 'rhel9', '8.7')).toEqual(['error sshd/bad-value rejects']);
  });
  test('Red Hat 8 has no RequiredRSASize', () => {
    expect(said('RequiredRSASize 2048', 'rhel8', '8.0')).toEqual([REFUSED]);
  });
  test('the build of another distribution has none of them', () => {
    expect(said('RequiredRSASize 2048', 'debian11', '8.7')).toEqual([REFUSED]);
    expect(said('RSAMinSize 2048', 'debian13', '10.0')).toEqual([REFUSED]);
  });
  test('what is known of 9.9 only is no claim for 8.7', () => {
    expect(said('GSSAPIIndicators x', 'rhel9', '9.9')).toEqual([]);
    expect(said('GSSAPIIndicators x', 'rhel9', '8.7')).toEqual(['info sshd/unknown-or-unsupported-option']);
  });
});
