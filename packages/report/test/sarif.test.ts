import { expect, test } from 'vitest';
import { fingerprints, sarif } from '../src/index.ts';
import { fileOf, findingOf, KEEPALIVED, placeOf } from './support.ts';

const ha0 = fileOf('/etc/keepalived/keepalived.conf', 'keepalived', KEEPALIVED);
const ha1 = fileOf('/etc/keepalived/keepalived.conf', 'keepalived', KEEPALIVED, 'ha 1/k.conf');
const rules = [
  { id: 'vrrp/priority-out-of-range', summary: 'A priority that no router may have.', severity: 'error' },
] as const;
const findings = [
  findingOf(placeOf(ha0, '300'), {
    help: 'Use 1 to 254.',
    related: [{ at: placeOf(ha1, 'state'), message: 'the other host' }],
    fix: {
      title: 'Lower both',
      safety: 'unsafe',
      edits: [
        { at: placeOf(ha0, '300'), text: '254' },
        { at: placeOf(ha1, '300'), text: '253' },
        { at: placeOf(ha0, 'MASTER'), text: 'BACKUP' },
      ],
    },
  }),
  findingOf(placeOf(ha0, 'state'), { rule: 'vrrp/unlisted', severity: 'info' }),
];
const log = JSON.parse(sarif(findings, rules, '0.1.0'));
const run = log.runs[0];

test('one run, columns in UTF-16 code units, rules that were reported', () => {
  expect(log.version).toBe('2.1.0');
  expect(run.columnKind).toBe('utf16CodeUnits');
  expect(run.tool.driver).toMatchObject({
    name: 'halint',
    version: '0.1.0',
    rules: [
      {
        id: 'vrrp/priority-out-of-range',
        shortDescription: { text: 'A priority that no router may have.' },
        defaultConfiguration: { level: 'error' },
      },
      { id: 'vrrp/unlisted', shortDescription: { text: 'vrrp/unlisted' } },
    ],
  });
});

test('a result: place, related place, fingerprint, fix by file', () => {
  const region = { startLine: 4, startColumn: 14, endLine: 4, endColumn: 17 };
  expect(run.results[0]).toEqual({
    ruleId: 'vrrp/priority-out-of-range',
    ruleIndex: 0,
    level: 'error',
    message: { text: 'priority 300 is not in 1..255\nUse 1 to 254.' },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: 'ha0/etc/keepalived/keepalived.conf' }, region },
        logicalLocations: [{ name: 'ha0', kind: 'module' }],
      },
    ],
    relatedLocations: [
      {
        id: 0,
        physicalLocation: {
          artifactLocation: { uri: 'ha%201/k.conf' },
          region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 10 },
        },
        message: { text: 'the other host' },
      },
    ],
    partialFingerprints: { 'halint/v1': fingerprints(findings)[0] },
    properties: { host: 'ha0', hosts: ['ha0'], rejects: false, daemon: 'none' },
    fixes: [
      {
        description: { text: 'Lower both' },
        artifactChanges: [
          {
            artifactLocation: { uri: 'ha0/etc/keepalived/keepalived.conf' },
            replacements: [
              { deletedRegion: region, insertedContent: { text: '254' } },
              {
                deletedRegion: { startLine: 3, startColumn: 11, endLine: 3, endColumn: 17 },
                insertedContent: { text: 'BACKUP' },
              },
            ],
          },
          {
            artifactLocation: { uri: 'ha%201/k.conf' },
            replacements: [{ deletedRegion: region, insertedContent: { text: '253' } }],
          },
        ],
      },
    ],
  });
  expect(run.results[1]).toMatchObject({ ruleIndex: 1, level: 'note' });
});

/**
 * What the text of SARIF 2.1.0 demands of the objects used here: the properties each may have (the schema of the standard allows no
 * others) and those it must have. Sections: 3.13 log, 3.14 run, 3.18 tool, 3.19 toolComponent, 3.49 reportingDescriptor, 3.27 result,
 * 3.28 location, 3.29 physicalLocation, 3.30 region, 3.33 logicalLocation, 3.4 artifactLocation, 3.55 fix, 3.56 artifactChange, 3.57 replacement.
 */
const OBJECTS = {
  log: { must: ['version', 'runs'], may: ['$schema', 'inlineExternalProperties', 'properties'] },
  run: { must: ['tool'], may: ['results', 'columnKind', 'invocations', 'artifacts', 'properties'] },
  driver: { must: ['name'], may: ['version', 'semanticVersion', 'rules', 'informationUri', 'properties'] },
  descriptor: { must: ['id'], may: ['shortDescription', 'help', 'helpUri', 'defaultConfiguration', 'properties'] },
  result: {
    must: ['message'],
    may: 'ruleId ruleIndex level locations relatedLocations partialFingerprints properties fixes'.split(' '),
  },
  location: { must: [], may: ['id', 'physicalLocation', 'logicalLocations', 'message', 'properties'] },
  fix: { must: ['artifactChanges'], may: ['description', 'properties'] },
  change: { must: ['artifactLocation', 'replacements'], may: ['properties'] },
  replacement: { must: ['deletedRegion'], may: ['insertedContent', 'properties'] },
} as const;

function expectObject(value: object, kind: keyof typeof OBJECTS): void {
  const { must, may } = OBJECTS[kind];
  expect(Object.keys(value)).toEqual(expect.arrayContaining([...must]));
  expect([...must, ...may], kind).toEqual(expect.arrayContaining(Object.keys(value)));
}

function expectRegion({ startLine, startColumn, endLine, endColumn }: Record<string, number>): void {
  for (const each of [startLine, startColumn, endLine, endColumn]) expect(each).toBeGreaterThanOrEqual(1);
  expect([startLine, startColumn]).not.toEqual([endLine, (endColumn ?? 0) + 1]);
}

function expectLocation(location: {
  physicalLocation: { artifactLocation: { uri: string }; region: Record<string, number> };
}): void {
  expectObject(location, 'location');
  // 3.4.3: a valid URI reference, relative here, without a backslash.
  const { uri } = location.physicalLocation.artifactLocation;
  expect(new URL(uri, 'http://base.invalid/').host).toBe('base.invalid');
  expect(uri).toMatch(/^[A-Za-z0-9\-._~%!$&'()*+,;=/]+$/);
  expectRegion(location.physicalLocation.region);
}

test('holds what the text of the standard demands', () => {
  expectObject(log, 'log');
  expectObject(run, 'run');
  expect(Object.keys(run.tool)).toEqual(['driver']);
  expectObject(run.tool.driver, 'driver');
  for (const rule of run.tool.driver.rules) expectObject(rule, 'descriptor');
  for (const result of run.results) {
    expectObject(result, 'result');
    expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    expect(['error', 'warning', 'note', 'none']).toContain(result.level);
    expect(result.message.text.length).toBeGreaterThan(0);
    for (const location of [...result.locations, ...(result.relatedLocations ?? [])]) expectLocation(location);
    for (const mark of Object.values(result.partialFingerprints)) expect(typeof mark).toBe('string');
    for (const fix of result.fixes ?? []) {
      expectObject(fix, 'fix');
      expect(fix.artifactChanges.length).toBeGreaterThan(0);
      for (const change of fix.artifactChanges) {
        expectObject(change, 'change');
        expect(change.replacements.length).toBeGreaterThan(0);
        for (const replacement of change.replacements) {
          expectObject(replacement, 'replacement');
          expectRegion(replacement.deletedRegion);
        }
      }
    }
  }
});
