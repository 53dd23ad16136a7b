import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';

/** Facts and real files that are kept beside the project, if they are at hand. */
export const SHARED = process.env['HALINT_SHARED'] ?? resolve(import.meta.dirname, '../../../../shared');

export const hasShared = existsSync(join(SHARED, 'facts/haproxy'));
if (!hasShared) console.warn(`haproxy: no facts and real files at ${SHARED}: the tests that read them are skipped`);

export function corpus(): readonly { readonly name: string; readonly text: string }[] {
  const root = join(SHARED, 'corpora/haproxy');
  return ['wild', 'templates', 'upstream'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => ({ name, text: readFileSync(join(root, folder, name), 'utf8') })),
  );
}

export function facts(name: string): string {
  return readFileSync(join(SHARED, 'facts/haproxy', name), 'utf8');
}

const PIECES = [
  ...[
    'global',
    'defaults',
    'frontend',
    'backend',
    'listen',
    'peers',
    'from',
    'mode',
    'server',
    'bind',
    'acl',
    'option',
    'no',
  ],
  ...[
    'http',
    'tcp',
    'check',
    ':80',
    '10.0.0.1:22',
    'if',
    '{',
    '}',
    'a',
    'timeout',
    'client',
    '5s',
    '.if',
    '.else',
    '.endif',
    '0',
  ],
  ...[
    '"',
    "'",
    '\\',
    '\\x4',
    '\\x41',
    '\\ ',
    '$',
    '"$X"',
    '"${X-1}"',
    '"${X"',
    '{{',
    '}}',
    '{%',
    '%}',
    '<%',
    '%>',
    '{#',
    '#}',
    '#',
    '[',
    ']',
  ],
  ...[
    '\n',
    '\n',
    '\n',
    '\n    ',
    ' ',
    ' ',
    ' ',
    '\t',
    '\r',
    '\r\n',
    '\0',
    '\uFEFF',
    'é',
    '\u00a0',
    '\ud83d',
    '\v',
    '\f',
  ],
];

/** Texts that look like haproxy.cfg on a bad day: section words, quotes, braces, NUL, CR, a byte order mark. */
export const configs: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
    ),
    {
      maxLength: 40,
    },
  )
  .map((pieces) => pieces.join(''));

/** Runs with a fixed seed, so that a failure comes again; HALINT_FUZZ=random looks for new ones. */
export function options(numRuns: number): fc.Parameters<unknown> {
  return process.env['HALINT_FUZZ'] === 'random' ? { numRuns } : { numRuns, seed: 42 };
}
