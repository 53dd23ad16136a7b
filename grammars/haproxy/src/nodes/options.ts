import type { Option } from '../ast/expressions.ts';
import type { OptionRow } from '../keywords/row.ts';
import { optionLength, optionRow, type OptionTable } from '../options.ts';
import type { LineWords } from './text.ts';
import { optionNode, type ValueType } from './values.ts';

/** Options whose word is more than a word, by name; times are known by their usage. */
const TYPES: ReadonlyMap<string, ValueType> = new Map<string, ValueType>([
  ...(
    'agent-port backlog error-limit fall gid id log-bufsize max-reuse maxconn maxqueue minconn mss nbconn nice ' +
    'pool-low-conn pool-max-conn port rise shard uid weight'
  )
    .split(' ')
    .map((word) => [word, 'integer'] as const),
  ['addr', 'address'],
  ['agent-addr', 'address'],
  ['socks4', 'address'],
  ['source', 'address'],
  ['usesrc', 'address'],
  ['sni', 'sample'],
  ['pool-conn-name', 'sample'],
  ['set-proxy-v2-tlv-fmt(', 'format'],
]);

function typeOf(row: OptionRow | undefined): ValueType {
  if (row === undefined) return 'word';
  if (row.usage === '<delay>' || row.usage === '<start_time_in_ms>') return 'time';
  return TYPES.get(row.word) ?? 'word';
}

/** The options of a bind or server line from an index to its end. */
export function optionNodes(words: LineWords, from: number, table: OptionTable): readonly Option[] {
  const options: Option[] = [];
  for (let i = from; i < words.count;) {
    const row = optionRow(table, words.value(i));
    const to = Math.min(words.count, i + optionLength(row, (index) => words.value(index), i));
    options.push(optionNode(words, i, to, [typeOf(row)]));
    i = to;
  }
  return options;
}
