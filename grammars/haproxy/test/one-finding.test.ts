import { expect, test } from 'vitest';
import { findingsOf, refusals } from './verdict.ts';

const DEFAULTS = 'defaults\n    timeout client 1s\n    timeout server 1s\n    timeout connect 1s\n';

test('every misspelt head of a section is told, and nothing of what stands below it', () => {
  const text = `${DEFAULTS}resolver dns\n    nameserver a 127.0.0.1:53\nbacked x\n    server s 127.0.0.1\n`;
  expect(refusals(text, '3.0')).toEqual(['5 haproxy/unknown-keyword', '7 haproxy/unknown-keyword']);
  const front = `${DEFAULTS}backend be\n    server s 127.0.0.1:1\nfront end x\n    bind :1\n    default_backend be\n`;
  expect(refusals(front, '3.0')).toEqual(['7 haproxy/unknown-keyword']);
});

test('one finding for one fault of a line', () => {
  const front = `${DEFAULTS}frontend f\n    bind :1 ssl crt /a.pem ktls on\n`;
  expect(refusals(front, '3.2')).toEqual(['6 haproxy/unknown-keyword']);
  const [port] = findingsOf(`${DEFAULTS}frontend f\n    bind 10.0.0.1 80\n`, '3.0').filter(({ rejects }) => rejects);
  expect(port?.help).toBe('Join both with a colon: 10.0.0.1:80');
  expect(refusals(`${DEFAULTS}frontend f\n    bind 10.0.0.1 80\n`, '3.0')).toEqual(['6 haproxy/invalid-address']);
  expect(refusals(`${DEFAULTS}    filter cache x\n`, '3.0')).toEqual(['5 haproxy/misplaced-keyword']);
  expect(refusals(`${DEFAULTS}    use-fcgi-app x\n`, '3.0')).toEqual(['5 haproxy/misplaced-keyword']);
});

test('a bound that is open is not written as a number', () => {
  const [size] = findingsOf('cache a\n    total-max-size 4096\n', '3.0');
  expect(size?.message).toBe("'total-max-size' takes a number up to 4095, not '4096'");
});

test('one finding for a loop of servers that track each other, on the line that closes it', () => {
  const backend = (name: string, to: string): string => `backend ${name}\n    server s 127.0.0.1:1 track ${to}/s\n`;
  expect(refusals(DEFAULTS + backend('b', 'c') + backend('c', 'b'), '3.0')).toEqual(['8 haproxy/invalid-argument']);
});

test.each(['up', 'down'])(
  'a chain of 10,000 servers that track each other, %s, is judged within the time of a test',
  (way) => {
    const count = 10_000;
    let text = `${DEFAULTS}backend b\n`;
    for (let i = 0; i < count; i++) {
      const next = way === 'up' ? i + 1 : i - 1;
      text += `    server s${i} 127.0.0.1:1 ${next < 0 || next >= count ? 'check' : `track s${next}`}\n`;
    }
    expect(refusals(text, '3.0')).toEqual([]);
  },
);
