import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { shared } from '../../../test/support/shared.ts';

const files = shared('corpora/haproxy');
const tables = shared('facts/haproxy');

export const hasShared = files.present && tables.present;

export function corpus(): readonly { readonly name: string; readonly text: string }[] {
  return ['wild', 'templates', 'upstream'].flatMap((folder) =>
    readdirSync(join(files.path, folder)).map((name) => ({
      name,
      text: readFileSync(join(files.path, folder, name), 'utf8'),
    })),
  );
}

export function facts(name: string): string {
  return readFileSync(join(tables.path, name), 'utf8');
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
