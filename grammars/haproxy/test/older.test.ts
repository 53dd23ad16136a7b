import { describe, expect, test } from 'vitest';
import { findingsOf } from './verdict.ts';

// haproxy 1.8 and 2.0, which RHEL 8 and Ubuntu 20.04 ship. Their manuals (configuration.txt of v1.8.0 and v2.0.0, chapters 3 to 5) have every word
// of OLD, and their sources take prefer-client-ciphers and no-tls-tickets (ssl_sock.c, ssl_parse_default_bind_options() and its like for servers);
// neither source has a warning about headers in the version of `option httpchk`, whose replacement came with 2.2.
const OLD = `global
    ssl-default-bind-options prefer-client-ciphers no-sslv3 no-tlsv10 no-tlsv11 no-tls-tickets
    ssl-default-server-options no-sslv3 no-tlsv10 no-tlsv11 no-tls-tickets
    tune.ssl.default-dh-param 2048
    nbproc 2
defaults
    mode http
    clitimeout 50s
    contimeout 5s
    srvtimeout 50s
    redispatch
frontend f
    bind 10.0.0.1:443 ssl crt /etc/a.pem alpn h2,http/1.1
    block if { src 10.9.9.9 }
    http-request set-header X-Forwarded-Proto https
    reqadd X-Forwarded-Proto:\\ https
    reqidel ^X-Bar:
    reqrep ^([^\\ :]*)\\ /static/(.*) \\1\\ /\\2
    rspadd Strict-Transport-Security:\\ max-age=15768000
    rsprep ^Server:.* Server:\\ x
    rspidel ^Server
    monitor-net 10.0.0.0/24
    default_backend b
backend b
    option httpchk GET / HTTP/1.1\\r\\nHost:\\ x
    server a 10.0.0.2:80 check
`;

describe.each(['1.8', '2.0'])('haproxy %s', (version) => {
  const said = (text: string): readonly (readonly [string, string, boolean])[] =>
    findingsOf(text, version).map(({ rule, severity, rejects }) => [rule, severity, rejects === true]);

  test('takes what its manual has', () => {
    expect(said(OLD)).toEqual([]);
  });

  // 2.2 refuses these; the older ones were not asked.
  test('is not said to refuse what only 2.2 was seen to refuse', () => {
    const text = 'frontend f\n bogus 1\n timeout client 5S\n bind :80 defer\n';
    const found = findingsOf(text, version);
    expect(found.map(({ severity, rejects, daemon }) => [severity, rejects, daemon])).toEqual([
      ['warning', false, 'none'],
      ['warning', false, 'none'],
      ['warning', false, 'none'],
    ]);
    for (const { message, help } of found) {
      expect(message).toMatch(/^haproxy 2\.2 refuses this: /);
      expect(help).toContain(`Whether haproxy ${version} does`);
    }
  });

  // appsession went with 1.6 (its manual no longer has it).
  test('is said to refuse what had gone before it', () => {
    expect(said('backend b\n appsession JSESSIONID len 52 timeout 3h\n')).toEqual([
      ['haproxy/removed-or-deprecated-keyword', 'error', true],
    ]);
  });
});

test('2.2 is judged by what it was seen to refuse', () => {
  const found = findingsOf(OLD, '2.2').filter(({ rejects }) => rejects);
  expect(found.map(({ message }) => /^'([^']+)'/.exec(message)?.[1])).toEqual([
    ...[
      'clitimeout',
      'contimeout',
      'srvtimeout',
      'redispatch',
      'block',
      'reqadd',
      'reqidel',
      'reqrep',
      'rspadd',
      'rsprep',
    ],
    ...['rspidel', 'monitor-net'],
  ]);
});
