import { describe, expect, test } from 'vitest';
import { lint, rangeOf, rules, snapshotFromFiles, type Finding } from '../../packages/halint/src/index.ts';
import { readPage } from '../support/pages.ts';

const where = ({ at }: Finding): string => `${at.host}:${at.file.path}:${rangeOf(at).start.line}`;

describe.each(rules.map((rule) => rule.id))('%s', (id) => {
  const page = readPage(id);

  test('finds the marked lines of the bad example and no others', () => {
    expect(page.bad.marks.length).toBeGreaterThan(0);
    const { findings, errors } = lint(snapshotFromFiles(page.bad.files), { preset: 'all', only: [id] });
    expect(errors).toEqual([]);
    expect(
      findings
        .filter((finding) => finding.severity !== 'info')
        .map(where)
        .sort(),
    ).toEqual([...page.bad.marks].sort());
  });

  test('says nothing of the good example, and neither does any other recommended rule', () => {
    expect(page.good.marks).toEqual([]);
    const { findings, errors } = lint(snapshotFromFiles(page.good.files));
    expect(errors).toEqual([]);
    expect(
      findings
        .filter((finding) => finding.severity !== 'info')
        .map((finding) => `${where(finding)} ${finding.rule} ${finding.message}`),
    ).toEqual([]);
  });
});
