import { describe, expect, test } from 'vitest';
import { findingsOf } from './verdict.ts';

const DEFAULTS = ['defaults', '  timeout connect 1s', '  timeout client 1s', '  timeout server 1s', ''];

/** The lines that are refused, counted in the text as it stands. */
function refused(version: string, global: readonly string[], rest: readonly string[]): readonly number[] {
  const text = ['global', ...global.map((line) => `  ${line}`), ...DEFAULTS, ...rest, ''].join('\n');
  return findingsOf(text, version)
    .filter(({ rejects }) => rejects)
    .map(({ at }) => at.section.positionAt(at.start).line)
    .sort((a, b) => a - b);
}

// Lines that haproxy 2.6, 3.0 and 3.2 name on standard error, each with an empty environment; [] = exit 0.
const ROWS: readonly (readonly [global: string[], rest: string[], lines: number[]])[] = [
  [['setenv ZONE eu'], ['.if streq("$ZONE",eu)', 'frontend f', '  binds :80', '.endif'], [10]],
  [['setenv ZONE eu'], ['.if defined(ZONE)', 'frontend f', '  binds :80', '.endif'], [10]],
  [['setenv ZONE eu'], ['.if !defined(ZONE)', 'frontend f', '  binds :80', '.endif'], []],
  [['setenv ZONE us'], ['.if streq("$ZONE",eu)', '  bind x', '.else', 'frontend f', '  bindd :80', '.endif'], [12]],
  [['setenv X "a b"'], ['.if streq("$X","a b")', 'frontend b', '  binds :80', '.endif'], [10]],
  [['presetenv M http', '.if streq("$M",http)', 'maxconnn 5', '.endif'], ['backend b'], [4]],
  [['setenv A 1', 'unsetenv A'], ['.if defined(A)', 'frontend b', '  binds :80', '.endif'], []],
  [['setenv A 10.0.0.5'], ['backend b', '  server d "$A:70001"'], [9]],
  [['setenv P 70001'], ['frontend b', '  bind ":$P"'], [9]],
  [['setenv P abc'], ['frontend b', '  bind :$P'], [9]],
  [['setenv M htttp'], ['backend b', '  mode "$M"'], [9]],
  [['setenv T 5'], ['backend b', '  timeout server "${T}q"'], [9]],
  [['setenv P 80', 'setenv S "check inter 2s"'], ['backend b', '  server s 1.1.1.1:$P "${S[*]}"'], []],
  [['setenv P 80', 'setenv S "check inter 2q"'], ['backend b', '  server s 1.1.1.1:$P "${S[*]}"'], [10]],
  [['setenv H web', 'setenv Q "$H.example"'], ['backend b', '  http-request set-header X "%[foo]$Q"'], [10]],
];

describe.each(['2.6', '3.0', '3.2'])('haproxy %s', (version) => {
  test.each(ROWS)('%j %j', (global, rest, lines) => expect(refused(version, global, rest)).toEqual(lines));
});

test('the finding says what the variable is', () => {
  const text = ['global', '  setenv P 70001', ...DEFAULTS, 'frontend b', '  bind ":$P"', ''].join('\n');
  expect(findingsOf(text, '3.0').map(({ message }) => message)).toEqual([
    "P is '70001' here: port 70001 is not within 1 and 65535",
  ]);
});
