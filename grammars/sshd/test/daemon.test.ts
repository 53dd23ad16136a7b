import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { KEYWORDS } from '../src/keywords.ts';
import { judged, MAIN } from './judged.ts';

const SSHD = process.env['HALINT_SSHD'] ?? '/usr/sbin/sshd';

interface Daemon {
  readonly version: string;
  readonly folder: string;
}

/** The daemon of this machine with a host key of its own, or the reason why it cannot be asked. */
function findDaemon(): Daemon | string {
  if (!existsSync(SSHD)) return `no ${SSHD}`;
  const version = /OpenSSH_(\d+\.\d+)/.exec(spawnSync(SSHD, ['-V'], { encoding: 'utf8' }).stderr)?.[1];
  if (version === undefined) return `${SSHD} -V tells no version`;
  const folder = mkdtempSync(join(tmpdir(), 'halint-sshd-'));
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const { status, stderr } = ask(folder, '');
  return status === 0 ? { version, folder } : `${SSHD} -t refuses an empty file: ${stderr}`;
}

function ask(folder: string, text: string): { status: number | null; stderr: string } {
  writeFileSync(join(folder, 'sshd_config'), text);
  return spawnSync(SSHD, ['-t', '-f', join(folder, 'sshd_config'), '-h', join(folder, 'key')], { encoding: 'utf8' });
}

const daemon = findDaemon();
const required = (process.env['HALINT_REQUIRE'] ?? '').split(',').includes('daemons');
if (typeof daemon === 'string') console.warn(`SKIPPED: sshd cannot be asked (${daemon})`);
afterAll(() => {
  if (typeof daemon !== 'string') rmSync(daemon.folder, { recursive: true });
});

test('the daemon is there when it is required', () => {
  if (required) expect(typeof daemon, String(daemon)).toBe('object');
});

const VALUES = ['', 'yes', 'none', '5', '6x', '10:30:100', '"yes', 'yes extra', '#c', '+aes128-ctr', 'af21 cs1'];
const LINES = [
  '"Port" 22',
  '"Port 22',
  'Po"rt" 22',
  '"Port"=22',
  '= Port 22',
  '= = Port 22',
  'Port 22\f',
  'Port\r 22',
  'Match',
  'Match all\nPort 22',
  'Match user a\nPort 22',
  'Match user a all',
  'Match bogus x',
  'Match address 10.0.0.1/24',
  'Match localport x',
  '"match" user x\nPort 1',
  'AddressFamily inet\nListenAddress ::1',
  'ListenAddress ::1:22:',
  'ListenAddress 10.0.0.1 rdomain x',
  'Subsystem a b\nSubsystem a b',
  '\uFEFFPort 22',
  ...KEYWORDS.flatMap(({ word }) => VALUES.map((value) => `${word} ${value}`)),
];

/** What depends on the machine: names to resolve. */
const ELSEWHERE = /bad addr or host/;

describe.skipIf(typeof daemon === 'string')('sshd -t', () => {
  test('agrees on every line', () => {
    const { version, folder } = daemon as Daemon;
    const wrong: string[] = [];
    for (const text of LINES) {
      const { status, stderr } = ask(folder, `${text}\n`);
      if (status !== 0 && ELSEWHERE.test(stderr)) continue;
      const found = judged({ [MAIN]: `${text}\n` }, version).map(({ finding }) => finding);
      if (found.some((finding) => finding.rejects) !== (status !== 0))
        wrong.push(`${JSON.stringify(text)}: exit ${status} ${stderr.trim()}`);
      const warned = found.some((finding) => finding.daemon === 'warning');
      if (status === 0 && /Deprecated option/.test(stderr) && !warned)
        wrong.push(`${JSON.stringify(text)}: ${stderr.trim()}`);
    }
    expect(wrong).toEqual([]);
  });
});
