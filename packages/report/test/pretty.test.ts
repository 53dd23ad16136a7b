import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { html, markdown, pretty, summaryLine, visible, widthOf, wrap } from '../src/index.ts';
import { fileOf, findingOf, KEEPALIVED, NONE, placeOf } from './support.ts';

const plainColors = pc.createColors(false);
const at80 = { width: 80, colors: plainColors };
const ha0 = fileOf('/etc/keepalived/keepalived.conf', 'keepalived', KEEPALIVED);
const ha1 = fileOf('/etc/keepalived/keepalived.conf', 'keepalived', KEEPALIVED.replace('300', '90'), 'ha1/k.conf');

describe('pretty', () => {
  test('a finding with a frame for each host, help and fix', () => {
    const finding = findingOf(placeOf(ha0, '300'), {
      help: 'The election compares one byte. Use a number from 1 to 254, and a lower one on the other host of the pair.',
      related: [{ at: placeOf(ha1, '90', 'ha1'), message: 'ha1 has 90' }],
      fix: { title: 'Use 254', safety: 'safe', edits: [] },
    });
    expect(pretty([finding], { ...NONE, errors: 1 }, at80)).toBe(`error[vrrp/priority-out-of-range]
  priority 300 is not in 1..255
  ╭─ ha0: ha0/etc/keepalived/keepalived.conf:4:14
4 │     priority 300
  │              ^^^
  ╭─ ha1: ha1/k.conf:4:14
4 │     priority 90
  │              -- ha1 has 90
  = The election compares one byte. Use a number from 1 to 254, and a lower one
    on the other host of the pair.
  fix: Use 254 (halint --fix)

1 error in 8 files of 2 hosts
`);
  });

  test('says which hosts share the file, and what is to be done by hand', () => {
    const text = pretty(
      [
        findingOf(placeOf(ha0, '300'), {
          hosts: ['ha0', 'ha1', 'ha2'],
          fix: { title: 'Change it everywhere', safety: 'manual', edits: [] },
        }),
      ],
      NONE,
      at80,
    );
    expect(text).toContain(':4:14 (also ha1, ha2)\n');
    expect(text).toContain('  do by hand: Change it everywhere\n');
  });

  test('colours come from outside', () => {
    const text = pretty([findingOf(placeOf(ha0, '300'))], NONE, { width: 80, colors: pc.createColors(true) });
    expect(text).toContain('\u001b[31merror\u001b[39m');
  });

  test('nothing of a file acts on the terminal', () => {
    const file = fileOf('/x', 'sysctl', 'a\u001b[31m\tb\u202e\u0007 = 1\r\n', 'odd\u001b]0;x\u0007.conf');
    const text = pretty(
      [
        findingOf(placeOf(file, 'b'), {
          message: 'bad \u001b[2J',
          help: '\u009b1m',
          fix: { title: '\u0008', safety: 'safe', edits: [] },
        }),
      ],
      NONE,
      at80,
    );
    const acting = [...text].filter((char) => {
      const code = char.codePointAt(0) as number;
      return (code < 32 && code !== 10) || (code >= 0x7f && code < 0xa0) || code === 0x202e;
    });
    expect(acting).toEqual([]);
    expect(text).toContain('1 │ a\u241b[31m    b<U+202E>\u2407 = 1\n  │           ^\n');
  });

  test.each([40, 80, 120])('fits %i columns, whatever the line', (width) => {
    const lines = [
      'x.'.repeat(100_000) + 'BAD' + 'y.'.repeat(100_000),
      'BAD' + 'z-'.repeat(250),
      'z-'.repeat(250) + 'BAD',
      '漢'.repeat(300) + 'BAD' + '字'.repeat(300),
      '\t'.repeat(100) + 'BAD',
      'e\u0301'.repeat(90) + 'BAD',
    ];
    for (const line of lines) {
      const finding = findingOf(placeOf(fileOf('/f', 'haproxy', line + '\n', 'f'), 'BAD'), {
        message: 'word '.repeat(40) + 'w'.repeat(300),
      });
      const text = pretty([finding], NONE, { width, colors: plainColors });
      expect(Math.max(...text.split('\n').map(widthOf))).toBeLessThanOrEqual(width);
      const [source = '', marks = ''] = text.split('\n').filter((each) => /^(1| ) │/.test(each));
      const shown = source.indexOf('BAD');
      expect(shown).toBeGreaterThan(0);
      expect(marks.indexOf('^')).toBe(widthOf(source.slice(0, shown)));
    }
  });

  test('a mark that is longer than the terminal is cut, one without length gets one mark', () => {
    const file = fileOf('/f', 'haproxy', 'm'.repeat(300) + '\n', 'f');
    const long = pretty([findingOf(placeOf(file, 'm'.repeat(300)))], NONE, at80);
    expect(Math.max(...long.split('\n').map(widthOf))).toBeLessThanOrEqual(80);
    const empty = { ...placeOf(file, 'm'), end: 0 };
    expect(pretty([findingOf(empty)], NONE, at80)).toContain('  │ ^\n');
  });

  test('a place over several lines shows its first', () => {
    expect(pretty([findingOf(placeOf(ha0, 'authentication {\n        auth_type'))], NONE, at80)).toContain(
      '5 │     authentication {\n  │     ^^^^^^^^^^^^^^^^\n',
    );
  });

  test('the last line without a line feed, and the empty one behind the last line feed', () => {
    const file = fileOf('/f', 'haproxy', 'global\n  daemon', 'f');
    expect(pretty([findingOf(placeOf(file, 'daemon'))], NONE, at80)).toContain('2 │   daemon\n  │   ^^^^^^\n');
    const section = file.document.sectionAt(0);
    const end = { ...placeOf(file, 'daemon'), section, start: section.text.length, end: section.text.length };
    expect(pretty([findingOf(end)], NONE, at80)).toContain('2 │   daemon\n  │         ^\n');
  });
});

test.each([
  [{}, 'no problems in 8 files of 2 hosts'],
  [{ errors: 2, warnings: 1 }, '2 errors, 1 warning in 8 files of 2 hosts'],
  [{ infos: 1, files: 1, hosts: 1 }, '1 info in 1 file of 1 host'],
  [{ lackingFacts: 7 }, 'no problems in 8 files of 2 hosts (7 checks lack facts: --level info)'],
  [{ lackingFacts: 1 }, 'no problems in 8 files of 2 hosts (1 check lacks facts: --level info)'],
])('summary %o', (counts, line) => {
  expect(summaryLine({ ...NONE, ...counts })).toBe(line);
});

test('quiet leaves the summary out', () => {
  expect(pretty([], NONE, { ...at80, quiet: true })).toBe('');
});

test('wrap', () => {
  expect(wrap('a bb  ccc\ndddd', 5)).toEqual(['a bb', 'ccc', 'dddd']);
  expect(wrap('abcdefgh i', 3)).toEqual(['abc', 'def', 'gh', 'i']);
  expect(wrap('漢字漢字', 3)).toEqual(['漢', '字', '漢', '字']);
  expect(wrap('漢', 1)).toEqual(['漢']);
  expect(wrap('', 5)).toEqual([]);
});

test('visible', () => {
  expect(visible('a\tb\u0000\u007f\u200b\u061c\udc00é😀')).toBe('a    b\u2400\u2421<U+200B><U+061C><U+DC00>é😀');
});

describe('markdown and html', () => {
  const finding = findingOf(placeOf(fileOf('/f', 'sysctl', 'x <i> = 1\n', 'a|b.conf'), 'x'), {
    message: 'a|b `c` <img src=x> [l](u)',
    help: 'do "it"',
    related: [{ at: placeOf(ha1, '90', 'ha1'), message: '<u>' }],
  });

  test('markdown: one row a finding, nothing of it is markup', () => {
    expect(markdown([finding], { ...NONE, errors: 1 })).toBe(`**halint:** 1 error in 8 files of 2 hosts

| | where | what | rule |
|---|---|---|---|
| error | a\\|b.conf:1:1 | a\\|b \\\`c\\\` \\<img src=x\\> \\[l\\](u)<br>do "it" | [vrrp/priority-out-of-range](docs/rules/vrrp/priority-out-of-range.md) |
`);
    expect(markdown([], NONE)).toBe('**halint:** no problems in 8 files of 2 hosts\n');
  });

  test('html: no script, nothing fetched, everything escaped', () => {
    const page = html([finding], { ...NONE, errors: 1 });
    expect(page).toContain('a|b `c` &lt;img src=x&gt; [l](u)');
    expect(page).toContain('<pre>x &lt;i&gt; = 1\n^ </pre>');
    expect(page).toContain('&lt;u&gt;');
    expect(page).not.toMatch(/<script|<img|<i>|src="|href="/);
  });
});
