import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_TARGETS } from '@halint/core';
import { parseSystemd, systemd } from '@halint/grammar-systemd';
import { fileLimit, type UnitFacts } from '@halint/model';
import { describe, expect, test } from 'vitest';

// Values that systemd passes over: halint beside `systemd-analyze verify`, value by value.

const version = /^systemd (\d+)/.exec(
  spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' }).stdout ?? '',
)?.[1];
if (version === undefined) console.warn('SKIPPED: systemd-analyze is needed to compare its messages');

type Values = Readonly<Record<string, readonly string[]>>;

const SERVICE: Values = {
  LimitNOFILE: [
    ...'1000 1000:65536 infinity 1000:infinity 0 010 0x10 +5 4294967296 18446744073709551614'.split(' '),
    ...'abc 512K 512k 65536:1000 infinity:1000 -1 1000: :1000 1:2:3 1.5 max 1e3 08 18446744073709551615'.split(' '),
    '1000 2000',
    '1000 : 2000',
    '"1000"',
  ],
  Restart: 'no always on-success on-failure on-abnormal on-abort on-watchdog sometimes Always yes on_failure'.split(
    ' ',
  ),
  RestartSec: [
    ...'5 5s 100ms 1min 0 infinity 1.5 .5 +5 5us 1h30m 1w 1y 1m 1M 2days 1month'.split(' '),
    ...'1min 30s|5 s|5 sec|1d 2h|1 month|banana|-1|5x|5.|0x5|5,5|10s;|5 apples|infinity 5|5 5'.split('|'),
  ],
  RestartPreventExitStatus: [
    ...'0 255 SIGTERM TERM DATAERR CONFIG SIGRTMIN+1 RTMIN STKFLT BPF EXCEPTION 256 -1 sigterm foo 1,2 1-5 POLL IOT CLD'.split(
      ' ',
    ),
    '1 2 SIGKILL',
    '1 foo SIGKILL',
  ],
  Type: 'simple exec forking oneshot dbus notify idle wrong Simple one-shot'.split(' '),
  User: 'haproxy 1000 0 65536 a.b a-b_c HAProxy 1abc %u -1 65535 4294967295 root: ha:x a/b . ..'.split(' '),
  DynamicUser: 'yes no true false 1 0 on off YES True y n t f maybe 2 enabled'.split(' '),
  Environment: [
    'A=b',
    '"A=b c"',
    'A="b c" D=e',
    "'A=b'",
    'A=b"c"',
    'A=%%',
    'A=%q',
    '_a1=',
    'A',
    '=b',
    'A=b C',
    '1A=b',
    '"A=b',
    'A-B=c',
    'A="b c',
    "A='b",
    'a.b=c',
  ],
  NoNewPrivileges: ['yes', 'maybe'],
};
const SOCKET: Values = {
  ListenStream: [
    ...'22 022 +22 0x16 0.0.0.0:22 [::]:22 [::1]:22 /run/x @x vsock::22 vsock:2:22'.split(' '),
    ...'0 65536 [::1] 1.2.3.4 ::1 abc 1.2.3.4:99999 192.0.2.1:ssh run/x 22x 1.2.3.4:0 -22 :22 *:22 localhost:22 300.1.1.1:22'.split(
      ' ',
    ),
    '/run/x y',
    `/run/${'x'.repeat(102)}`,
    `/run/${'x'.repeat(103)}`,
  ],
  ListenDatagram: '22 0.0.0.0:22 [::]:22 /run/x @x 0 99999 foo:bar 10.99.0.300:22 [::1] run/x'.split(' '),
  ListenSequentialPacket: '/run/x @x run/x foo:bar 99999 1.2.3.4'.split(' '),
  Accept: ['yes', 'no', 'maybe'],
  FreeBind: ['yes', 'tru'],
  BindIPv6Only: ['default', 'both', 'ipv6-only', 'yes', 'Both'],
};

interface Case {
  readonly line: string;
  readonly text: string;
  readonly kind: 'service' | 'socket';
}

const casesOf = (kind: Case['kind'], head: string, values: Values): Case[] =>
  Object.entries(values).flatMap(([key, all]) =>
    all.map((value) => ({ line: `${key}=${value}`, text: `${head}\n${key}=${value}\n`, kind })),
  );
const CASES = [
  ...casesOf('service', '[Service]\nExecStart=/bin/true', SERVICE),
  ...casesOf('socket', '[Socket]\nListenStream=1', SOCKET),
];

function findings(text: string): ReturnType<typeof systemd.check> {
  const document = parseSystemd(text);
  return document.sections.flatMap((section) => systemd.check(document, section, DEFAULT_TARGETS));
}

describe.skipIf(version === undefined)('systemd-analyze verify', () => {
  test('passes over the same values', () => {
    const folder = mkdtempSync(join(tmpdir(), 'halint-values-'));
    try {
      const paths = CASES.map(({ kind, text }, i) => {
        if (kind === 'socket') writeFileSync(join(folder, `v${i}.service`), '[Service]\nExecStart=/bin/true\n');
        const path = join(folder, `v${i}.${kind}`);
        writeFileSync(path, text);
        return path;
      });
      const { stderr } = spawnSync('systemd-analyze', ['verify', ...paths], { encoding: 'utf8', maxBuffer: 1 << 26 });
      const real = new Set([...stderr.matchAll(/^\S*\/v(\d+)\.\w+:3: /gm)].map(([, i]) => Number(i)));
      const theirs = CASES.filter((_, i) => real.has(i)).map(({ line }) => line);
      const ours = CASES.filter(({ text }) => findings(text).length > 0).map(({ line }) => line);
      expect(theirs.length).toBeGreaterThan(60);
      expect(ours).toEqual(theirs);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const messages = (text: string): readonly string[] =>
  findings(text).map(({ severity, message }) => `${severity} ${message}`);

test('messages', () => {
  const service = (line: string): readonly string[] => messages(`[Service]\n${line}\n`);
  expect(service('Restart=on-failur')).toEqual(['warning Restart=on-failur: did you mean on-failure?']);
  expect(service('LimitNOFILE=65536:1000')).toEqual([
    'warning LimitNOFILE=65536:1000: the soft limit, in front of the colon, is above the hard one',
  ]);
  // "Unit configuration has fatal error, unit will not be started."
  expect(service('User=ha:x')).toEqual(['error User=ha:x: it is no name or number of a user']);
  // 253 has it.
  expect(service('Type=notify-reload')).toEqual([]);
  expect(service('LimitNOFILE={{ files }}')).toEqual([]);
  expect(service('Environment="PASSWORD=geheim')[0]).not.toContain('geheim');
  expect(service('Environment=geheim')[0]).not.toContain('geheim');
});

test('a head that is not closed is told of once: systemd reads no further', () => {
  const text = '[Unit]\nDescription=a\n[Socket\nListenStream=\nListenStream=192.0.2.1:22\nFreeBind=yes\n[Sevice]\nx\n';
  expect(messages(text)).toEqual(['error `[Socket` is no section head: nothing below it counts']);
  expect(messages('[Socket\nListenStream=22\nx\n')).toHaveLength(1);
});

test('the limit that counts is the last one that systemd can read', () => {
  const unit = (...values: readonly string[]): UnitFacts =>
    ({ values: () => values.map((value) => ({ value, host: 'h' })) }) as unknown as UnitFacts;
  expect(fileLimit(unit('1000', '512K'))?.value).toEqual({ soft: 1000, hard: 1000 });
  expect(fileLimit(unit('010:0x10'))?.value).toEqual({ soft: 8, hard: 16 });
});
