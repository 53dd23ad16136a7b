import { describe, expect, test } from 'vitest';
import { judged, lineOf } from './judged.ts';

// What takes a second here took minutes or never ended. keepalived itself does not end with the loops and with ~SEQ within ~SEQ
// (2.2.7 and 2.3.4, killed after 5 s).

const LIMIT = 20_000;

function timed(...args: Parameters<typeof judged>): readonly string[] {
  const started = performance.now();
  const found = judged(...args).map((finding) => `${finding.at.file.path}:${lineOf(finding)} ${finding.rule}`);
  expect(performance.now() - started).toBeLessThan(LIMIT);
  return found;
}

describe('includes', { timeout: 60_000 }, () => {
  const path = (i: number): string => `/etc/keepalived/d/${i}.conf`;

  test('twenty files that include each other', () => {
    const text = Array.from({ length: 20 }, (_, i) => `include ${path(i)}\n`).join('');
    const files = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [path(i), text]));
    const found = timed(text, '2.3.4', { files });
    // The first file reaches all others, each within the one before: in each, whatever stands above it in the way leads back.
    expect(new Set(found.map((each) => each.split(' ')[1]))).toEqual(new Set(['vrrp/include-not-read']));
    for (let i = 0; i < 20; i++) expect(found.some((each) => each.startsWith(path(i)))).toBe(true);
  });

  // 2^40 readings of the last one.
  test('each of forty files includes the next twice', () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [path(i), `include ${path(i + 1)}\ninclude ${path(i + 1)}\n`]),
    );
    expect(timed(`include ${path(0)}\n`, '2.3.4', { files: { ...files, [path(40)]: '# here\n' } })).toEqual([
      expect.stringMatching(/ vrrp\/configuration-too-long$/),
    ]);
  });

  // keepalived 2.2.7 and 2.3.4: (c60.conf: Line 1) Unknown keyword 'bogus'
  test('sixty files, each in the one before, are read to the last', () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [path(i), `include ${path(i + 1)}\n`]));
    expect(timed(`include ${path(0)}\n`, '2.3.4', { files: { ...files, [path(60)]: 'bogus x\n' } })).toEqual([
      `${path(60)}:1 vrrp/unknown-keyword`,
    ]);
  });

  test('deeper than files are read within each other', () => {
    const files = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [path(i), `include ${path(i + 1)}\n`]));
    // The main file and 199 others are open.
    expect(timed(`include ${path(0)}\n`, '2.3.4', { files: { ...files, [path(300)]: 'bogus x\n' } })).toEqual([
      `${path(198)}:1 vrrp/include-not-read`,
    ]);
  });
});

describe('repetitions and definitions', { timeout: 60_000 }, () => {
  const main = '/etc/keepalived/keepalived.conf';
  const tooLong = `${main}:1 vrrp/configuration-too-long`;

  test.each([
    ['within each other', '~SEQ(x,1,100000) ~SEQ(y,1,100000)\n', [tooLong]],
    ['of billions', '~SEQ(x,1,4000000000)\n', [tooLong]],
    // keepalived 2.3.4 says nothing of the first line and (Line 2) Unknown keyword 'bogus' of the next.
    ['of two thousand', '~SEQ(x,1,2000) ~SEQ(y,1,20)\nbogus y\n', [`${main}:2 vrrp/unknown-keyword`]],
  ])('repetitions %s', (_, text, found) => expect(timed(text)).toEqual(found));

  test('a definition of ten thousand lines, used ten thousand times', () => {
    const text = `$A= \\\n${'x y \\\n'.repeat(10_000)}z\n${'$A\n'.repeat(10_000)}`;
    expect(timed(text)).toContainEqual(expect.stringMatching(/ vrrp\/configuration-too-long$/));
  });

  test('definitions that double', () => {
    const text = Array.from({ length: 40 }, (_, i) => `$A${i + 1}=$A${i} $A${i}\n`).join('');
    expect(timed(`$A0=${'x'.repeat(100)}\n${text}bogus $A40\n`)).toEqual([`${main}:42 vrrp/configuration-too-long`]);
  });
});

// keepalived 2.3.4 gives a number at the end: There are 3 missing '}'s or extra '{'s
test.each([
  ['on a line each', '{\n'],
  ['on one line', '{'],
])('two hundred thousand blocks that nothing closes, %s', { timeout: 60_000 }, (_, brace) => {
  const started = performance.now();
  const unclosed = judged(brace.repeat(200_000)).filter(({ message }) => message.includes('never closed'));
  expect(performance.now() - started).toBeLessThan(LIMIT);
  expect(unclosed).toHaveLength(100);
  expect(unclosed.at(-1)?.message).toBe('this block and 199900 within it are never closed');
});
