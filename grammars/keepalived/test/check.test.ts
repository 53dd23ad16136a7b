import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shared } from '../../../test/support/shared.ts';
import { judged, lineOf } from './judged.ts';

const VERSIONS = ['2.2.7', '2.3.4'];

/** `3 vrrp/unknown-keyword`: line and rule, behind a `!` when the daemon refuses the line. */
/** What only follows from a mistake above is left out. */
const said = (text: string, version?: string): string[] =>
  judged(text, version)
    .filter(({ severity }) => severity !== 'info')
    .map((each) => `${each.rejects === true ? '!' : ''}${lineOf(each)} ${each.rule}`);

interface Parts {
  readonly state?: string;
  readonly vrid?: string;
  readonly priority?: string;
  /** One line, the sixth. */
  readonly line?: string;
}

const instance = ({ state = 'BACKUP', vrid = '5', priority = '100', line = '' }: Parts): string =>
  `vrrp_instance A {\n  state ${state}\n  interface eth0\n  virtual_router_id ${vrid}\n  priority ${priority}\n  ${line}\n  virtual_ipaddress {\n    10.0.0.100/24\n  }\n}\n`;

const OK = instance({});
const auth = (pass: string): string => `authentication {\n    auth_type PASS\n    auth_pass ${pass}\n  }`;

// Each text was given to keepalived -t 2.2.7 and 2.3.4, which both ended with exit status 0.
describe.each(VERSIONS)('what keepalived %s takes', (version) => {
  test.each([
    ['an instance', OK],
    ['a quoted number', instance({ line: 'advert_int "1"' })],
    ['comments with signs in them', instance({ line: '! x { }\n  # " {' })],
    ['a brace on the next line', OK.replace('A {', 'A\n{')],
    ['conditions', instance({ line: '@a advert_int 2\n  @^a advert_int 1' })],
    ['a definition', `$P=100\n${instance({ line: 'garp_master_delay $P' })}`],
    ['a part of a second', instance({ line: 'advert_int 0.5\n  version 3' })],
    ['line ends of DOS', OK.replaceAll('\n', '\r\n')],
    ['eight characters of a password', instance({ line: auth('12345678') })],
    ['a preempt_delay of nothing', instance({ state: 'MASTER', line: 'preempt_delay 0' })],
  ])('%s', (_, text) => expect(said(text, version)).toEqual([]));
});

// Each text was given to keepalived -t 2.2.7 and 2.3.4, which both complained of it and ended with exit status 5 or 6.
describe.each(VERSIONS)('what keepalived %s complains of', (version) => {
  test.each([
    ['a keyword', instance({ line: 'prioritty 100' }), '!6 vrrp/unknown-keyword'],
    ['a block', `vrrp_instanc A {\n}\n${OK}`, '!1 vrrp/unknown-keyword'],
    ['a keyword of another place', `priority 100\n${OK}`, '!1 vrrp/unknown-keyword'],
    ['a state', instance({ state: 'master' }), '!2 vrrp/unknown-state'],
    ['priority 0', instance({ priority: '0' }), '!5 vrrp/value-out-of-range'],
    ['priority 300', instance({ priority: '300' }), '!5 vrrp/value-out-of-range'],
    ['a priority in words', instance({ priority: 'ten' }), '!5 vrrp/value-out-of-range'],

    ['version 4', instance({ line: 'version 4' }), '!6 vrrp/value-out-of-range'],
    ['advert_int 300', instance({ line: 'advert_int 300' }), '!6 vrrp/value-out-of-range'],
    ['preempt_delay 2000', instance({ line: 'preempt_delay 2000' }), '!6 vrrp/value-out-of-range'],
    [
      'weight 300',
      `global_defs {\n  enable_script_security\n}\nvrrp_script s {\n  script "/bin/true"\n  weight 300\n}\n${OK}`,
      '!6 vrrp/value-out-of-range',
    ],
    ['nopreempt', instance({ state: 'MASTER', line: 'nopreempt' }), '!6 vrrp/nopreempt-with-state-master'],
    [
      'preempt_delay',
      instance({ state: 'MASTER', line: 'preempt_delay 5' }),
      '!6 vrrp/preempt-delay-with-state-master',
    ],
    ['nine characters of a password', instance({ line: auth('123456789') }), '8 vrrp/auth-pass-truncated'],
    ['a quote', instance({ line: 'notify "/bin/x' }), '!6 vrrp/unterminated-quote'],
    ['a brace too many', `${OK}}\n`, '!11 vrrp/unbalanced-braces'],
    ['a brace too few', OK.slice(0, -2), '!1 vrrp/unbalanced-braces'],
    ['a brace without a keyword', `{\n}\n${OK}`, '!1 vrrp/unbalanced-braces'],
  ])('%s', (_, text, expected) => expect(said(text, version)).toEqual([expected]));
});

describe('what is not known is not judged', () => {
  test.each([
    ['a placeholder for a number', instance({ priority: '{{ prio }}' })],
    ['a placeholder for a line', instance({ line: '{% if x %}' })],
    ['a placeholder for a password', instance({ line: auth('{{ a_long_password }}') })],
    ['a placeholder for an address', instance({ line: 'mcast_src_ip {{ ip }}' })],
    ['what an include brings', 'include x.conf\n'],
  ])('%s', (_, text) => expect(said(text)).toEqual([]));
});

describe.each(VERSIONS)('what keepalived %s makes of includes', (version) => {
  const at = (text: string, files: Readonly<Record<string, string>>): readonly string[] =>
    judged(text, version, {
      files: Object.fromEntries(Object.entries(files).map(([name, content]) => [`/etc/keepalived/${name}`, content])),
    }).map(
      (finding) => `${finding.at.file.display.replace('/etc/keepalived/', '')}:${lineOf(finding)} ${finding.rule}`,
    );

  test('quotes are part of the name: Config files missing \'"inc.conf"\'', () => {
    expect(at('include "inc.conf"\n', { 'inc.conf': 'bogus x\n' })).toEqual([
      'keepalived.conf:1 vrrp/include-not-read',
    ]);
  });

  test('a loop: (loop.conf: Line 1) Configuration file open problem (Too many open files)', () => {
    expect(at(`include loop.conf\n${OK}`, { 'loop.conf': 'include loop.conf\n' })).toEqual([
      'loop.conf:1 vrrp/include-not-read',
    ]);
  });

  // The parent reads on behind the include, its children find an empty line there: (keepalived.conf: Line 4) Unknown keyword 'advert_int'.
  test('inside a definition', () => {
    const text = `$D= \\\n  priority 50 \\\n  include inc.conf \\\n  advert_int 3\n${instance({ line: '$D' })}`;
    expect(at(text, { 'inc.conf': 'garp_master_delay 4\n' })).toEqual(['keepalived.conf:4 vrrp/unknown-keyword']);
    expect(at(text, { 'inc.conf': 'garp_master_delay x\n' })).toEqual([
      'keepalived.conf:4 vrrp/unknown-keyword',
      'inc.conf:1 vrrp/value-out-of-range',
    ]);
  });
});

describe('a host whose name is not known', () => {
  const claims = (text: string): readonly string[] =>
    judged(text, '2.3.4', { name: 'a', assumed: true }).map(
      (each) => `${lineOf(each)} ${each.severity}${each.rejects === true ? ' rejects' : ''} ${each.missing ?? ''}`,
    );

  test('a line that only some names reach is no sure claim', () => {
    expect(claims(instance({ line: '@^lb1 priority 300' }))).toEqual(['6 info etc/hostname']);
  });

  test('a mistake that every name makes is one', () => {
    expect(claims(instance({ priority: '300', line: '@lb1 advert_int 2' }))).toEqual(['5 error rejects ']);
  });

  test('what a line of one name lacks for the others is no sure claim either', () => {
    const text = `${OK.replace('virtual_router_id', '@lb1 virtual_router_id')}`;
    expect(claims(text)).toEqual(['1 info etc/hostname']);
  });
});

describe('help', () => {
  test.each([
    [instance({ line: 'prioritty 100' }), 'Did you mean priority?'],
    [`priority 100\n${OK}`, 'It stands in vrrp_instance.'],
    [instance({ state: 'Master' }), 'Write state MASTER.'],
    [
      'vrrp_script s {\n  weight 300\n}\n',
      'keepalived says so and counts with it all the same; the priority stays between 1 and 254.',
    ],
  ])('%j', (text, help) => {
    const [first] = judged(text);
    expect(first?.help).toContain(help);
  });
});

const verdicts = shared('corpora/keepalived/verdicts.tsv');

describe.skipIf(!verdicts.present)('real files', () => {
  test.each(['2.2.7', '2.3.3', '2.3.4'])('nothing is refused that keepalived %s accepts', (version) => {
    const accepted = readFileSync(verdicts.path, 'utf8')
      .split('\n')
      .map((line) => line.split('\t'))
      .filter(([, target, status]) => target === version && status === '0')
      .map(([name]) => name as string);
    expect(accepted.length).toBeGreaterThan(50);
    const refused = accepted.flatMap((name) =>
      said(readFileSync(join(dirname(verdicts.path), name), 'latin1'), version)
        .filter((finding) => finding.startsWith('!'))
        .map((finding) => `${name}: ${finding}`),
    );
    expect(refused).toEqual([]);
  });
});
