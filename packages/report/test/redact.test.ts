import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import {
  checkstyle,
  concise,
  github,
  gitlab,
  html,
  json,
  jsonl,
  junit,
  markdown,
  maskText,
  pretty,
  redact,
  sarif,
} from '../src/index.ts';
import { fileOf, findingOf, NONE, placeOf } from './support.ts';

describe('redact', () => {
  test.each([
    ['keepalived', '        auth_pass s3cretpw', '        auth_pass ***'],
    ['keepalived', '  auth_pass "two words" # note', '  auth_pass *** # note'],
    ['keepalived', 'authentication { auth_type PASS auth_pass pw }', 'authentication { auth_type PASS auth_pass *** }'],
    ['keepalived', '  auth_pass s3cret!comment', '  auth_pass ***!comment'],
    ['haproxy', '  stats auth admin:s3cret', '  stats auth admin:***'],
    ['haproxy', '  stats auth admin:"s3 cret" # x', '  stats auth admin:*** # x'],
    ['haproxy', '  user joe insecure-password s3cret groups g', '  user joe insecure-password *** groups g'],
    ['haproxy', '  user joe password $5$abc$def', '  user joe password ***'],
    ['haproxy', '  user joe password s3\\ cret', '  user joe password ***'],
    ['sysctl', 'net.ipv4.ip_forward = 1', 'net.ipv4.ip_forward = 1'],
    ['sshd', '-----BEGIN OPENSSH PRIVATE KEY-----', '***'],
    ['sshd', 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAABFwAAAAdzc2gtcn', '***'],
  ] as const)('%s: %s', (language, line, masked) => {
    expect(redact(line, language).text).toBe(masked);
  });

  test('columns follow: before, inside and behind a secret', () => {
    const { text, column } = redact('user j password longsecret groups g', 'haproxy');
    expect(text).toBe('user j password *** groups g');
    expect([0, 16, 18, 26, 27, 34].map(column)).toEqual([0, 16, 18, 19, 20, 27]);
  });

  test('several lines', () => {
    expect(maskText('a\nauth_pass x\nb', 'keepalived')).toBe('a\nauth_pass ***\nb');
  });
});

describe('no format shows a secret that stands on a line it shows or in an edit it offers', () => {
  const secret = 'hunter2hunter2';
  const rules = [{ id: 'vrrp/priority-out-of-range', summary: 'x', severity: 'error' }] as const;
  const texts = [
    ['keepalived', `vrrp_instance A {\n  auth_pass ${secret}\n}\n`, 'auth_pass'],
    ['haproxy', `backend b\n  stats auth joe:${secret}\n`, 'stats'],
    ['haproxy', `userlist u\n  user joe insecure-password ${secret}\n`, 'user joe'],
  ] as const;
  const formats = {
    pretty: (findings: Parameters<typeof json>[0]) =>
      pretty(findings, NONE, { width: 80, colors: pc.createColors(false) }),
    json: (findings: Parameters<typeof json>[0]) => json(findings, NONE),
    sarif: (findings: Parameters<typeof json>[0]) => sarif(findings, rules, '0.1.0'),
    markdown: (findings: Parameters<typeof json>[0]) => markdown(findings, NONE),
    html: (findings: Parameters<typeof json>[0]) => html(findings, NONE),
    concise,
    jsonl,
    junit,
    checkstyle,
    github,
    gitlab,
  };
  test.each(Object.entries(formats))('%s', (_name, format) => {
    for (const [language, text, word] of texts) {
      const file = fileOf('/f', language, text, 'f');
      for (const at of [placeOf(file, word), placeOf(file, secret), placeOf(file, secret.slice(3, 6))]) {
        const whole = text.split('\n')[1] as string;
        const finding = findingOf(at, {
          related: [{ at, message: 'here' }],
          fix: { title: 'Move it', safety: 'unsafe', edits: [{ at, text: whole }] },
        });
        expect(format([finding])).not.toContain(secret);
        expect(format([finding])).not.toContain('ter2hun');
      }
    }
  });
});
