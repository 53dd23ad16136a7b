import { describe, expect, test } from 'vitest';
import { facts, hasShared } from './shared.ts';
import { findingsOf, refusals } from './verdict.ts';

/** section, line, versions that refuse it; the others take it. Each row was put to the daemons 2.2, 2.6, 3.0 and 3.2. */
const ALL = ['2.2', '2.6', '3.0', '3.2'];
const LINES: readonly (readonly [section: string, line: string, refused: readonly string[]])[] = [
  ['listen x', 'timeout connect 1d2h', []],
  ['listen x', 'timeout connect 5S', ALL],
  ['listen x', 'timeout connect 25d', ALL],
  ['listen x', 'timeout connect 2147483647', []],
  ['listen x', 'timeout connect 2147483648', ALL],
  ['listen x', 'timeout connect', ALL],
  ['listen x', 'timeout connect 5s foo', ALL],
  ['listen x', 'timeout client 5us', ['2.2']],
  ['listen x', 'timeout foo 5s', ALL],
  ['listen x', 'mode', ALL],
  ['listen x', 'mode TCP', ALL],
  ['listen x', 'mode health', ['2.6', '3.0', '3.2']],
  ['listen x', 'mode log', ['2.2', '2.6']],
  ['listen x', 'mode spop', ['2.2', '2.6', '3.0']],
  ['listen x', 'maxconn abc', []],
  ['listen x', 'maxconn 1 2', ALL],
  ['listen x', 'retries abc', []],
  ['listen x', 'retries', ALL],
  ['listen x', 'balance', []],
  ['listen x', 'balance roundrobin foo', []],
  ['listen x', 'balance hdr', ALL],
  ['listen x', 'balance hdr(x)', []],
  ['listen x', 'balance random(2)', []],
  ['listen x', 'balance hash src', ['2.2']],
  ['listen x', 'balance sticky', ['2.2', '2.6']],
  ['listen x', 'no maxconn 5', ALL],
  ['listen x', 'no option httplog', ALL],
  ['listen x', 'no log', []],
  ['listen x', 'option httpclose a', ALL],
  ['listen x', 'option foo', ALL],
  ['listen x', 'acl a/b src 1.1.1.1', ALL],
  ['listen x', 'http-request deny if nope', ALL],
  ['listen x', 'http-request deny if !TRUE', []],
  ['listen x', 'log 127.0.0.1 local9', ALL],
  ['listen x', 'log stdout format raw local0', []],
  ['listen x', 'blance roundrobin', ALL],
  ['frontend x', 'bind 1.2.3.4', ALL],
  ['frontend x', 'bind :80-90', []],
  ['frontend x', 'bind :90-80', ['2.6', '3.0', '3.2']],
  ['frontend x', 'bind :0', ALL],
  ['frontend x', 'bind :65536', ALL],
  ['frontend x', 'bind :http', ALL],
  ['frontend x', 'bind 1.2.3:80', []],
  ['frontend x', 'bind 1.2.3.400:80', ALL],
  ['frontend x', 'bind [::]:80', []],
  ['frontend x', 'bind :::80', []],
  ['frontend x', 'bind *:80,*:81', []],
  ['frontend x', 'bind :80 foo', ALL],
  ['frontend x', 'bind :80 name', ALL],
  ['frontend x', 'bind "$X":80', []],
  ['frontend x', 'bind /tmp/s', []],
  ['frontend x', 'server s 1.1.1.1:80', ALL],
  ['backend x', 'bind :80', []],
  ['backend x', 'server s', ALL],
  ['backend x', 'server s 1.1.1.1:0', []],
  ['backend x', 'server s 1.1.1.1:+5', []],
  ['backend x', 'server s 1.1.1.1:70000', ['2.6', '3.0', '3.2']],
  ['backend x', 'server s 1.1.1.1:80-90', ALL],
  ['backend x', 'server s/x 1.1.1.1:80', ALL],
  ['backend x', 'server s 1.1.1.1:80 weight 257', ALL],
  ['backend x', 'server s 1.1.1.1:80 weight abc', []],
  ['backend x', 'server s 1.1.1.1:80 inter 0', ALL],
  ['backend x', 'server s 1.1.1.1:80 rise 0', ALL],
  ['backend x', 'server s 1.1.1.1:80 chek', ALL],
  ['backend x', 'default-server inter x', ALL],
  ['backend x', 'server-template s 0 foo:80', ALL],
  ['defaults', 'http-request deny', ALL],
  ['defaults d', 'http-request deny', ['2.2']],
  ['defaults', 'bind :80', ALL],
  ['global', 'daemon x', ALL],
  ['global', 'foo', ALL],
  ['global', 'nbproc 2', ['2.6', '3.0', '3.2']],
];

describe.each(ALL)('haproxy %s', (version) => {
  test.each(LINES)('%s: %s', (section, line, refused) => {
    const found = refusals(`${section}\n    ${line}\n`, version);
    expect(found.length > 0, found.join()).toBe(refused.includes(version));
    if (found.length > 0) expect(found[0]).toMatch(/^2 /);
  });
});

test('an unknown action is refused', () => {
  const text = 'listen x\n    http-request foo\n';
  expect(refusals(text, '2.6')).toEqual(['2 haproxy/unknown-keyword']);
  expect(refusals(text, '2.2')).toEqual(['2 haproxy/unknown-keyword']);
});

test('a word that is nearly a keyword is suggested, with a fix', () => {
  const finding = findingsOf('backend b\n    server a 10.0.0.1:80 chek\n', '3.2').find(
    ({ rejects }) => rejects === true,
  );
  expect(finding?.message).toBe("'chek' is no word of a server line, did you mean 'check'?");
  expect(finding?.fix?.edits.map((edit) => edit.text)).toEqual(['check']);
});

test('an unknown section is one finding, not one for each of its lines', () => {
  expect(refusals('listen x\n    bind :80\nfoosection a\n    bar 1\n    baz 2\n', '3.2')).toEqual([
    '3 haproxy/unknown-keyword',
  ]);
  expect(refusals('foo\n    bar\n', '3.2')).toEqual(['1 haproxy/unknown-section']);
});

test('a keyword of another section says where it belongs', () => {
  expect(
    findingsOf('frontend f\n    server a 10.0.0.1:80\n', '3.2').find(({ rejects }) => rejects === true)?.message,
  ).toBe("'server' is valid in listen and backend, not in frontend");
});

test('the last line needs its newline from 2.3 on', () => {
  expect(refusals('global\n    daemon', '2.2')).toEqual([]);
  expect(refusals('global\n    daemon', '2.6')).toEqual(['2 haproxy/missing-final-newline']);
});

test('lines in a block that the target does not read are not judged', () => {
  const text = (condition: string): string => `listen x\n.if ${condition}\n    mode foo\n.else\n    mode tcp\n.endif\n`;
  expect(refusals(text('version_atleast(3.0)'), '2.6')).toEqual([]);
  expect(refusals(text('version_atleast(3.0)'), '3.0')).toEqual(['3 haproxy/unknown-mode']);
  expect(refusals(text('!version_atleast(3.0) && 1'), '3.2')).toEqual([]);
  expect(refusals(text('feature(OPENSSL)'), '3.2')).toEqual(['3 haproxy/unknown-mode']);
  expect(refusals(text('feature(QUIC)'), '3.2')).toEqual([]);
});

test('templates raise nothing', () => {
  const text =
    '{% for b in backends %}\nbackend {{ b.name }}\n    server {{ b }} {{ b["ip"] }}:80 check\n{% endfor %}\nlisten x\n    default_backend nope\n';
  expect(refusals(text, '3.2')).toEqual([]);
});

test('names: ACLs belong to their section; those of defaults are not seen elsewhere', () => {
  const text =
    'defaults d\n    acl a src 10.0.0.1\nfrontend f from d\n    http-request deny if a !b\nfrontend g\n    acl b src 10.0.0.2\n';
  expect(refusals(text, '3.2')).toEqual(['4 haproxy/acl-undefined']);
});

test('names: proxies, servers, backends', () => {
  const text =
    'frontend a\n    default_backend nope\nfrontend a\nbackend a\n    server s 10.0.0.1:1\n    server s 10.0.0.2:1\n';
  expect([...refusals(text, '3.2')].sort()).toEqual([
    '2 haproxy/backend-undefined',
    '3 haproxy/duplicate-proxy',
    '6 haproxy/duplicate-server-name',
  ]);
  expect(refusals('frontend a\nbackend a\n', '3.4')).toEqual(['2 haproxy/duplicate-proxy']);
});

describe.skipIf(!hasShared)('probes', () => {
  const rows = hasShared ? facts('lex-table.tsv').split('\n').slice(1).filter(Boolean) : [];
  const versions = ['2.2', '2.6', '2.8', '3.0', '3.2', '3.4'];
  /** Refused for what the machine lacks: a certificate, a file, a host name, a user, a variable of the environment. */
  const environment = new Set(['bind_crt_nossl', 'errloc', 'srv_host', 'user_unk']);
  test.each(versions.map((version, i) => [version, i] as const))('every verdict of %s', (version, i) => {
    const wrong: string[] = [];
    for (const row of rows) {
      const [probe = '', ...exits] = row.split('\t');
      const found = refusals(facts(`lex/${probe}.cfg`), version);
      // 0 valid, 2 valid without a listener, 1 refused, 139 a crash (tune.bufsize 10).
      const refused = exits[i] === '1' || exits[i] === '139';
      if (environment.has(probe) ? found.length > 0 : refused !== found.length > 0)
        wrong.push(`${probe}: exit ${exits[i] ?? ''}, halint ${found.join()}`);
    }
    expect(wrong).toEqual([]);
  });
});
