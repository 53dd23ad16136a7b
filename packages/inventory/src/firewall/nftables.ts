import { append } from '@halint/core';
import type { FilterChain, FilterRule, FirewallFacts } from '@halint/model';
import { readServices, SERVICES_FILE } from '../network/services-file.ts';
import { shorten, type FactNote } from '../network/source.ts';
import { missedNote, readScript } from './nft-includes.ts';
import { brokenPlaces } from './nft-broken.ts';
import { wrongField } from './nft-fields.ts';
import { behindBlock, statementEnd, type Token } from './nft-tokens.ts';
import { rulesOf } from './nft-rule.ts';

interface Draft {
  readonly chains: Map<string, ChainDraft>;
  /** Elements of sets and verdict maps, by family, table and name; undefined for those that are filled at run time. */
  readonly sets: Map<string, Token[] | undefined>;
  /** Sets that rules fill at run time. */
  readonly dynamic: Set<string>;
  /** Tables whose last declaration says `flags dormant`: nothing of them is in force. */
  readonly dormant: Set<string>;
  readonly defines: Map<string, readonly Token[]>;
  readonly unknown: FirewallFacts['unknown'][number][];
  /** Mistakes for which nft loads nothing. */
  readonly refused: FactNote[];
}

interface ChainDraft {
  chain: Omit<FilterChain, 'rules'>;
  readonly lines: (readonly Token[])[];
}

/**
 * The rules of nftables as its files say, includes in place; undefined when the host has no such file.
 * @param notes takes what could not be read.
 */
export function readNftables(files: ReadonlyMap<string, string>, notes: FactNote[] = []): FirewallFacts | undefined {
  const script = readScript(files);
  if (script === undefined) return undefined;
  const { tokens, missed } = script;
  append(notes, missed.map(missedNote));
  const draft: Draft = {
    chains: new Map(),
    sets: new Map(),
    dynamic: new Set(),
    dormant: new Set(),
    defines: new Map(),
    refused: [],
    unknown: missed.map(({ path, line, pattern }) => ({ path, line, what: `the include ${pattern}` })),
  };
  for (const note of brokenPlaces(tokens)) refused(draft, note);
  for (let i = 0; i < tokens.length;) i = readCommand(tokens, i, draft);
  const written = files.get(SERVICES_FILE);
  const services = written === undefined ? undefined : portNames(written);
  const inForce = [...draft.chains.values()].filter(({ chain }) => !draft.dormant.has(chain.table));
  const chains = inForce.map(({ chain, lines }): FilterChain => {
    const rules = lines.flatMap((line): readonly FilterRule[] =>
      rulesOf(
        line,
        (name) =>
          name.startsWith('$') ? draft.defines.get(name.slice(1)) : draft.sets.get(`${chain.table} ${name.slice(1)}`),
        services,
        ({ path, line: number, text }) =>
          refused(draft, { path, line: number, message: `nft knows no \`${shorten(text)}\` there: it loads nothing` }),
      ),
    );
    return { ...chain, rules };
  });
  append(notes, draft.refused);
  return { service: 'nftables', unit: 'nftables.service', chains, unknown: draft.unknown };
}

/** That of TCP goes before that of UDP, whatever the rule is about (nft 1.0.6, test/around/nft-services.test.ts). */
function portNames(text: string): ReadonlyMap<string, number> {
  return new Map([...readServices(text, 'udp'), ...readServices(text, 'tcp')]);
}

/** nft loads nothing of a script that has a mistake. */
function refused(draft: Draft, note: FactNote & { readonly line: number }): void {
  draft.refused.push(note);
  draft.unknown.push({ path: note.path, line: note.line, what: note.message });
}

/** Reads one command of the top level; returns where the next starts. */
function readCommand(tokens: readonly Token[], from: number, draft: Draft): number {
  const token = tokens[from] as Token;
  const word = token.quoted ? '' : token.text;
  if (word === ';' || word === '}') return from + 1;
  const end = statementEnd(tokens, from);
  const statement = tokens.slice(from, end);
  const second = statement[1]?.text;
  if (word === 'table' || ((word === 'add' || word === 'create') && second === 'table')) {
    readTable(statement.slice(word === 'table' ? 1 : 2), draft);
  } else if (word === 'define' || word === 'redefine') {
    draft.defines.set(second ?? '', statement.slice(3));
  } else if (word === 'add' && second === 'chain') readAddedChain(statement.slice(2), draft);
  else if (word === 'add' && second === 'rule') readAddedRule(statement.slice(2), draft);
  else if (/^(?:add|create)$/.test(word) && /^(?:element|set|map)$/.test(second ?? '')) {
    const { family, name, rest } = addressOf(statement.slice(2));
    const key = `${family} ${name} ${rest[0]?.text ?? ''}`;
    if (second === 'element') addElements(key, rest.slice(1), draft);
    else readSet(key, rest.slice(2, -1), draft);
  } else if (word === 'flush' && second === 'ruleset') {
    draft.chains.clear();
    draft.sets.clear();
    draft.dynamic.clear();
  } else if (!/^(?:flush|delete|destroy)$/.test(word) || second !== 'table') {
    draft.unknown.push({ path: token.path, line: token.line, what: `\`${token.text}\`` });
  }
  return end;
}

const HOOKS: ReadonlyMap<string, NonNullable<FilterChain['hook']>> = new Map(
  (['prerouting', 'input', 'output', 'postrouting'] as const).map((hook) => [hook, hook]),
);

const FAMILIES: Readonly<Record<string, FilterChain['family'] | undefined>> = { inet: 'any', ip: 'ipv4', ip6: 'ipv6' };
const FAMILY_NAMES = new Set(['inet', 'ip', 'ip6', 'arp', 'bridge', 'netdev']);

interface Address {
  readonly family: string;
  readonly name: string;
  readonly rest: readonly Token[];
}

/** `[FAMILY] TABLE`; without a family it is ip. */
function addressOf(tokens: readonly Token[]): Address {
  const given = FAMILY_NAMES.has(tokens[0]?.text ?? '');
  const at = given ? 1 : 0;
  return { family: given ? (tokens[0]?.text ?? '') : 'ip', name: tokens[at]?.text ?? '', rest: tokens.slice(at + 1) };
}

function readTable(tokens: readonly Token[], draft: Draft): void {
  const { family, name, rest } = addressOf(tokens);
  // A table that is declared again is dormant, or not, by that declaration (nft 1.0.6, test/around/nft-scripts.test.ts).
  draft.dormant.delete(`${family} ${name}`);
  if (rest[0]?.text !== '{') return;
  const body = rest.slice(1, behindBlock(rest, 0) - 1);
  for (let i = 0; i < body.length;) {
    const token = body[i] as Token;
    const open = body[i + 2];
    if (!token.quoted && /^(?:chain|set|map)$/.test(token.text) && open?.text === '{') {
      const end = behindBlock(body, i + 2);
      const inner = body.slice(i + 3, end - 1);
      const own = body[i + 1]?.text ?? '';
      if (token.text === 'chain') readChain(family, name, own, token, inner, draft);
      else readSet(`${family} ${name} ${own}`, inner, draft);
      i = end;
    } else {
      const end = statementEnd(body, i);
      if (token.text === 'flags' && body.slice(i, end).some(({ text }) => text === 'dormant'))
        draft.dormant.add(`${family} ${name}`);
      i = end + 1;
    }
  }
}

/** The body of a set or map. What fills it at run time is not known. */
function readSet(key: string, body: readonly Token[], draft: Draft): void {
  if (body.some(({ text, quoted }) => !quoted && text === 'dynamic')) draft.dynamic.add(key);
  addElements(key, elementsOf(body), draft);
}

/** A set that is declared again has the elements of both (nft 1.0.6, test/around/nft-scripts.test.ts). */
function addElements(key: string, elements: Token[] | undefined, { sets, dynamic }: Draft): void {
  const before = sets.get(key);
  const [open] = elements ?? [];
  // A name that stands for elements cannot be put among others.
  const areListed = open?.text === '{' && before?.[0]?.text === '{';
  if (dynamic.has(key)) sets.set(key, undefined);
  else if (before === undefined) sets.set(key, elements);
  else if (elements === undefined || open === undefined || !areListed) sets.set(key, undefined);
  else {
    before.pop();
    for (const token of [{ ...open, text: ',' }, ...elements.slice(1)]) before.push(token);
  }
}

/** The elements that a set or map is declared with; undefined where it is with none. */
function elementsOf(tokens: readonly Token[]): Token[] | undefined {
  const at = tokens.findIndex(({ text, quoted }) => !quoted && text === 'elements');
  return at < 0 ? undefined : tokens.slice(at + 2, statementEnd(tokens, at));
}

/** Names of priorities in families of IP (nft(8), Base chains). */
const PRIORITIES: ReadonlyMap<string, number> = new Map([
  ['raw', -300],
  ['mangle', -150],
  ['dstnat', -100],
  ['filter', 0],
  ['security', 50],
  ['srcnat', 100],
]);

/** `priority filter`, `priority -100`, `priority dstnat + 10`, with or without blanks. */
function priorityOf(words: readonly string[]): number {
  const at = words.indexOf('priority');
  const [, base = '', sign = '', offset = '0'] =
    /^([a-z]*|-?\d+)(?:([+-])(\d+))?$/.exec(at < 0 ? '' : words.slice(at + 1, at + 4).join('')) ?? [];
  return (PRIORITIES.get(base) ?? (Number(base) || 0)) + (sign === '-' ? -1 : 1) * Number(offset);
}

function readChain(
  family: string,
  table: string,
  name: string,
  head: Token,
  body: readonly Token[],
  draft: Draft,
): void {
  const known = FAMILIES[family];
  const lines: (readonly Token[])[] = [];
  let hook: FilterChain['hook'];
  let place: Pick<FilterChain, 'translates' | 'priority'> = {};
  let policy: FilterChain['policy'] | undefined;
  for (let i = 0; i < body.length;) {
    const end = statementEnd(body, i);
    const line = body.slice(i, end);
    const words = line.map(({ text }) => text);
    i = end + 1;
    if (words[0] === 'type' && words[2] === 'hook') {
      const written = words[3] ?? '';
      // Translation of sources comes behind all filters; forward is not about what the host itself gets or sends.
      if (words[1] === 'filter' || (words[1] === 'route' && written === 'output')) hook = HOOKS.get(written);
      const translates = words[1] === 'nat' && (written === 'prerouting' || written === 'output');
      if (translates) hook = HOOKS.get(written);
      place = { priority: priorityOf(words), ...(translates ? { translates } : {}) };
      if (written === 'ingress' || written === 'egress' || words.includes('$')) {
        draft.unknown.push({ path: head.path, line: head.line, what: `hook ${written}` });
      }
    } else if (words[0] === 'policy') policy = words[1] === 'drop' ? 'drop' : 'accept';
    else if (line.length > 0) {
      lines.push(line);
      const wrong = wrongField(line);
      if (wrong === undefined) continue;
      const { path, line: number, text } = wrong.at;
      refused(draft, {
        path,
        line: number,
        message: `\`${wrong.header}\` has no field \`${text}\`: nft loads nothing`,
      });
    }
  }
  if (known === undefined) return;
  const full = `${family} ${table}`;
  const key = `${full} ${name}`;
  const before = draft.chains.get(key);
  if (before === undefined) {
    const at = { path: head.path, line: head.line };
    const chain = { name, table: full, family: known, hook, ...place, policy: policy ?? 'accept', at };
    draft.chains.set(key, { chain, lines });
    return;
  }
  // Declared again it keeps its rules and its hook; its policy is the last one that is said (nft 1.0.6, test/around/nft-scripts.test.ts).
  for (const line of lines) before.lines.push(line);
  if (policy === undefined && (hook === undefined || before.chain.hook !== undefined)) return;
  const at = { path: head.path, line: head.line };
  before.chain = {
    ...before.chain,
    ...place,
    hook: hook ?? before.chain.hook,
    policy: policy ?? before.chain.policy,
    at,
  };
}

function readAddedChain(tokens: readonly Token[], draft: Draft): void {
  const { family, name, rest } = addressOf(tokens);
  const [head, open] = rest;
  if (head === undefined) return;
  const body = open?.text === '{' ? rest.slice(2, behindBlock(rest, 1) - 1) : [];
  readChain(family, name, head.text, head, body, draft);
}

function readAddedRule(tokens: readonly Token[], draft: Draft): void {
  const { family, name, rest } = addressOf(tokens);
  const [chain, ...rule] = rest;
  if (chain !== undefined) readChain(family, name, chain.text, chain, rule, draft);
}
