import type { Family } from '@halint/core';
import type { FilterChain, FilterRule, FirewallFacts } from '@halint/model';
import { linesOf, shorten, type FactNote } from '../network/source.ts';
import { iptablesRule } from './iptables-rule.ts';

interface Kept {
  readonly family: Family;
  /** The unit that restores it at boot. */
  readonly unit: string;
}

/** Where rules are kept: by iptables-persistent of Debian, by iptables-services of Red Hat. */
const FILES: ReadonlyMap<string, Kept> = new Map([
  ['/etc/iptables/rules.v4', { family: 'ipv4', unit: 'netfilter-persistent.service' }],
  ['/etc/iptables/rules.v6', { family: 'ipv6', unit: 'netfilter-persistent.service' }],
  ['/etc/sysconfig/iptables', { family: 'ipv4', unit: 'iptables.service' }],
  ['/etc/sysconfig/ip6tables', { family: 'ipv6', unit: 'ip6tables.service' }],
]);

/** Is this a file of iptables-save? */
export function isIptablesFile(path: string): boolean {
  return FILES.has(path);
}

/**
 * The rules that iptables-save wrote, one packet filter for each file.
 * @param notes takes lines for which iptables-restore loads nothing.
 */
export function readIptables(files: ReadonlyMap<string, string>, notes: FactNote[] = []): readonly FirewallFacts[] {
  return [...FILES].flatMap(([path, kept]) => {
    const text = files.get(path);
    return text === undefined ? [] : [readSaved(path, text, kept, notes)];
  });
}

interface Line {
  readonly words: readonly string[];
  readonly line: number;
}

interface Table {
  readonly name: string;
  /** By chain, in the order of the file. */
  readonly chains: Map<string, { policy: FilterChain['policy']; readonly line: number; readonly rules: Line[] }>;
}

function readSaved(path: string, text: string, { family, unit }: Kept, notes: FactNote[]): FirewallFacts {
  const tables = new Map<string, Table>();
  const unknown: FirewallFacts['unknown'][number][] = [];
  const refuse = (line: number, message: string): void => {
    notes.push({ path, line, message: `${message}: iptables-restore loads nothing` });
    unknown.push({ path, line, what: message });
  };
  let table: Table | undefined;
  let last = 1;
  for (const { text: raw, line } of linesOf(text)) {
    const written = raw.trim().replace(/^\[\d+:\d+\]\s*/, '');
    if (written === '' || written.startsWith('#')) continue;
    last = line;
    if (table === undefined) {
      const name = /^\*(\w+)$/.exec(written)?.[1];
      if (name === undefined) refuse(line, `\`${shorten(written)}\` before a \`*table\``);
      // A second section of one table replaces the first.
      else tables.set(name, (table = { name, chains: new Map() }));
    } else if (written === 'COMMIT') table = undefined;
    else readLine(table, wordsOf(written), line, refuse);
  }
  if (table !== undefined) refuse(last, `no COMMIT behind \`*${table.name}\``);
  const chains = [...tables.values()].flatMap((each) => chainsOf(each, path, family));
  return { service: 'iptables', unit, chains, unknown };
}

const HOOKS: Readonly<Record<string, FilterChain['hook']>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
};

function readLine(
  { chains }: Table,
  words: readonly string[],
  line: number,
  refuse: (line: number, message: string) => void,
): void {
  const [command = '', name = '', ...rest] = words;
  if (command.startsWith(':')) {
    chains.set(command.slice(1), { policy: name === 'DROP' ? 'drop' : 'accept', line, rules: [] });
    return;
  }
  // A chain of the kernel needs no line of its own.
  if (HOOKS[name] !== undefined && !chains.has(name)) chains.set(name, { policy: 'accept', line, rules: [] });
  const chain = chains.get(name);
  if ((command === '-A' || command === '--append') && chain !== undefined) chain.rules.push({ words: rest, line });
  else refuse(line, `\`${shorten(words.join(' '))}\` is no rule of a chain above`);
}

function chainsOf({ name: table, chains }: Table, path: string, family: Family): readonly FilterChain[] {
  const names = new Set(chains.keys());
  return [...chains].map(([name, { policy, line, rules }]) => ({
    name,
    table: `${path} ${table}`,
    family,
    hook: HOOKS[name],
    policy,
    rules: rules.map((rule) => ruleOf(rule, table, { path, names, family })),
    at: { path, line },
  }));
}

interface Around {
  readonly path: string;
  readonly names: ReadonlySet<string>;
  readonly family: Family;
}

function ruleOf({ words, line }: Line, table: string, { path, names, family }: Around): FilterRule {
  const rule = iptablesRule(words, family, names, { path, line });
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
