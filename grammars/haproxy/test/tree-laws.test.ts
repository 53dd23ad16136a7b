import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Node } from '@halint/core';
import { visit } from '../../../packages/halint/src/visit.ts';
import { parseHaproxy } from '../src/index.ts';
import { settings } from '../../../test/support/laws.ts';
import { configs, corpus, hasShared } from './shared.ts';

/** Words of a condition that are no nodes: its nodes say what they mean. */
const BRACES = /^(?:!*\{|\}|!+|\|\||or|,*)$/i;

interface Leaf extends Node {
  readonly raw: string;
  readonly value: string;
}

/** What the tree of a text says against its laws. */
function faults(text: string): string[] {
  const found: string[] = [];
  const { ast } = parseHaproxy(text);
  const covered = new Uint8Array(text.length);
  visit(ast, (node, parents) => {
    const { start, end } = node.span;
    const place = `${node.kind} ${start}-${end}`;
    const parent = parents[parents.length - 1];
    if (start > end || (parent !== undefined && (start < parent.span.start || end > parent.span.end)))
      found.push(`${place} is not inside ${parent?.kind ?? ''} ${parent?.span.start ?? 0}-${parent?.span.end ?? 0}`);
    if ('raw' in node) {
      const { raw, value } = node as Leaf;
      covered.fill(1, start, end);
      if (raw !== text.slice(start, end)) found.push(`${place} is not ${JSON.stringify(raw)}`);
      if (!/["'\\]/.test(raw) && node.kind !== 'sample' && raw !== value) found.push(`${place} is not read as written`);
    }
  });
  for (const section of ast.sections) {
    for (const line of section.statements) {
      if (line.kind === 'scope') continue;
      for (const word of line.words) {
        if (!BRACES.test(word.value) && !covered.subarray(word.span.start, word.span.end).includes(1))
          found.push(`'${word.raw}' of ${line.kind} is no node`);
      }
    }
  }
  return found;
}

const PIECES =
  `acl|a|path_beg|hdr(host)|-i|-m|beg|-f|--|!|!a|{|}|or|\|\||if|unless|http-request|set-var(txn.x)|set-header|deny|status|429|
  |req.hdr("a,b"),lower|lower,|,|field(1,\\,)|'src port'|"%[src,ipmask(24)] %{+Q}r %%"|%(x)ci|%[|use_backend|%[req.hdr(host)]|
  |server|ha0|ipv4@1.2.3.4:+80|[::1]:80-90|"1.2.3.4\\:8\\x30"|unix@/x|:80,:81|inter|5s|weight|sni|str(x)|bind|ssl|crt|log|
  |/dev/log|len|local0|info|stick-table|type|ip|size|1m|store|gpc0,http_req_rate(10s)|stick|on|src|table|t|timeout|client|stats|
  |socket|balance|hash|hdr(x)|log-format|redirect|location|code|track-sc0|set-timeout|tcp-request|content|redirect|frob|#|\n|
  |\nbackend b\n|\nfrontend f\n|\nlisten l\n|\nglobal\n|\npeers p\n|\nuserlist u\n|\nresolvers r\n|user|password|peer|nameserver`
    .split(/\|(?:\n\s*\|)?/)
    .map((piece) => piece.replaceAll('\\n', '\n'));

const lines = fc
  .array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom(' ', ' ', ' ', '\n', '', '"', "'")), { maxLength: 30 })
  .map((parts) => `listen x\n${parts.flat().join('')}`);

function holds(text: string): void {
  expect(faults(text)).toEqual([]);
}

describe('laws of the tree', () => {
  test('every node is inside its parent, is as written, and no word is lost', () => {
    fc.assert(fc.property(lines, holds), { ...settings, numRuns: 4000 });
    fc.assert(fc.property(configs, holds), { ...settings, numRuns: 4000 });
  });
});

describe.skipIf(!hasShared)('trees of real files', () => {
  test('the laws hold', { timeout: 300_000 }, () => {
    for (const { name, text } of corpus()) expect(faults(text), name).toEqual([]);
  });
});
