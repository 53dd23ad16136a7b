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
