import type { Family } from '@halint/core';
import type { FilePlace, FilterChain, FilterRule, FirewallFacts } from '@halint/model';
import { linesOf, shorten, type FactNote } from '../network/source.ts';
import { iptablesRule } from './iptables-rule.ts';

/** The tables of one family while files are restored into them, one behind the other. */
export interface Tables {
  readonly family: Family;
  /** What tells them from those of another filter of the host. */
  readonly owner: string;
  readonly byName: Map<string, Table>;
  readonly unknown: FirewallFacts['unknown'][number][];
}

/** By chain, in the order in which they were made. */
type Table = Map<string, Chain>;

interface Chain {
  policy: FilterChain['policy'];
  at: FilePlace;
  rules: Line[];
}

interface Line {
  /** Behind the name of the chain. */
  readonly words: readonly string[];
  readonly at: FilePlace;
}

const HOOKS: Readonly<Record<string, FilterChain['hook']>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
};

export function emptyTables(family: Family, owner: string): Tables {
  return { family, owner, byName: new Map(), unknown: [] };
}

export interface RestoreOptions {
  /** `-n`: chains that are there already stay, but for those of the user's that the file names; else each table starts anew. */
  readonly keeps: boolean;
  /** Takes lines for which iptables-restore loads nothing. */
  readonly notes: FactNote[];
}

/** Does what iptables-restore does with a file. */
export function restore(tables: Tables, path: string, text: string, { keeps, notes }: RestoreOptions): void {
  const refuse = (line: number, message: string): void => {
    notes.push({ path, line, message: `${message}: iptables-restore loads nothing` });
    tables.unknown.push({ path, line, what: message });
  };
  let table: { readonly name: string; readonly chains: Table } | undefined;
  let last = 1;
  for (const { text: raw, line } of linesOf(text)) {
    const written = raw.trim().replace(/^\[\d+:\d+\]\s*/, '');
    if (written === '' || written.startsWith('#')) continue;
    last = line;
    if (table === undefined) {
      const name = /^\*(\w+)$/.exec(written)?.[1];
      if (name === undefined) refuse(line, `\`${shorten(written)}\` before a \`*table\``);
      else table = { name, chains: tableOf(tables, name, keeps) };
    } else if (written === 'COMMIT') table = undefined;
    else {
      const what = command(table.chains, wordsOf(written), { path, line });
      if (what === 'refused') refuse(line, `\`${shorten(written)}\` is no rule of a chain above`);
      else if (what === 'unknown') tables.unknown.push({ path, line, what: `\`${shorten(written)}\`` });
    }
  }
  if (table !== undefined) refuse(last, `no COMMIT behind \`*${table.name}\``);
}

/** Restores a line that stands in no file into the table `filter`, as one that comes from `at`. */
export function restoreLine(tables: Tables, text: string, at: FilePlace): void {
  command(tableOf(tables, 'filter', true), wordsOf(text), at);
}

/** A second section of one table replaces the first, without `-n`. */
function tableOf({ byName }: Tables, name: string, keeps: boolean): Table {
  const known = keeps ? byName.get(name) : undefined;
  if (known !== undefined) return known;
  const made: Table = new Map();
  byName.set(name, made);
  return made;
}

/** Commands that take rules or chains away: what they leave is not followed. */
const UNFOLLOWED = /^(?:-[DRXEZLSC]|--(?:delete|replace|delete-chain|rename-chain|zero|list|list-rules|check))$/;

function command(chains: Table, words: readonly string[], at: FilePlace): 'done' | 'refused' | 'unknown' {
  const [name = '', chain = '', ...rest] = words;
  if (name.startsWith(':')) {
    declare(chains, name.slice(1), chain, at);
    return 'done';
  }
  if (UNFOLLOWED.test(name)) return 'unknown';
  if (/^(?:-N|--new-chain|--new)$/.test(name)) {
    declare(chains, chain, '-', at);
    return 'done';
  }
  // A chain of the kernel needs no line of its own.
  if (HOOKS[chain] !== undefined && !chains.has(chain)) declare(chains, chain, 'ACCEPT', at);
  const known = chains.get(chain);
  if (known === undefined) return 'refused';
  if (/^(?:-P|--policy)$/.test(name)) declare(chains, chain, rest[0] ?? '', at);
  else if (/^(?:-F|--flush)$/.test(name)) known.rules = [];
  else if (/^(?:-A|--append|-I|--insert)$/.test(name)) insert(known, name, rest, at);
  else return 'refused';
  return 'done';
}

/** `:CHAIN POLICY`: those of the user's are emptied by it, those of the kernel keep their rules, and with `-` their policy. */
function declare(chains: Table, name: string, policy: string, at: FilePlace): void {
  const known = chains.get(name);
  if (known === undefined) chains.set(name, { policy: policy === 'DROP' ? 'drop' : 'accept', at, rules: [] });
  else if (HOOKS[name] === undefined) known.rules = [];
  else if (policy !== '-') {
    known.policy = policy === 'DROP' ? 'drop' : 'accept';
    known.at = at;
  }
}

/** `-I CHAIN [NUMBER]` counts from 1, which is the default. */
function insert(chain: Chain, name: string, words: readonly string[], at: FilePlace): void {
  const isAppended = name === '-A' || name === '--append';
  const number = !isAppended && /^\d+$/.test(words[0] ?? '') ? Number(words[0]) : undefined;
  const rule = { words: number === undefined ? words : words.slice(1), at };
  const index = isAppended ? chain.rules.length : (number ?? 1) - 1;
  chain.rules.splice(index, 0, rule);
}

/** The chains as the files leave them. */
export function chainsOf({ byName, owner, family }: Tables): readonly FilterChain[] {
  return [...byName].flatMap(([table, chains]) => {
    const names = new Set(chains.keys());
    return [...chains].map(([name, { policy, at, rules }]) => ({
      name,
      table: `${owner} ${table}`,
      family,
      hook: HOOKS[name],
      ...placeOf(table, name),
      policy,
      rules: rules.map((rule) => ruleOf(rule, table, names, family)),
      at,
    }));
  });
}

/** Where the kernel asks chains at PREROUTING and OUTPUT (NF_IP_PRI_RAW and its kin): before or behind the translation of destinations. */
const PRIORITIES: Readonly<Record<string, number>> = { raw: -300, mangle: -150, nat: -100, filter: 0, security: 50 };

function placeOf(table: string, chain: string): Pick<FilterChain, 'translates' | 'priority'> {
  const translates = table === 'nat' && (chain === 'PREROUTING' || chain === 'OUTPUT');
  return { priority: PRIORITIES[table] ?? 0, ...(translates ? { translates } : {}) };
}

function ruleOf({ words, at }: Line, table: string, names: ReadonlySet<string>, family: Family): FilterRule {
  const rule = iptablesRule(words, family, names, at);
  // Translation of the source is behind all filters.
  if (table === 'nat' && words.some((word) => word === 'MASQUERADE' || word === 'SNAT'))
    return { ...rule, action: { kind: 'accept' } };
  return rule;
}

/** Words of a line; in double quotes a backslash stands before a quote or another one (iptables-save writes comments and prefixes so). */
function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
    ([, quoted, plain]) => plain ?? (quoted ?? '').replace(/\\(.)/g, '$1'),
  );
}
