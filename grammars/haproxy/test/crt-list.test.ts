import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkCrtList } from '../src/crt-list/check.ts';
import { parseCrtList } from '../src/crt-list/parse.ts';

/** A crt-list and the versions that refuse it, as haproxy 2.2, 2.6, 3.0 and 3.2 answered with a certificate in place of a.pem. */
const LISTS: readonly (readonly [text: string, refused: readonly string[]])[] = [
  ['a.pem\n', []],
  ['a.pem a.example\n', []],
  ['a.pem [alpn h2] a.example\n', []],
  ['a.pem [alpn]\n', ['2.2', '2.6', '3.0', '3.2']],
  ['a.pem [foo] a\n', ['2.2', '2.6', '3.0', '3.2']],
  ['a.pem [ssl-min-ver TLSv1.2 verify none] *.a !b.a\n', []],
  ['a.pem [ssl-min-ver TLSv9]\n', ['2.2', '2.6', '3.0', '3.2']],
  ['# c\n\na.pem\n', []],
  ['a.pem', ['2.6', '3.0', '3.2']],
  ['[alpn h2] a.pem\n', ['2.2', '2.6', '3.0', '3.2']],
  ['a.pem a [alpn h2]\n', []],
  ['a.pem [alpn h2\n', []],
  ['a.pem alpn h2]\n', ['2.2', '2.6', '3.0', '3.2']],
  ['a.pem [alpn h2] [verify none]\n', ['2.2', '2.6', '3.0', '3.2']],
  ['a.pem [verify foo]\n', ['2.2', '2.6', '3.0', '3.2']],
  ['a.pem [ocsp-update on]\n', ['2.2', '2.6']],
  ['a.pem [ocsp-update foo]\n', ['2.2', '2.6', '3.0', '3.2']],
  ['a.pem [no-alpn]\n', ['2.2', '2.6']],
  ['a.pem [sigalgs RSA+SHA256]\n', ['2.2', '2.6']],
  ['a.pem[alpn h2]\n', []],
  ['a.pem [ alpn h2 ] a\n', []],
  ['a.pem []\n', []],
  ['   a.pem\n', []],
  ['a.pem [allow-0rtt]\n', []],
  ['a.pem [ktls on]\n', ['2.2', '2.6', '3.0', '3.2']],
  ['a.pem [ssl-min-ver TLSv1.2 ssl-max-ver]\n', ['2.2', '2.6', '3.0', '3.2']],
  ['a.pem [npn h2]\n', []],
  ['a.pem [no-ca-names] a\r\n', []],
  ['a.pem [curves P-256]\n', []],
  ['a.pem [ecdhe prime256v1]\n', []],
  ['\r\na.pem\n', []],
  ['a.pem [crl-file]\n', ['2.2', '2.6', '3.0', '3.2']],
  ['a.pem [domains a,b]\n', ['2.2', '2.6', '3.0']],
];

describe('a crt-list', () => {
  test.each(LISTS)('%j is refused by %j', (text, refused) => {
    expect(['2.2', '2.6', '3.0', '3.2'].filter((version) => checkCrtList(text, version).length > 0)).toEqual(refused);
  });

  test('has faults inside its text, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '[', ']', '#', '\n', 'alpn', '!') }), (text) => {
        for (const { start, end } of checkCrtList(text, '3.2')) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });

  test('names the certificate, its options and its filters', () => {
    const [line] = parseCrtList('a.pem [alpn h2] x.example !y.example\n').lines;
    expect(line).toMatchObject({
      kind: 'entry',
      certificate: { text: 'a.pem' },
      options: [{ text: 'alpn' }, { text: 'h2' }],
      filters: [{ text: 'x.example' }, { text: '!y.example' }],
    });
  });
});
