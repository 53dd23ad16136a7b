import { expect, test } from 'vitest';
import { parseHaproxy } from '../../grammars/haproxy/src/index.ts';
import { printNode, treeJson } from '../../packages/halint/src/tree.ts';

const SECRETS = ['hunter1', 'hunter2', 'hunter3', 'hunter4', 'hunter5', 'hunter6', 'hunter7'];

const TEXT = `userlist u
    user a insecure-password hunter1 groups g
    user b "password" hunter2
    user c insecure-password "hunt""er3"
frontend f
    bind :443 ssl ca-sign-pass hunter4 crt /etc/ssl/a/rather/long/path/to/a/file/that/does/not/fit/the/width.pem
    stats "auth" me:hunter5
    http-request set-header Authorization "Basic %[str(hunter6),base64]" if !a { path_beg /x } or b
    server "hunter password hunter7
`;

const document = parseHaproxy(TEXT);

test('no secret shows in the tree, whole or in parts', () => {
  const shown = [
    printNode(document.ast, document, 'haproxy'),
    JSON.stringify(treeJson(document.ast, document, 'haproxy')),
  ];
  for (const text of shown) {
    for (const secret of [...SECRETS, 'er3']) expect(text).not.toContain(secret);
    expect(text).toContain('***');
  }
});

test('the tree for people names fields and fits 80 columns', () => {
  const lines = printNode(document.ast, document, 'haproxy').split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines).toContain('      name: word "a" 2:10-2:11');
  expect(lines.some((line) => /^ {8}acl-ref negated 8:\d+-8:\d+$/.test(line))).toBe(true);
  expect(lines.some((line) => line.startsWith('    unreadable "'))).toBe(true);
});

test('the tree as JSON holds every leaf with its place', () => {
  const tree = treeJson(parseHaproxy('backend b\n server a 10.0.0.1:80 weight 5\n').ast, document, 'haproxy');
  expect(tree).toMatchObject({
    kind: 'file',
    sections: [
      {
        kind: 'backend',
        servers: [
          {
            kind: 'server',
            address: {
              host: '10.0.0.1',
              port: 80,
              parts: [{ kind: 'host' }, { kind: 'port', raw: '80', span: { start: 29 } }],
            },
            options: [{ name: { value: 'weight' }, args: [{ kind: 'integer', number: 5 }] }],
          },
        ],
      },
    ],
  });
});
