import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { daemonChecks, rules } from '../src/index.ts';

const ROOT = join(import.meta.dirname, '../../..');

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return name.endsWith('.ts') ? [readFileSync(path, 'utf8')] : [];
  });
}

test('every id that a grammar or the engine reports is listed, once', () => {
  const listed = new Set([...daemonChecks, ...rules].map((each) => each.id));
  expect(listed.size).toBe(daemonChecks.length + rules.length);
  const texts = [
    'grammars/haproxy/src',
    'grammars/keepalived/src',
    'grammars/sshd/src',
    'grammars/sysctl/src',
    'grammars/systemd/src',
    'grammars/rsyslog/src',
    'packages/engine/src',
  ].flatMap((folder) => sources(join(ROOT, folder)));
  const whole = texts.flatMap((text) =>
    [...text.matchAll(/rule: '([a-z]+\/[a-z0-9-]+)'/g)].map((match) => match[1] as string),
  );
  // haproxy's checks name the rule without its family: refuse(run, 'unknown-keyword', …).
  const short = texts.flatMap((text) =>
    [...text.matchAll(/\b(?:refuse|warn)\(\s*\w+,\s*'([a-z-]+)'|\bmissing\(\s*'([a-z-]+)'/g)].map(
      (match) => `haproxy/${match[1] ?? match[2]}`,
    ),
  );
  // keepalived's handlers hand the id to whoever collects messages.
  whole.push(
    ...texts.flatMap((text) => [...text.matchAll(/'(vrrp\/[a-z0-9-]+)'/g)].map((match) => match[1] as string)),
  );
  expect(whole.length).toBeGreaterThan(100);
  expect(short.length).toBeGreaterThan(20);
  expect([...new Set([...whole, ...short])].filter((id) => !listed.has(id))).toEqual([]);
});
