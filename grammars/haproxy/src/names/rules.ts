import { readCondition } from '../condition/grammar.ts';
import { PREDEFINED } from '../condition/predefined.ts';
import type { Words } from '../condition/tokens.ts';
import { sectionName } from '../head.ts';
import { keptByLines, type SectionLines } from '../lines.ts';
import { sampleReferences } from '../sample/references.ts';
import { isOpaque } from '../values.ts';
import { isTacit, PartUse, refer, referBehind, type Collector } from './collector.ts';

/** Names in the arguments of sample fetches and converters. */
export function samples(into: Collector, line: number): void {
  const { lines } = into;
  const words = lines.words(line);
  if (words < 2 || lines.kind === 'defaults' || !lines.mentions('(')) return;
  sampleReferences(lines.text, lines.start(line, 1), lines.end(line, words - 1), ({ space, label, start, end }) => {
    const slash = space === 'server' ? label.lastIndexOf('/') : -1;
    const own = space === 'server' ? sectionName(lines) : '';
    const scope = space === 'acl' ? into.scope : slash < 0 ? own : label.slice(0, slash);
    if (space === 'acl' && PREDEFINED.has(label)) return;
    into.references.push(new PartUse(space, scope, label.slice(slash + 1), lines, start + slash + 1, end));
  });
}

/** Names in the arguments of an action: the resolvers of do-resolve, the http-errors section of a reply. */
export function ruleReferences(into: Collector, line: number, index: number): void {
  const { lines } = into;
  if (lines.words(line) <= index) return;
  const action = lines.raw(line, index);
  if (action.startsWith('do-resolve(')) {
    const resolvers = action.slice(0, -1).split(',')[1];
    if (resolvers !== undefined) refer(into, 'resolvers', '', line, index, resolvers);
  } else if (action === 'deny' || action === 'return' || action === 'tarpit')
    referBehind(into, line, 'errorfiles', 'http-errors', isTacit(into));
  else if (action.startsWith('track-sc') && !into.disabled) referTable(into, line, index + 2);
}

/** The stick table that a rule names behind `table`, before its condition; converters of its expression may stand between. */
export function referTable(into: Collector, line: number, from: number): void {
  const { lines } = into;
  for (let i = from; i + 1 < lines.words(line); i++) {
    const word = lines.raw(line, i);
    if (word === 'if' || word === 'unless') return;
    if (word !== 'table') continue;
    // A line that goes on in another way is refused before anything is looked up.
    const ends = i + 2 >= lines.words(line) || /^(?:if|unless)$/.test(lines.raw(line, i + 2));
    if (ends && !/^(?:if|unless)$/.test(lines.raw(line, i + 1))) refer(into, 'table', '', line, i + 1);
    return;
  }
}

/** The words of a line as a condition. */
function wordsOf(lines: SectionLines, line: number): Words {
  return { count: lines.words(line), value: (index) => lines.value(line, index) };
}

/** ACL names behind `if` or `unless`; what stands in braces has no name. */
export function condition(into: Collector, line: number, from: number): void {
  const { lines } = into;
  const count = lines.words(line);
  let i = from;
  while (i < count && !/^(?:if|unless)$/.test(lines.raw(line, i))) i++;
  if (i + 1 >= count) return;
  const { shape, word, offset } = readCondition(wordsOf(lines, line), i + 1);
  for (const terms of shape.either) {
    for (const { kind, token } of terms) {
      const index = word[token] as number;
      if (kind !== 'name') continue;
      const name = lines.value(line, index).slice(offset[token]);
      if (PREDEFINED.has(name)) continue;
      refer(into, 'acl', into.scope, line, index, name);
      // The daemon reads no further than the first name that it does not know.
      if (!isOpaque(name) && !aclNames(lines).has(name)) return;
    }
  }
}

/** Names of the acls of a section. */
const aclNames = keptByLines((lines: SectionLines): ReadonlySet<string> => {
  const found = new Set<string>();
  const { keywords } = lines;
  for (let line = lines.body; line < lines.count; line++) if (keywords[line] === 'acl') found.add(lines.value(line, 1));
  return found;
});
