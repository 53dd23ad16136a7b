import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, expect, test } from 'vitest';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { Diagnostic } from 'vscode-languageserver-types';
import { BIN, ensureBundle, ROOT } from '../support/bundle.ts';

const WEIGHT = 'cross/failover-weight-too-small';

interface Client {
  readonly connection: MessageConnection;
  readonly child: ChildProcess;
  readonly folder: string;
  uri(path: string): string;
  open(path: string, languageId: string): Promise<void>;
  /** Resolves at the next message of that kind. */
  next<T>(method: string): Promise<T>;
  stop(): Promise<number | null>;
}

const clients: Client[] = [];
beforeAll(ensureBundle);
afterEach(() => {
  for (const { child, connection, folder } of clients.splice(0)) {
    connection.dispose();
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function start(pulls: boolean, settings?: string): Promise<Client> {
  const folder = mkdtempSync(join(tmpdir(), 'halint-lsp-'));
  cpSync(join(ROOT, 'fixtures/clusters/ssh-vip'), folder, { recursive: true });
  if (settings !== undefined) writeFileSync(join(folder, 'halint.config.yaml'), settings);
  const child = spawn(process.execPath, [BIN, 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const waiting = new Map<string, ((params: unknown) => void)[]>();
  const seen = (method: string, params: unknown): void => {
    for (const done of waiting.get(method) ?? []) done(params);
    waiting.delete(method);
  };
  connection.onRequest((method: string, params: unknown) => {
    seen(method, params);
    return null;
  });
  connection.onNotification((method: string, params: unknown) => seen(method, params));
  connection.listen();
  const uri = (path: string): string => pathToFileURL(join(folder, path)).href;
  const client: Client = {
    connection,
    child,
    folder,
    uri,
    open: (path, languageId) =>
      connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri: uri(path), languageId, version: 1, text: readFileSync(join(folder, path), 'utf8') },
      }),
    next: <T>(method: string) =>
      new Promise<T>((done) => waiting.set(method, [...(waiting.get(method) ?? []), (params) => done(params as T)])),
    async stop() {
      const ended = new Promise<number | null>((done) => child.once('exit', done));
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      return ended;
    },
  };
  clients.push(client);
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'ssh-vip' }],
    capabilities: pulls
      ? { textDocument: { diagnostic: {} }, workspace: { diagnostics: { refreshSupport: true } } }
      : { textDocument: { publishDiagnostics: {} } },
  });
  await connection.sendNotification('initialized', {});
  return client;
}

const KEEPALIVED = (host: string): string => `${host}/etc/keepalived/keepalived.conf`;
const HAPROXY = 'ha0/etc/haproxy/haproxy.cfg';

async function pull({ connection }: Client, uri: string): Promise<readonly (string | number | undefined)[]> {
  const report = await connection.sendRequest<{ items: Diagnostic[] }>('textDocument/diagnostic', {
    textDocument: { uri },
  });
  return report.items.map((item) => item.code);
}

/** Types over the priority of ha1. */
function priority(client: Client, version: number, from: string, to: string): Promise<void> {
  const lines = readFileSync(join(client.folder, KEEPALIVED('ha1')), 'utf8').split('\n');
  const line = lines.findIndex((each) => each.includes('priority '));
  const character = (lines[line] as string).indexOf('priority ') + 'priority '.length;
  return client.connection.sendNotification('textDocument/didChange', {
    textDocument: { uri: client.uri(KEEPALIVED('ha1')), version },
    contentChanges: [
      { range: { start: { line, character }, end: { line, character: character + from.length } }, text: to },
    ],
  });
}

/** Place of a word of a file on disk, for requests. */
function at(client: Client, path: string, word: string, ordinal = 0): object {
  const text = readFileSync(join(client.folder, path), 'utf8');
  let offset = -1;
  for (let i = 0; i <= ordinal; i++) offset = text.indexOf(word, offset + 1);
  const before = text.slice(0, offset).split('\n');
  return {
    textDocument: { uri: client.uri(path) },
    position: { line: before.length - 1, character: (before[before.length - 1] as string).length + 1 },
  };
}

test('an edit on ha1 takes away the finding on ha0, and brings it back', async () => {
  const client = await start(true);
  await client.open(KEEPALIVED('ha0'), 'keepalived');
  await client.open(KEEPALIVED('ha1'), 'keepalived');
  const ha0 = client.uri(KEEPALIVED('ha0'));
  expect(await pull(client, ha0)).toContain(WEIGHT);

  const refreshed = client.next('workspace/diagnostic/refresh');
  await priority(client, 2, '90', '95');
  await refreshed;
  expect(await pull(client, ha0)).not.toContain(WEIGHT);

  const again = client.next('workspace/diagnostic/refresh');
  await priority(client, 3, '95', '90');
  await again;
  expect(await pull(client, ha0)).toContain(WEIGHT);

  const all = await client.connection.sendRequest<{ items: { uri: string }[] }>('workspace/diagnostic', {
    previousResultIds: [],
  });
  for (const path of [KEEPALIVED('ha0'), KEEPALIVED('ha1'), HAPROXY])
    expect(all.items.map((item) => item.uri)).toContain(client.uri(path));
  expect(await client.stop()).toBe(0);
});

test('a file of variables is no language, and what is wrong with its words is told of it all the same', async () => {
  const client = await start(true);
  const variables = 'ha0/etc/default/ssh';
  mkdirSync(join(client.folder, 'ha0/etc/default'), { recursive: true });
  writeFileSync(join(client.folder, 'ha0/etc/os-release'), 'ID=debian\nVERSION_ID="12"\n');
  writeFileSync(join(client.folder, variables), '# words of sshd\nSSHD_OPTS="-p 0"\n');
  const { items } = await client.connection.sendRequest<{
    items: { uri: string; items: { code: string; range: { start: { line: number } } }[] }[];
  }>('workspace/diagnostic', { previousResultIds: [] });
  const told = items.find((item) => item.uri === client.uri(variables))?.items ?? [];
  expect(told.map(({ code, range }) => [code, range.start.line])).toEqual([['system/sshd-option-refused', 1]]);
  expect(await client.stop()).toBe(0);
});

test('a unit is a language of the editor, and what it starts haproxy with is judged as it is typed', async () => {
  const client = await start(true);
  const unit = 'ha0/etc/systemd/system/haproxy.service';
  const text = '[Service]\nExecStart=/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg\n';
  writeFileSync(join(client.folder, unit), text);
  await client.open(unit, 'systemd');
  await client.open(HAPROXY, 'haproxy');
  const haproxy = client.uri(HAPROXY);
  expect(await pull(client, haproxy)).not.toContain('system/file-not-read');
  const hover = await client.connection.sendRequest('textDocument/hover', at(client, unit, 'ExecStart'));
  expect(JSON.stringify(hover)).toContain('ExecStart');
  const change = (version: number, path: string): Promise<void> =>
    client.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: client.uri(unit), version },
      contentChanges: [{ text: text.replace('/etc/haproxy/haproxy.cfg', path) }],
    });
  await change(2, '/opt/other.cfg');
  expect(await pull(client, haproxy)).toEqual(['system/file-not-read']);
  await change(3, '/etc/haproxy/haproxy.cfg');
  expect(await pull(client, haproxy)).not.toContain('system/file-not-read');
  expect(await client.stop()).toBe(0);
});

test('hover, completion, symbols and definition', async () => {
  const client = await start(true);
  const { connection } = client;
  const path = KEEPALIVED('ha0');
  await client.open(path, 'keepalived');
  await client.open(HAPROXY, 'haproxy');

  expect(JSON.stringify(await connection.sendRequest('textDocument/hover', at(client, path, 'priority')))).toMatch(
    /priority/,
  );
  const labels = async (params: object): Promise<readonly string[]> => {
    const found = await connection.sendRequest<{ label: string }[] | { items: { label: string }[] }>(
      'textDocument/completion',
      params,
    );
    return ('items' in found ? found.items : found).map((item) => item.label);
  };
  expect(await labels(at(client, path, 'chk_haproxy', 1))).toContain('chk_haproxy');
  const end = { textDocument: { uri: client.uri(path) }, position: { line: 5, character: 0 } };
  expect(await labels(end)).toContain('vrrp_instance');

  const symbols = await connection.sendRequest<{ name: string }[]>('textDocument/documentSymbol', {
    textDocument: { uri: client.uri(path) },
  });
  expect(symbols.map((symbol) => symbol.name).join(' ')).toMatch(/chk_haproxy.*VI_1/);

  const definition = async (params: object): Promise<string> =>
    JSON.stringify(await connection.sendRequest('textDocument/definition', params));
  expect(await definition(at(client, path, 'chk_haproxy', 1))).toContain('"start":{"line":0,');
  const backend = await definition(at(client, HAPROXY, 'ssh_back'));
  expect(backend).toContain(client.uri(HAPROXY));
  expect(backend).toContain('"start":{"line":19,"character":8}');
});

test('an unknown URI gives empty answers', async () => {
  const client = await start(true);
  const textDocument = { uri: 'file:///no/such/file.cfg' };
  const position = { line: 3, character: 3 };
  expect(await pull(client, textDocument.uri)).toEqual([]);
  for (const method of ['hover', 'completion', 'definition', 'documentSymbol']) {
    const answer = await client.connection.sendRequest(`textDocument/${method}`, { textDocument, position });
    expect(answer === null || (Array.isArray(answer) && answer.length === 0), method).toBe(true);
  }
});

test('a client that cannot pull is told', async () => {
  const client = await start(false);
  type Pushed = { uri: string; diagnostics: Diagnostic[] };
  const first = client.next<Pushed>('textDocument/publishDiagnostics');
  await client.open(KEEPALIVED('ha0'), 'keepalived');
  const { uri, diagnostics } = await first;
  expect(uri).toBe(client.uri(KEEPALIVED('ha0')));
  expect(diagnostics.map((each) => each.code)).toContain(WEIGHT);
});

test('the settings file means the same as on the command line: rules, and the versions to judge by', async () => {
  const client = await start(
    true,
    `version: 1\ntargets: { os: debian12, keepalived: "2.2.7" }\nrules: { ${WEIGHT}: off }\n`,
  );
  await client.open(KEEPALIVED('ha0'), 'keepalived');
  const codes = await pull(client, client.uri(KEEPALIVED('ha0')));
  // pidof is a link to killall5 on Debian; etc/os-release says RHEL, and the settings win.
  expect(codes).toContain('vrrp/script-pidof-is-killall5');
  expect(codes).not.toContain(WEIGHT);
});

test('a settings file that cannot be read is told in the log, and the files are judged without it', async () => {
  const client = await start(true, 'version: 7\n');
  const said = client.next<{ message: string }>('window/logMessage');
  await client.open(KEEPALIVED('ha0'), 'keepalived');
  expect((await said).message).toMatch(/halint\.config\.yaml:1:\d+: version: must be 1/);
  expect(await pull(client, client.uri(KEEPALIVED('ha0')))).toContain(WEIGHT);
});
