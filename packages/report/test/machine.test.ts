import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import {
  checkstyle,
  concise,
  findingsSchema,
  fingerprints,
  github,
  gitlab,
  json,
  jsonl,
  junit,
  uriOf,
} from '../src/index.ts';
import { fileOf, findingOf, KEEPALIVED, NONE, placeOf } from './support.ts';

const ha0 = fileOf('/etc/keepalived/keepalived.conf', 'keepalived', KEEPALIVED);
const ha1 = fileOf('/etc/keepalived/keepalived.conf', 'keepalived', KEEPALIVED.replace('300', '90'), 'ha1/k.conf');
const plain = findingOf(placeOf(ha0, '300'));
const full = findingOf(placeOf(ha0, '300'), {
  severity: 'warning',
  daemon: 'warning',
  help: 'Use 1 to 254.',
  hosts: ['ha0', 'ha2'],
  related: [{ at: placeOf(ha1, '90', 'ha1'), message: 'ha1 has 90' }],
  fix: { title: 'Use 254', safety: 'unsafe', edits: [{ at: placeOf(ha0, '300'), text: '254' }] },
});

describe('json', () => {
  const report = JSON.parse(json([plain, full], { ...NONE, errors: 1, warnings: 1, lackingFacts: 7 }));

  test('keys of a finding, in the order of the contract', () => {
    expect(Object.keys(report.findings[0])).toEqual(
      'rule severity rejects daemon message host file range related fingerprint url'.split(' '),
    );
    expect(Object.keys(report.findings[1])).toEqual(
      'rule severity rejects daemon message help host hosts file range related fix fingerprint url'.split(' '),
    );
  });

  test('values of a finding', () => {
    expect(report.summary).toEqual({ errors: 1, warnings: 1, infos: 0, hosts: 2, files: 8, lackingFacts: 7 });
    expect(report.findings[1]).toMatchObject({
      host: 'ha0',
      hosts: ['ha0', 'ha2'],
      file: 'ha0/etc/keepalived/keepalived.conf',
      range: { start: { line: 4, column: 14 }, end: { line: 4, column: 17 } },
      related: [
        {
          host: 'ha1',
          file: 'ha1/k.conf',
          range: { start: { line: 4, column: 14 }, end: { line: 4, column: 16 } },
          message: 'ha1 has 90',
        },
      ],
      fix: { title: 'Use 254', safety: 'unsafe', edits: [{ file: 'ha0/etc/keepalived/keepalived.conf', text: '254' }] },
      url: 'docs/rules/vrrp/priority-out-of-range.md',
    });
  });

  test('is what the published schema says, and the schema is not empty words', () => {
    const valid = new Ajv({ strict: false }).compile(findingsSchema);
    expect(valid(report), JSON.stringify(valid.errors)).toBe(true);
    expect(valid({ ...report, findings: [{ ...report.findings[0], severity: 'fatal' }] })).toBe(false);
    expect(valid({ ...report, findings: [{ ...report.findings[0], range: {} }] })).toBe(false);
    expect(valid({ ...report, version: 2 })).toBe(false);
  });

  test('jsonl has the same findings, one a line', () => {
    const lines = jsonl([plain, full]).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(report.findings);
  });
});

describe('fingerprints', () => {
  test('do not move with lines above, and do move with rule, host, statement and key', () => {
    const moved = fileOf(ha0.path, 'keepalived', '# one\n# two\n' + KEEPALIVED);
    const [base] = fingerprints([plain]);
    expect(base).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprints([findingOf(placeOf(moved, '300'))])).toEqual([base]);
    const others = [
      findingOf(placeOf(ha0, '300', 'ha1')),
      findingOf(plain.at, { rule: 'vrrp/other' }),
      findingOf(plain.at, { statement: 'vrrp_instance VI_2/priority' }),
      findingOf(plain.at, { message: 'other' }),
      findingOf(plain.at, { key: 'k' }),
    ];
    expect(new Set([base, ...fingerprints(others)]).size).toBe(6);
    expect(fingerprints([findingOf(plain.at, { key: 'k', message: 'reworded' })])).toEqual([fingerprints(others)[4]]);
  });

  test('equal ones are told apart by their order, the first as if it were alone', () => {
    const marks = fingerprints([plain, plain, plain]);
    expect(new Set(marks).size).toBe(3);
    expect(marks[0]).toBe(fingerprints([plain])[0]);
  });
});

test('concise', () => {
  expect(concise([plain])).toBe(
    'ha0/etc/keepalived/keepalived.conf:4:14: error: priority 300 is not in 1..255 [vrrp/priority-out-of-range]\n',
  );
});

describe('github', () => {
  test('commands with place, title and help', () => {
    expect(github([full])).toBe(
      '::warning file=ha0/etc/keepalived/keepalived.conf,line=4,endLine=4,col=14,endColumn=17,title=vrrp/priority-out-of-range::priority 300 is not in 1..255%0AUse 1 to 254.\n',
    );
  });

  test('a message cannot start a command of its own', () => {
    const file = fileOf('/x', 'sysctl', 'a = 1\n', 'a,b:c%.conf');
    const text = github([findingOf(placeOf(file, 'a'), { severity: 'info', message: '50%\n::error::x\r\n\u001b[0m' })]);
    expect(text).toBe(
      '::notice file=a%2Cb%3Ac%25.conf,line=1,endLine=1,col=1,endColumn=2,title=vrrp/priority-out-of-range::50%25%0A::error::x%0A\u241b[0m\n',
    );
  });
});

test('gitlab', () => {
  expect(JSON.parse(gitlab([full]))).toEqual([
    {
      description: 'priority 300 is not in 1..255',
      check_name: 'vrrp/priority-out-of-range',
      fingerprint: fingerprints([full])[0],
      severity: 'major',
      location: { path: 'ha0/etc/keepalived/keepalived.conf', lines: { begin: 4, end: 4 } },
    },
  ]);
});

describe('xml', () => {
  const odd = findingOf(placeOf(fileOf('/a', 'sysctl', 'x\n', 'a&\u0001"<>.conf'), 'x'), {
    message: '<b> & "q" \u0000\ud800]]>',
  });

  test('junit: one failed case a finding, in suites by file', () => {
    expect(junit([plain])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="halint" tests="1" failures="1" errors="0">
  <testsuite name="ha0/etc/keepalived/keepalived.conf" tests="1" failures="1" errors="0">
    <testcase name="vrrp/priority-out-of-range ha0/etc/keepalived/keepalived.conf:4:14" classname="ha0">
      <failure message="priority 300 is not in 1..255" type="error">priority 300 is not in 1..255
ha0/etc/keepalived/keepalived.conf:4:14</failure>
    </testcase>
  </testsuite>
</testsuites>
`);
    expect(junit([])).toContain('<testcase name="no problems" classname="halint"/>');
  });

  test('checkstyle', () => {
    expect(checkstyle([plain])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<checkstyle version="4.3">
  <file name="ha0/etc/keepalived/keepalived.conf">
    <error line="4" column="14" severity="error" message="priority 300 is not in 1..255" source="halint.vrrp/priority-out-of-range"/>
  </file>
</checkstyle>
`);
  });

  test.each([junit, checkstyle])('holds no character that XML forbids, and no markup of the message', (format) => {
    const text = format([odd]);
    // eslint would take a control character in a class for a slip: compare code points.
    const bad = [...text].filter((char) => {
      const code = char.codePointAt(0) as number;
      return (code < 32 && code !== 10) || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff;
    });
    expect(bad).toEqual([]);
    expect(text).toContain('&lt;b');
    expect(text).not.toContain('<b>');
  });
});

test('a path becomes a relative reference', () => {
  expect(uriOf('ha 0/etc/ä#1?.cfg')).toBe('ha%200/etc/%C3%A4%231%3F.cfg');
  expect(uriOf('C:\ud800/x')).toBe('C%3A%EF%BF%BD/x');
});
