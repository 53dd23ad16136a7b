import { expect, test } from 'vitest';
import { DEFAULT_TARGETS, type SourceFile } from '@halint/core';
import { haproxy, parseHaproxy } from '../src/index.ts';

const TEXT = `# pair
global
    daemon
    maxconn 4096
    log /dev/log local0
defaults
    mode tcp
    timeout connect 5s
    default-server inter 3s fall 2
frontend ssh_front
    bind 192.168.2.232:22,[fd99::100]:2200-2210 transparent interface eth0 # vip
    default_backend ssh_back
backend ssh_back
    balance roundrobin
    option tcp-check
    tcp-check expect rstring ^SSH-
    server ha0 192.168.2.230:22 check
    server "ha1" 192.168.2.231:22 check inter 1s backup
    server "open
`;

function file(text: string): SourceFile {
  return {
    path: '/etc/haproxy/haproxy.cfg',
    display: 'haproxy.cfg',
    language: 'haproxy',
    document: parseHaproxy(text),
  };
}

const context = { host: 'ha0', hostName: 'ha0', targets: DEFAULT_TARGETS, included: () => [] };

test('the tree is typed, with absolute spans', () => {
  const { ast } = parseHaproxy(TEXT);
  expect(ast.sections.map((section) => [section.kind, section.name?.value])).toEqual([
    ['prelude', undefined],
    ['global', undefined],
    ['defaults', undefined],
    ['frontend', 'ssh_front'],
    ['backend', 'ssh_back'],
  ]);
  const [, , , front, back] = ast.sections;
  if (front?.kind !== 'frontend' || back?.kind !== 'backend') throw new Error('kinds');
  const [bind] = front.binds;
  expect(
    bind?.addresses.map(({ host, port, portEnd, span }) => [host, port, portEnd, TEXT.slice(span.start, span.end)]),
  ).toEqual([
    ['192.168.2.232', 22, 22, '192.168.2.232:22'],
    ['fd99::100', 2200, 2210, '[fd99::100]:2200-2210'],
  ]);
  expect(bind?.options.map(({ name, args }) => [name.value, ...args.map((arg) => arg.value)])).toEqual([
    ['transparent'],
    ['interface', 'eth0'],
  ]);
  expect(back.servers.map(({ name, address, check }) => [name.value, address?.port, check])).toEqual([
    ['ha0', 22, true],
    ['ha1', 22, true],
  ]);
  const last = back.statements[back.statements.length - 1];
  expect(last?.kind).toBe('unreadable');
  expect(last === undefined ? '' : TEXT.slice(last.span.start, last.span.end)).toBe('server "open');
});

test('facts: sockets, servers with what they inherit, logs', () => {
  const facts = haproxy.lower([file(TEXT)], context);
  expect(facts.globals.maxconn?.value).toBe(4096);
  expect(facts.logs.map((log) => [log.address.value, log.facility?.value])).toEqual([['/dev/log', 'local0']]);
  expect([...facts.bindAddresses()]).toEqual(['192.168.2.232', 'fd99::100']);
  expect(facts.bindsOnPort(2205).map((bind) => [bind.family, bind.interface, bind.transparent])).toEqual([
    ['ipv6', 'eth0', true],
  ]);
  const front = facts.proxy('frontend', 'ssh_front');
  expect(front?.backends.map((name) => name.value)).toEqual(['ssh_back']);
  expect(front?.mode.value).toBe('tcp');
  expect(front?.timeouts.connect?.value).toBe(5000);
  expect(facts.proxy('backend', 'ssh_back')?.checks.map((check) => check.value)).toEqual([
    'option tcp-check',
    'tcp-check expect rstring ^SSH-',
  ]);
  const [ha0] = facts.serversAt('192.168.2.230');
  const [ha1] = facts.serversAt('192.168.2.231');
  expect([ha0?.check.value, ha0?.inter.value, ha0?.fall.value, ha0?.backup]).toEqual([true, 3000, 2, false]);
  expect([ha1?.name.value, ha1?.inter.value, ha1?.backup]).toEqual(['ha1', 1000, true]);
});

test('facts follow an edit', () => {
  const source = file(TEXT);
  haproxy.lower([source], context).serversAt('192.168.2.230');
  const at = TEXT.indexOf('192.168.2.230:22');
  source.document.edit({ start: at, end: at + '192.168.2.230:22'.length }, '10.9.8.7:23');
  const facts = haproxy.lower([source], context);
  expect(facts.serversAt('192.168.2.230')).toEqual([]);
  expect(facts.serversAt('10.9.8.7').map((server) => server.port?.value)).toEqual([23]);
});

test('help at a place: keyword, completion, path, outline', () => {
  const document = parseHaproxy(TEXT);
  expect(haproxy.keywordAt(document, TEXT.indexOf('balance') + 2, DEFAULT_TARGETS)?.row.word).toBe('balance');
  expect(haproxy.keywordAt(document, TEXT.indexOf('inter 1s') + 1, DEFAULT_TARGETS)?.row.in).toEqual(['server']);
  const labels = (at: number): string[] => haproxy.complete(document, at, DEFAULT_TARGETS).map((entry) => entry.label);
  expect(labels(TEXT.indexOf('ssh_back\nbackend'))).toEqual(['ssh_back']);
  expect(labels(TEXT.indexOf('balance'))).toContain('server');
  const section = document.sections[4];
  if (section === undefined) throw new Error('section');
  const start = section.text.indexOf('server "ha1"');
  expect(haproxy.statementPath(document, { section, start, end: start + 1 })).toBe('backend ssh_back/server#2');
  expect(haproxy.symbols(document).map((symbol) => symbol.name)).toEqual([
    'global',
    'defaults',
    'ssh_front',
    'ssh_back',
  ]);
});
