import { predictListeners, snapshotFromFiles } from '../../packages/halint/src/index.ts';
import { expect, test } from 'vitest';

// haproxy 2.6 with this file, `-L ha0`: ss -ltn shows 127.0.0.1:9999, 127.0.0.1:1024, 127.0.0.1:514 and 127.0.0.1:8080.
const CONFIG = `global
  stats socket ipv4@127.0.0.1:9999 level admin
  stats socket /tmp/haproxy.sock
defaults
  mode tcp
  timeout connect 1s
  timeout client 1s
  timeout server 1s
peers mesh
  peer ha0 127.0.0.1:1024
  peer ha1 127.0.0.2:1024
log-forward syslog
  bind 127.0.0.1:514
  log 127.0.0.1:5140 local0
listen web
  bind 127.0.0.1:8080
  server a 127.0.0.1:81
`;

const socketsOf = (host: string, text: string): string[] =>
  (predictListeners(snapshotFromFiles(new Map([[`${host}/etc/haproxy/haproxy.cfg`, text]])))[0]?.sockets ?? []).map(
    ({ address, port }) => `${address}:${port}`,
  );

test('stats sockets, log-forward and the local peer listen too', () => {
  expect(socketsOf('ha0', CONFIG)).toEqual(['127.0.0.1:8080', '127.0.0.1:9999', '127.0.0.1:1024', '127.0.0.1:514']);
  expect(socketsOf('ha1', CONFIG)).toContain('127.0.0.2:1024');
  expect(socketsOf('ha2', CONFIG)).not.toContain('127.0.0.1:1024');
  expect(socketsOf('ha2', CONFIG.replace('global\n', 'global\n  localpeer ha1\n'))).toContain('127.0.0.2:1024');
});

test('in a peers section with a bind of its own, servers are where others listen', () => {
  const peers = 'peers mesh\n  bind 127.0.0.1:1024\n  server ha0\n  server ha1 127.0.0.2:1024\n';
  expect(socketsOf('ha1', peers)).toEqual(['127.0.0.1:1024']);
});

// The same ones with haproxy 2.6, 3.0 and 3.2, `-L ha0`.
test.each([
  ['disabled\n', '', false],
  ['', 'disabled\n', false],
  ['disabled\n  enabled\n', '', true],
  ['enabled\n  disabled\n', '', false],
])('a peers section with `%s%s` opens a socket: %s', (above, below, isOpen) => {
  const peers = `peers mesh\n  ${above}  peer ha0 127.0.0.1:1024\n  ${below}`;
  expect(socketsOf('ha0', peers)).toEqual(isOpen ? ['127.0.0.1:1024'] : []);
  const own = `peers mesh\n  ${above}  bind 127.0.0.1:1024\n  server ha0\n  ${below}`;
  expect(socketsOf('ha0', own)).toEqual(isOpen ? ['127.0.0.1:1024'] : []);
});

test('a disabled peers section is in nobody’s way, and `disabled` of defaults does not reach one', () => {
  const report = (peers: string): ReturnType<typeof predictListeners>[number] | undefined =>
    predictListeners(
      snapshotFromFiles(
        new Map([
          ['ha0/etc/haproxy/haproxy.cfg', peers],
          ['ha0/etc/ssh/sshd_config', 'Port 1024\n'],
        ]),
      ),
    )[0];
  const peers = (first: string): string => `peers mesh\n  ${first}peer ha0 127.0.0.1:1024\n`;
  expect(report(peers(''))?.conflicts).toHaveLength(1);
  expect(report(peers('disabled\n  '))?.conflicts).toEqual([]);
  expect(socketsOf('ha0', `defaults\n  disabled\n${peers('')}`)).toEqual(['127.0.0.1:1024']);
});
