import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { diagnosticsOf } from '../src/features/diagnostics.ts';
import { connect, ToyWorkbench, type Client } from './support.ts';

const HA0 = 'file:///ha0';
const HA1 = 'file:///ha1';
const TEXT = 'one {\n  def a\n  use a\n  key x\n}\n\ntwo\n  use a\n  bad\n\n';

const clients: Client[] = [];
afterEach(async () => {
  for (const { connection } of clients.splice(0)) {
    await connection.sendRequest('shutdown');
    connection.dispose();
  }
});

async function started(initialize: object = {}): Promise<{ client: Client; bench: ToyWorkbench }> {
  const bench = new ToyWorkbench({ [HA0]: TEXT, [HA1]: 'fine\n' });
  const client = await connect(bench, initialize);
  clients.push(client);
  return { client, bench };
}

const range = (startLine: number, start: number, endLine: number, end: number): object => ({
  start: { line: startLine, character: start },
  end: { line: endLine, character: end },
});
const at = (line: number, character: number, uri = HA0): object => ({
  textDocument: { uri },
  position: { line, character },
});
const open = (client: Client, uri: string, text: string): Promise<void> =>
  client.connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'haproxy', version: 1, text },
  });
const change = (client: Client, uri: string, ...contentChanges: object[]): Promise<void> =>
  client.connection.sendNotification('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges });
const BAD = {
  range: range(8, 2, 8, 5),
  severity: 1,
  code: 'toy/bad',
  source: 'halint',
  message: 'bad word\nSay good.',
  relatedInformation: [],
};

describe('diagnostics that the client asks for', () => {
  test('a full report, then an unchanged one', async () => {
    const { client } = await started();
    const full = await client.connection.sendRequest<{ resultId: string }>('textDocument/diagnostic', {
      textDocument: { uri: HA0 },
    });
    expect(full).toEqual({ kind: 'full', resultId: expect.any(String), items: [BAD] });
    expect(
      await client.connection.sendRequest('textDocument/diagnostic', {
        textDocument: { uri: HA0 },
        previousResultId: full.resultId,
      }),
    ).toEqual({ kind: 'unchanged', resultId: full.resultId });
  });

  test('an edit of ha1 shows in ha0, and the client is told to ask again, once', async () => {
    const { client } = await started();
    await open(client, HA0, TEXT);
    await open(client, HA1, 'fine\n');
    for (const text of ['b', 'a', 'd'])
      await change(client, HA1, { range: range(0, 'bad'.indexOf(text), 0, 'bad'.indexOf(text)), text });
    await client.arrived('workspace/diagnostic/refresh');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(client.seen.filter(({ method }) => method === 'workspace/diagnostic/refresh')).toHaveLength(1);
    const report = await client.connection.sendRequest<{ items: { code: string }[] }>('textDocument/diagnostic', {
      textDocument: { uri: HA0 },
    });
    expect(report.items[1]).toMatchObject({
      code: 'cross/other',
      severity: 2,
      range: range(0, 0, 0, 3),
      relatedInformation: [{ location: { uri: HA1, range: range(0, 0, 0, 3) }, message: 'ha1: here' }],
    });
  });

  test('a place that names its host names it once', () => {
    const bench = new ToyWorkbench({ [HA1]: 'bad\n' });
    const [finding] = bench.findings(HA1);
    const related = (message: string): string | undefined =>
      diagnosticsOf([{ ...finding!, related: [{ at: finding!.at, message }] }], bench)[0]?.relatedInformation?.[0]
        ?.message;
    expect(related('priority 90')).toBe('ha1: priority 90');
    expect(related('ha1: priority 90')).toBe('ha1: priority 90');
  });

  test('of the whole workspace: unchanged ones by their ids', async () => {
    const { client } = await started();
    const ask = (previousResultIds: object[]) =>
      client.connection.sendRequest<{ items: { uri: string; kind: string; resultId: string }[] }>(
        'workspace/diagnostic',
        { previousResultIds },
      );
    const first = await ask([]);
    expect(first.items.map(({ uri, kind }) => [uri, kind])).toEqual([
      [HA0, 'full'],
      [HA1, 'full'],
    ]);
    await open(client, HA1, 'bad\n');
    const second = await ask(first.items.map(({ uri, resultId }) => ({ uri, value: resultId })));
    expect(second.items.map(({ kind }) => kind)).toEqual(['full', 'full']);
    const third = await ask(second.items.map(({ uri, resultId }) => ({ uri, value: resultId })));
    expect(third.items.map(({ kind }) => kind)).toEqual(['unchanged', 'unchanged']);
  });

  test('rule ids link to their pages when the client says where these are', async () => {
    const { client } = await started({ initializationOptions: { rulePages: 'file:///pages/' } });
    expect(
      await client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri: HA0 } }),
    ).toMatchObject({ items: [{ codeDescription: { href: 'file:///pages/toy/bad.md' } }] });
  });
});

test('a client that does not ask gets them pushed, the other open file too, and none for a closed one', async () => {
  const { client } = await started({ capabilities: {} });
  const METHOD = 'textDocument/publishDiagnostics';
  await open(client, HA0, TEXT);
  expect(await client.arrived(METHOD)).toEqual({ uri: HA0, diagnostics: [BAD] });
  await open(client, HA1, 'fine\n');
  expect(await client.arrived(METHOD, 2)).toEqual({ uri: HA1, diagnostics: [] });
  await change(client, HA1, { text: 'bad\n' });
  expect(await client.arrived(METHOD, 3)).toMatchObject({ uri: HA1, diagnostics: [{ code: 'toy/bad' }] });
  expect(await client.arrived(METHOD, 4)).toMatchObject({
    uri: HA0,
    diagnostics: [{ code: 'toy/bad' }, { code: 'cross/other' }],
  });
  await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri: HA1 } });
  expect(await client.arrived(METHOD, 5)).toEqual({ uri: HA1, diagnostics: [] });
});

describe('language features', () => {
  test('hover: usage, place, facts, and what is wrong here', async () => {
    const { client } = await started();
    expect(await client.connection.sendRequest('textDocument/hover', at(3, 3))).toEqual({
      contents: {
        kind: 'markdown',
        value: '```\nkey <a|b>\n```\nOpens \\<doors\\>. In toy one. Since 2.4. Manual: 4.2.',
      },
      range: range(3, 2, 3, 5),
    });
    expect(await client.connection.sendRequest('textDocument/hover', at(8, 3))).toEqual({
      contents: { kind: 'markdown', value: '**error** bad word\n\nSay good.\n\n`toy/bad`' },
    });
    expect(await client.connection.sendRequest('textDocument/hover', at(0, 0))).toBeNull();
  });

  test('completion', async () => {
    const { client } = await started();
    expect(await client.connection.sendRequest('textDocument/completion', at(1, 2))).toEqual([
      { label: 'at 8', kind: 14, detail: '<int>' },
      { label: 'old', kind: 18, tags: [1] },
    ]);
  });

  test('definition, references, highlights', async () => {
    const { client } = await started();
    const definition = { uri: HA0, range: range(1, 6, 1, 7) };
    const uses = [
      { uri: HA0, range: range(2, 6, 2, 7) },
      { uri: HA0, range: range(7, 6, 7, 7) },
    ];
    expect(await client.connection.sendRequest('textDocument/definition', at(7, 6))).toEqual([definition]);
    expect(await client.connection.sendRequest('textDocument/definition', at(7, 3))).toEqual([]);
    const ask = (includeDeclaration: boolean) =>
      client.connection.sendRequest('textDocument/references', { ...at(1, 7), context: { includeDeclaration } });
    expect(await ask(true)).toEqual([definition, ...uses]);
    expect(await ask(false)).toEqual(uses);
    expect(await client.connection.sendRequest('textDocument/documentHighlight', at(2, 6))).toEqual([
      { range: definition.range, kind: 3 },
      ...uses.map((use) => ({ range: use.range, kind: 2 })),
    ]);
  });

  test('symbols and folding: a closing brace and blank lines stay', async () => {
    const { client } = await started();
    const textDocument = { uri: HA0 };
    expect(await client.connection.sendRequest('textDocument/documentSymbol', { textDocument })).toMatchObject([
      { name: 'one', selectionRange: range(0, 0, 0, 3) },
      { name: '}' },
      { name: 'two', range: range(6, 0, 10, 0) },
    ]);
    expect(await client.connection.sendRequest('textDocument/foldingRange', { textDocument })).toEqual([
      { startLine: 0, endLine: 3 },
      { startLine: 6, endLine: 8 },
    ]);
  });

  test('code actions: a safe fix is preferred; other kinds are not answered', async () => {
    const { client } = await started();
    const ask = (where: object, context: object = { diagnostics: [] }) =>
      client.connection.sendRequest('textDocument/codeAction', { textDocument: { uri: HA0 }, range: where, context });
    expect(await ask(range(8, 3, 8, 3))).toEqual([
      {
        title: 'Say good',
        kind: 'quickfix',
        isPreferred: true,
        diagnostics: [BAD],
        edit: { changes: { [HA0]: [{ range: range(8, 2, 8, 5), newText: 'good' }] } },
      },
    ]);
    expect(await ask(range(7, 0, 7, 1))).toEqual([]);
    expect(await ask(range(8, 3, 8, 3), { diagnostics: [], only: ['source.fixAll'] })).toEqual([]);
    expect(await ask(range(8, 3, 8, 3), { diagnostics: [], only: ['quickfix'] })).toHaveLength(1);
  });
});

describe('nothing takes the server down', () => {
  const METHODS =
    'hover completion definition references documentHighlight documentSymbol foldingRange codeAction'.split(' ');
  const params = (uri: string): object => ({
    ...at(3, 3, uri),
    range: range(0, 0, 0, 0),
    context: { includeDeclaration: true, diagnostics: [] },
  });

  test('unknown URIs give empty answers', async () => {
    const { client } = await started();
    for (const method of METHODS) {
      const answer = await client.connection.sendRequest(`textDocument/${method}`, params('untitled:nothing'));
      expect(answer ?? [], method).toEqual([]);
    }
    await change(client, 'untitled:nothing', { range: range(0, 0, 1, 1), text: 'x' });
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri: 'untitled:nothing' } });
    expect(
      await client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri: 'untitled:nothing' } }),
    ).toMatchObject({ kind: 'full', items: [] });
  });

  test('a defect gives an empty answer and a line in the log', async () => {
    const { client, bench } = await started();
    bench.broken = true;
    for (const method of METHODS)
      expect((await client.connection.sendRequest(`textDocument/${method}`, params(HA0))) ?? [], method).toEqual([]);
    const full = await client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri: HA0 } });
    expect(full).toEqual({ kind: 'full', items: [] });
    expect(await client.connection.sendRequest('workspace/diagnostic', { previousResultIds: [] })).toEqual({
      items: [],
    });
    expect(await client.arrived('window/logMessage')).toMatchObject({
      type: 1,
      message: expect.stringContaining('a defect'),
    });
    bench.broken = false;
    expect(await client.connection.sendRequest('textDocument/hover', at(3, 3))).not.toBeNull();
  });

  test('a position behind the end is the end', async () => {
    const { client } = await started();
    expect(await client.connection.sendRequest('textDocument/completion', at(999, 999))).toMatchObject([
      { label: `at ${TEXT.length}` },
      {},
    ]);
  });
});

describe('what the client says of its folders and files', () => {
  test('folders, or a root for a client without folders', async () => {
    expect((await started()).bench.roots).toEqual(['file:///srv']);
    expect((await started({ workspaceFolders: null, rootUri: 'file:///root' })).bench.roots).toEqual(['file:///root']);
    expect((await started({ workspaceFolders: null })).bench.roots).toEqual([]);
  });

  test('files are watched; saving an open file and what happens in .git is no news', async () => {
    const { client, bench } = await started();
    expect(await client.arrived('client/registerCapability')).toMatchObject({
      registrations: [{ method: 'workspace/didChangeWatchedFiles' }],
    });
    await open(client, HA0, TEXT);
    const tell = async (uri: string, type: number): Promise<number> => {
      await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri, type }] });
      await client.connection.sendRequest('textDocument/hover', at(0, 0));
      return bench.reloads;
    };
    expect(await tell(HA0, 2)).toBe(0);
    expect(await tell('file:///srv/.git/index', 2)).toBe(0);
    expect(await tell(HA1, 2)).toBe(1);
    expect(await tell(HA0, 3)).toBe(2);
    expect(await tell('file:///srv/new.conf', 1)).toBe(3);
    // A saved unit may start its daemon with a file that nobody has read.
    const unit = 'file:///srv/ha0/etc/systemd/system/haproxy.service';
    await open(client, unit, TEXT);
    expect(await tell(unit, 2)).toBe(4);
  });
});

test('incremental changes leave the text that a plain editor would have', async () => {
  const { client, bench } = await started();
  const edit = fc.record({
    from: fc.nat(40),
    length: fc.nat(6),
    text: fc.constantFrom('', 'x', '\n', '\r\n', 'ä😀', 'a\nb'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(edit, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), async (notes) => {
      let text = 'first\r\n  é😀 second\nthird';
      await open(client, HA0, text);
      const position = (offset: number): object => {
        const lines = text.slice(0, offset).split('\n');
        return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
      };
      for (const edits of notes) {
        const changes = edits.map(({ from, length, text: typed }) => {
          const start = Math.min(from, text.length);
          const end = Math.min(start + length, text.length);
          const each = { range: { start: position(start), end: position(end) }, text: typed };
          text = text.slice(0, start) + typed + text.slice(end);
          return each;
        });
        await change(client, HA0, ...changes);
      }
      await client.connection.sendRequest('textDocument/hover', at(0, 0));
      expect(bench.files.get(HA0)?.document.print()).toBe(text);
    }),
    process.env.HALINT_FUZZ === 'random' ? { numRuns: 200 } : { seed: 42, numRuns: 200 },
  );
});

describe('a pass over all files', () => {
  test('lets a cancellation in', async () => {
    const { client, bench } = await started();
    bench.slowness = 30;
    const source = new CancellationTokenSource();
    const answer = client.connection.sendRequest('workspace/diagnostic', { previousResultIds: [] }, source.token);
    source.cancel();
    await expect(answer).rejects.toMatchObject({ code: -32800 });
  });

  test('is asked for again when a file changes meanwhile', async () => {
    const { client, bench } = await started();
    bench.slowness = 30;
    const answer = client.connection.sendRequest('workspace/diagnostic', { previousResultIds: [] });
    await change(client, HA1, { text: 'bad\n' });
    await expect(answer).rejects.toMatchObject({ code: -32802, data: { retriggerRequest: true } });
  });
});
