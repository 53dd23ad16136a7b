import { DEFAULT_TARGETS, type SourceFile } from '@halint/core';
import { decidingStep, SEVERITIES, type LogStep, type RsyslogFacts } from '@halint/model';
import { expect, test } from 'vitest';
import { rsyslog } from '../src/index.ts';
import { readSelector } from '../src/selector.ts';

// What selectors choose, where stop, & and else lead was seen with rsyslogd 8.2302 of Debian 12: `rsyslogd -n -f FILE -i PID` with a unix socket of its own, and
// `logger -u SOCKET -p FACILITY.SEVERITY` for each of the eight severities.

const LOCAL0 = 16;

function facts(text: string): RsyslogFacts {
  const path = '/etc/rsyslog.conf';
  const file: SourceFile = { path, display: path, language: 'rsyslog', document: rsyslog.parse(text) };
  return rsyslog.lower([file], { host: 'ha0', hostName: 'ha0', targets: DEFAULT_TARGETS, included: () => [] });
}

const chosen = (selector: string, facility = LOCAL0): string =>
  SEVERITIES.filter((_, i) => ((readSelector(selector)?.get(facility) ?? 0) & (1 << i)) !== 0).join(' ');

const ALL = 'emerg alert crit err warning notice info debug';

test.each([
  ['local0.notice', 'emerg alert crit err warning notice'],
  ['local0.=notice', 'notice'],
  ['local0.!notice', ''],
  ['local0.*;local0.!notice', 'info debug'],
  ['local0.*;local0.!=notice', 'emerg alert crit err warning info debug'],
  ['*.*;local0,local1.none', ''],
  ['*.info;local0.none;local0.err', 'emerg alert crit err'],
  ['local0.none;*.crit', 'emerg alert crit'],
  ['local0,mail.err;local1.=debug', 'emerg alert crit err'],
  ['local0.!none', ALL],
  ['*.!*', ''],
  ['local0.4', 'emerg alert crit err warning'],
  ['local0.warn', 'emerg alert crit err warning'],
  ['local0.panic', 'emerg'],
  ['LOCAL0.Info', 'emerg alert crit err warning notice info'],
  ['mail.*', ''],
])('%s of local0', (selector, expected) => {
  expect(chosen(selector)).toBe(expected);
});

test('facilities by number', () => {
  const numbers = { security: 4, authpriv: 10, ntp: 12, console: 14, local7: 23 };
  for (const [name, number] of Object.entries(numbers)) expect(chosen(`${name}.*`, number)).toBe(ALL);
  // Names without a number of their own select nothing: "unknown facility name".
  for (const unknown of ['auth2.*', 'audit.*', 'alert.*', 'cron2.*', 'local0.bogus', '.err']) {
    expect(readSelector(unknown)).toBeUndefined();
  }
});

/** The severities of local0 that some step keeps, or may keep. */
function kept(text: string): string | undefined {
  const { steps } = facts(text);
  if (steps === undefined) return undefined;
  return SEVERITIES.filter((_, severity) => decidingStep(steps, { facility: LOCAL0, severity })?.kind === 'keep').join(
    ' ',
  );
}

test.each([
  ['local0.* ~\n*.* /f\n', ''],
  ['local0.* stop\n*.* /f\n', ''],
  ['local0.warning {\n  /f\n  stop\n}\n', 'emerg alert crit err warning'],
  ['local0.err action(type="omfile" file="/f")\n& stop\n', 'emerg alert crit err'],
  ['if $msg contains "zzz" then {\n stop\n} else {\n local0.err /f\n}\n*.=info /f2\n', 'emerg alert crit err info'],
  ['*.* :omusrmsg:nobody\nlocal0.* nobody\n*.* *\n*.* /dev/null\n', ''],
  ['local0.* {\n local0.err /f\n}\n', 'emerg alert crit err'],
  ['*.err -/f;Format\n', 'emerg alert crit err'],
  ['*.=info @192.0.2.9\n*.=debug |/dev/xconsole\n*.=notice ?Dynamic\n', 'notice info debug'],
  // Another ruleset, and what a template is made of.
  ['ruleset(name="r") {\n *.* /f\n}\ntemplate(name="t" type="list") {\n property(name="msg")\n}\n', ''],
  // May or may not.
  [':programname, isequal, "x" /f\n', ALL],
  [':programname, isequal, "x" stop\n*.=info /f\n', 'info'],
  ['call r\n', ALL],
])('%j keeps', (text, expected) => {
  expect(kept(text)).toBe(expected);
});

test('what is not followed says nothing', () => {
  for (const text of [
    '$RuleSet remote\nlocal0.* /f\n',
    'local0.* /f\n}\n',
    'local0.* {\n',
    'bogus.* /f\n',
    '!haproxy\n*.* /f\n',
    '& stop\n',
    '<% x %>\n',
    `${'{'.repeat(100_000)}\n`,
  ]) {
    expect(kept(text)).toBeUndefined();
  }
});

test('steps stand where they are read', () => {
  const when = facts('module(load="imuxsock")\nlocal0.* /var/log/haproxy.log\n').steps?.[0] as Extract<
    LogStep,
    { readonly kind: 'when' }
  >;
  expect(when.at.section.text.slice(when.at.start, when.at.end)).toBe('local0.* /var/log/haproxy.log');
  expect(when.steps).toMatchObject([{ kind: 'keep', path: '/var/log/haproxy.log' }]);
});

test('who else is spoken of', () => {
  const { forwards, senderRules } = facts(
    '*.* @@(z9)[2001:db8::9]:514;Format\nlocal0.* @logs\naction(type="omfwd" target="192.0.2.9")\n' +
      ':fromhost-ip, isequal, "192.0.2.8" stop\n:msg, contains, "hostname" stop\n' +
      'template(name="f" type="string" string="/var/log/%fromhost%")\n$template T,"%HOSTNAME% %msg%"\n',
  );
  expect(forwards.map(({ value }) => value)).toEqual(['2001:db8::9', 'logs', '192.0.2.9']);
  expect(senderRules.map(({ at }) => at?.section.text.slice(at.start, at.start + 12))).toEqual([
    ':fromhost-ip',
    'template(nam',
  ]);
});
