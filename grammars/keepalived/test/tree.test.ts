import { describe, expect, test } from 'vitest';
import { isBlock, parseKeepalived, type Statement } from '../src/index.ts';

const TEXT = `# pair
$IF=eth0 # the segment
include conf.d/*.conf
vrrp_script chk {
  script "/bin/check -p 80"
  interval 2
  weight -20
}
vrrp_instance VI_1
{
  state BACKUP
  interface $IF
  virtual_router_id 51
  @ha0 priority 110
  @^ha0 priority 90
  advert_int 0.5
  priority "100" ! the last one counts
  virtual_ipaddress {
    10.0.0.100/24 dev eth1
    10.0.0.101
  }
  authentication { auth_type PASS
    auth_pass se\\#cret
  }
}
`;

/** A statement in short: blocks with their children in brackets. */
function short(statement: Statement): string {
  const condition =
    statement.condition === undefined ? '' : `@${statement.condition.negated ? '^' : ''}${statement.condition.id} `;
  if (statement.kind === 'definition') return `${condition}$${statement.name}=${statement.value}`;
  if (statement.kind === 'unreadable') return `${condition}?${statement.reason} ${statement.text}`;
  const words = [statement.keyword, ...statement.args].map((word) => word?.value ?? '-').join(' ');
  if (!isBlock(statement)) return condition + words;
  return `${condition}${words} [${statement.children.map(short).join(' | ')}]${statement.closed ? '' : ' open'}`;
}

const shorts = (text: string): string[] => parseKeepalived(text).ast.statements.map(short);

test('the tree is typed, with absolute spans', () => {
  const { ast } = parseKeepalived(TEXT);
  expect(ast.statements.map((each) => each.kind)).toEqual(['definition', 'include', 'vrrp_script', 'vrrp_instance']);
  const [script] = ast.scripts;
  expect([script?.name?.value, script?.script?.value, script?.script?.quoted]).toEqual([
    'chk',
    '/bin/check -p 80',
    true,
  ]);
  expect([script?.interval?.value, script?.weight?.value]).toEqual([2, -20]);
  const [instance] = ast.instances;
  if (instance === undefined) throw new Error('no instance');
  expect([instance.name?.value, instance.state?.value, instance.interface?.value]).toEqual(['VI_1', 'BACKUP', '$IF']);
  expect([instance.virtualRouterId?.value, instance.priority?.value, instance.advertInt?.value]).toEqual([
    51, 100, 0.5,
  ]);
  expect(instance.virtualAddresses).toMatchObject([
    { address: '10.0.0.100', prefix: 24, dev: 'eth1' },
    { address: '10.0.0.101', prefix: undefined, dev: undefined },
  ]);
  const written = (span: { readonly start: number; readonly end: number } | undefined): string =>
    TEXT.slice(span?.start, span?.end);
  expect(written(instance.priority?.span)).toBe('"100"');
  expect(written(instance.virtualAddresses[0]?.span)).toBe('10.0.0.100/24 dev eth1');
  expect(written(instance.span)).toBe(TEXT.slice(TEXT.indexOf('vrrp_instance'), -1));
});

test('the whole tree', () => {
  expect(shorts(TEXT)).toEqual([
    '$IF=eth0',
    'include conf.d/*.conf',
    'vrrp_script chk [script /bin/check -p 80 | interval 2 | weight -20]',
    'vrrp_instance VI_1 [state BACKUP | interface $IF | virtual_router_id 51 | @ha0 priority 110 | @^ha0 priority 90 | advert_int 0.5 | priority 100 | virtual_ipaddress [10.0.0.100/24 dev eth1 | 10.0.0.101] | authentication [auth_type PASS | auth_pass se#cret]]',
  ]);
});

describe('lines', () => {
  test.each([
    ['a 1 } b 2', ['a 1', '?brace }', 'b 2']],
    ['a {\nb {\nc 1\n', ['a [b [c 1] open] open']],
    ['{\na 1\n}', ['- [a 1]']],
    ['a\n\n# c\n{\nb\n}', ['a [b]']],
    ['script "/bin/x a\nweight 2', ['?quote script "/bin/x a', 'weight 2']],
    ['a {{ x { y }} b', ['a {{ x { y }} b']],
    ['priority {% if a %}100{% endif %}', ['priority {% if a %}100{% endif %}']],
    ['a ${B} ~SEQ(X, 1, 3)', ['a ${B} ~SEQ(X, 1, 3)']],
    ['a #b { \n c ! }', ['a', 'c']],
    ["a '#b'", ["a '"]],
    ['$A=1 2 # three', ['$A=1 2']],
    ['@a $A=1 2 # three', ['@a $A=1 2']],
    ['@^a $A="x y"', ['@^a $A="x y"']],
    ['@a $A', ['@a $A']],
    ['a $A=1', ['a $A=1']],
    ['$A = 1', ['$A = 1']],
    ['\uFEFFvrrp_instance a {\n}', ['\uFEFFvrrp_instance a []']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['', []],
  ])('%j', (text, expected) => expect(shorts(text)).toEqual(expected));
});

test('what is nested beyond all reason is read without its structure', () => {
  const document = parseKeepalived('a {\n'.repeat(50_000) + '}\n'.repeat(50_000) + 'b 1\n');
  let depth = 0;
  for (let block = document.ast.statements[0]; block !== undefined && isBlock(block); block = block.children[0])
    depth++;
  expect(depth).toBe(64);
  expect(document.ast.statements.map((each) => each.kind)).toEqual(['block', 'statement']);
});

test('a section is a block with what stands before it', () => {
  const { sections } = parseKeepalived('# c\n$A=1\na {\n  b { }\n}\n\nc {\n}\nd 1\n');
  expect(sections.map((section) => section.text)).toEqual(['# c\n$A=1\na {\n  b { }\n}\n', '\nc {\n}\n', 'd 1\n']);
});

test('nodes move with an edit before them', () => {
  const document = parseKeepalived(TEXT);
  const priority = document.ast.instances[0]?.priority;
  const before = priority?.span.start ?? 0;
  document.edit({ start: 0, end: 0 }, 'global_defs {\n}\n');
  expect(document.ast.instances[0]?.priority?.span.start).toBe(before + 16);
  expect(document.ast.globalDefs?.keyword?.value).toBe('global_defs');
});

describe('typed blocks', () => {
  const { ast } = parseKeepalived(`vrrp_sync_group G {
  group {
    A
    B
  }
}
track_file f {
  file /run/f
  weight 2
}
vrrp_instance A {
  authentication {
    auth_type PASS
    auth_pass x
  }
  unicast_peer {
    10.0.0.2 min_ttl 254
  }
  track_script {
    chk weight -5 reverse
  }
  track_file {
    f
  }
  virtual_routes {
    src 10.0.0.5 to 192.168.0.0/16 via 10.0.0.1 dev eth0 metric 7
    default via 10.0.0.1
  }
  virtual_rules {
    from 10.0.0.5 table 100 priority 300
  }
}
virtual_server group web {
  lb_algo rr
  real_server 10.0.0.9 8080 {
    weight 3
    TCP_CHECK {
      connect_timeout 3
    }
  }
}
virtual_server fwmark 7 {
}
virtual_server_group web {
  10.0.0.5-7 80
  fwmark 9
}
static_routes {
  192.168.1.0/24 via 10.0.0.1
}
`);

  test('groups, files and instances', () => {
    expect(ast.syncGroups[0]?.members.map(({ value }) => value)).toEqual(['A', 'B']);
    expect(ast.trackFiles).toHaveLength(1);
    expect(ast.trackFiles[0]?.weight?.value).toBe(2);
    const [instance] = ast.instances;
    expect(instance?.authentication?.type?.value).toBe('PASS');
    expect(instance?.unicastPeers[0]).toMatchObject({ address: '10.0.0.2', minTtl: 254, maxTtl: undefined });
    expect(instance?.trackScripts[0]).toMatchObject({ name: 'chk', weight: -5, reverse: true });
    expect(instance?.trackFiles[0]?.name).toBe('f');
  });

  test('routes and rules', () => {
    const [instance] = ast.instances;
    expect(instance?.virtualRoutes).toMatchObject([
      { destination: '192.168.0.0/16', source: '10.0.0.5', via: '10.0.0.1', dev: 'eth0', metric: 7 },
      { destination: 'default', via: '10.0.0.1', dev: undefined },
    ]);
    expect(instance?.virtualRules[0]).toMatchObject({ from: '10.0.0.5', table: '100', priority: 300 });
    const statics = ast.statements.find((each) => each.kind === 'static');
    expect(statics?.routes[0]?.destination).toBe('192.168.1.0/24');
  });

  test('servers', () => {
    const [group, mark] = ast.virtualServers;
    expect(group?.group?.value).toBe('web');
    expect(group?.realServers[0]).toMatchObject({ kind: 'real_server' });
    expect(group?.realServers[0]?.port?.value).toBe(8080);
    expect(group?.realServers[0]?.checkers[0]?.type).toBe('TCP_CHECK');
    expect(group?.realServers[0]?.checkers[0]?.connectTimeout?.value).toBe(3);
    expect(mark?.fwmark?.value).toBe(7);
    expect(ast.virtualServerGroups[0]?.entries).toMatchObject([
      { address: '10.0.0.5', rangeEnd: '7', port: 80 },
      { address: undefined, fwmark: 9 },
    ]);
  });
});
