import { expect, test } from 'vitest';
import { parseHaproxy, type HaproxyUnit, type Line } from '../src/index.ts';

/** The sections of a text, each without the blanks of this file. */
function sections(text: string): readonly HaproxyUnit[] {
  return parseHaproxy(text).ast.sections;
}

/** The first line of a section of that kind. */
function lineOf<K extends Line['kind']>(kind: K, line: string, section = 'listen x'): Extract<Line, { kind: K }> {
  const node = sections(`${section}\n  ${line}\n`)[0]?.statements[0];
  if (node?.kind !== kind) throw new Error(`${node?.kind ?? 'nothing'}, not ${kind}: ${line}`);
  return node as Extract<Line, { kind: K }>;
}

test('an address gives its numbers, and its parts as leaves', () => {
  const text =
    'global\ndefaults\nbackend b\n  server a ipv4@10.0.0.1:80-90 check weight 5 inter 2s\n  server c "/r\\x75n/\\ s" \n';
  const backend = sections(text)[2];
  if (backend?.kind !== 'backend') throw new Error('kind');
  const [a, c] = backend.servers;
  expect([a?.address.prefix, a?.address.host, a?.address.port, a?.address.portEnd, a?.port, a?.check]).toEqual([
    'ipv4',
    '10.0.0.1',
    80,
    90,
    80,
    true,
  ]);
  const parts = (a?.address.parts ?? []).map(({ kind, span }) => [kind, text.slice(span.start, span.end)]);
  expect(parts).toEqual([
    ['prefix', 'ipv4@'],
    ['host', '10.0.0.1'],
    ['port', '80'],
    ['port-end', '90'],
  ]);
  expect(a?.options.map(({ args }) => args[0]).slice(1)).toMatchObject([
    { kind: 'integer', number: 5 },
    { kind: 'time', milliseconds: 2000 },
  ]);
  expect([c?.address.host, c?.address.parts[0]?.raw]).toEqual(['/run/ s', '/r\\x75n/\\ s']);
  expect(backend.servers[0]).toBe(backend.statements[0]);
});

test('ports relative to the client', () => {
  const { address } = lineOf('server', 'server a [::1]:-100');
  expect([address.host, address.offset, address.port]).toEqual(['::1', '-', 100]);
});

test('rules: action, arguments, condition', () => {
  const rule = lineOf(
    'rule',
    `http-request set-header X "a %[src,ipmask(24)] %{+Q}ci" if !a { path -m beg -i /x /y } or b`,
  );
  expect([rule.ruleSet, rule.action.name.value, rule.args.map(({ kind }) => kind)]).toEqual([
    'http-request',
    'set-header',
    ['word', 'format'],
  ]);
  const format = rule.args[1];
  if (format?.kind !== 'format') throw new Error('kind');
  expect(format.parts.map(({ kind }) => kind)).toEqual(['text', 'sample-part', 'text', 'alias']);
  const [, part, , alias] = format.parts;
  if (part?.kind !== 'sample-part' || alias?.kind !== 'alias') throw new Error('kind');
  expect(part.sample.fetch?.name.value).toBe('src');
  expect(part.sample.converters.map(({ name, args }) => [name.value, args?.[0]?.raw])).toEqual([['ipmask', '24']]);
  expect([alias.flags?.raw, alias.name.raw]).toEqual(['{+Q}', 'ci']);
  const { condition } = rule;
  expect(condition?.test).toBe('if');
  expect(condition?.either.map((terms) => terms.map(({ kind, negated }) => [kind, negated]))).toEqual([
    [
      ['acl-ref', true],
      ['anonymous-acl', false],
    ],
    [['acl-ref', false]],
  ]);
  const term = condition?.either[0]?.[1];
  if (term?.kind !== 'anonymous-acl') throw new Error('kind');
  expect(term.criterion?.flags.map(({ name, argument }) => [name.raw, argument?.raw])).toEqual([
    ['-m', 'beg'],
    ['-i', undefined],
  ]);
  expect(term.criterion?.patterns.map(({ value }) => value)).toEqual(['/x', '/y']);
});

test.each([
  [
    'http-request deny status 429 content-type text/plain lf-string "%ci" if a',
    'status:word 429:integer content-type:word text/plain:word lf-string:word "%ci":format',
  ],
  ['http-request set-var(txn.a) req.hdr(host), lower if a', 'req.hdr(host), lower:sample'],
  ['http-request track-sc0 src table t if a', 'src:sample table:word t:word'],
  ['http-request set-timeout server 5s', 'server:word 5s:time'],
  ['http-request set-timeout server var(txn.t)', 'server:word var(txn.t):sample'],
  ['http-request replace-path (.*) /x\\1 unless a', '(.*):word /x\\1:format'],
  [
    'http-request redirect location http://%[hdr(host)] code 301 if a',
    'location:word http://%[hdr(host)]:format code:word 301:integer',
  ],
  ['http-request return', ''],
  ['tcp-request content accept if a', ''],
  ['tcp-response content set-mark 0x10', '0x10:integer'],
  ['http-request lua.x 1 2 if a', '1:word 2:word'],
])('arguments of %s', (line, expected) => {
  const rule = lineOf('rule', line);
  expect(rule.args.map(({ raw, kind }) => `${raw}:${kind}`).join(' ')).toBe(expected);
  expect(rule.condition !== undefined).toBe(/ (?:if|unless) a$/.test(line));
});

test('an acl with a word that only acls know, and one over several words', () => {
  const acl = lineOf('acl', 'acl a path_beg -i /x "/y z"');
  expect([acl.name.value, acl.criterion.alias, acl.criterion.sample.fetch?.name.value]).toEqual([
    'a',
    true,
    'path_beg',
  ]);
  expect(acl.criterion.patterns.map(({ value }) => value)).toEqual(['/x', '/y z']);
  expect(lineOf('acl', 'acl a req.hdr(host),lower x').criterion.alias).toBe(false);
});

test('parts of quoted words are where they are written', () => {
  const line = `acl a "req.hdr('a\\"b'),lower" x`;
  const text = `listen x\n${line}\n`;
  const acl = sections(text)[0]?.statements[0];
  if (acl?.kind !== 'acl') throw new Error('kind');
  const { fetch, converters } = acl.criterion.sample;
  const raw = (span: { start: number; end: number } | undefined): string | undefined =>
    span && text.slice(span.start, span.end);
  expect([raw(fetch?.span), raw(fetch?.args?.[0]?.span), raw(converters[0]?.span)]).toEqual([
    `req.hdr('a\\"b')`,
    `'a\\"b'`,
    'lower',
  ]);
});

test('tables, logs, timeouts and other lines', () => {
  const table = lineOf(
    'stick-table',
    'stick-table type string len 32 size 1m expire 10m store gpc0,http_req_rate(10s)',
  );
  expect([table.type?.value, table.size?.size, table.expire?.milliseconds]).toEqual(['string', 1_048_576, 600_000]);
  expect(table.store.map(({ name, args }) => [name.value, args?.[0]?.value])).toEqual([
    ['gpc0', undefined],
    ['http_req_rate', '10s'],
  ]);
  const log = lineOf('log', 'log 10.0.0.1:514 len 2048 format rfc5424 local0 info err', 'global');
  expect([log.target.kind, log.options.length, log.facility?.value, log.levels.map(({ value }) => value)]).toEqual([
    'address',
    2,
    'local0',
    ['info', 'err'],
  ]);
  expect(lineOf('log', 'log global').target.kind).toBe('word');
  expect(lineOf('timeout', 'timeout connect 5s').time.milliseconds).toBe(5000);
  expect(lineOf('mode', 'mode http # c').comment?.text).toBe('# c');
  expect(lineOf('balance', 'balance hdr(host)').brackets?.[0]?.value).toBe('host');
  expect(lineOf('option-line', 'no option httpclose').prefix?.value).toBe('no');
  const stick = lineOf('stick', 'stick on src table t if a');
  expect([stick.sample.raw, stick.table?.value, stick.condition?.either.length]).toEqual(['src', 't', 1]);
  expect(lineOf('use_backend', 'use_backend %[req.hdr(host)]').backend.parts[0]?.kind).toBe('sample-part');
  expect(lineOf('log-format', 'log-format "%ci:%cp"').parts.length).toBe(3);
  expect(lineOf('conditional', 'stats admin if a').condition.test).toBe('if');
  expect(lineOf('peer', 'peer p 10.0.0.1:1024', 'peers x').address.port).toBe(1024);
  expect(lineOf('nameserver', 'nameserver n 10.0.0.1:53', 'resolvers x').address.port).toBe(53);
  expect(lineOf('stats-socket', 'stats socket /a mode 660', 'global').options[0]?.args[0]?.value).toBe('660');
  expect(lineOf('user', 'user a password x groups g', 'userlist x').options.length).toBe(2);
});

test.each([
  ['server "x', 'words'],
  ['frobnicate 1', 'keyword'],
  ['server x', 'arguments'],
  ['{{ lines }}', 'keyword'],
])('%s cannot be read: %s', (line, reason) => {
  const node = lineOf('unreadable', line);
  expect([node.text, node.reason]).toEqual([line, reason]);
});

test('spans follow an edit above', () => {
  const document = parseHaproxy('global\nbackend b\n  server s 10.0.0.1:80\n');
  const host = (): string | undefined => {
    const backend = document.ast.sections[1];
    const part = backend?.kind === 'backend' ? backend.servers[0]?.address.parts[0] : undefined;
    return part === undefined ? undefined : document.print().slice(part.span.start, part.span.end);
  };
  expect(host()).toBe('10.0.0.1');
  document.edit({ start: 6, end: 6 }, '\n  daemon');
  expect(host()).toBe('10.0.0.1');
});
