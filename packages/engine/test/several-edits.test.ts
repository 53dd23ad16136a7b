import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Workspace } from '../src/index.ts';
import { parts } from '../../halint/src/knowledge.ts';
import { loadSnapshot } from '../../halint/src/node.ts';

const clusters = join(import.meta.dirname, '../../../fixtures/clusters');

test('several edits between two questions leave no finding of a text that is gone', () => {
  const workspace = new Workspace(loadSnapshot([join(clusters, 'ssh-vip')], { cwd: clusters }), parts);
  const display = 'ssh-vip/ha1/etc/keepalived/keepalived.conf';
  const shown = (): string[] =>
    [...workspace.fileFindings(display)].map((finding) => `${finding.rule} ${finding.message}`);
  const before = shown();
  expect(before).toHaveLength(1);
  const text = workspace.file(display)?.document.print() ?? '';
  const at = text.indexOf('priority 90') + 'priority 9'.length;
  for (let i = 0; i < 5; i++) {
    // As an editor sends fast typing: the digit goes and another comes before anybody asks.
    workspace.edit(display, { start: at, end: at + 1 }, '');
    workspace.edit(display, { start: at, end: at }, `${i}`);
    expect(shown()).toEqual(before);
  }
  const name = text.indexOf('chk_haproxy');
  workspace.edit(display, { start: name, end: name + 3 }, 'x');
  workspace.edit(display, { start: name, end: name + 1 }, 'yy');
  expect(shown().filter((line) => line.includes('not defined'))).toHaveLength(1);
});
