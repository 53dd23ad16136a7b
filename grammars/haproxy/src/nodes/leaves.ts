import type { Argument, Comment, Integer, Leaf, Size, Time, Word } from '../ast/leaves.ts';
import type { SectionLines } from '../lines.ts';
import { isInteger, parseTime, readSize } from '../quantity/index.ts';
import { makeNode, type Makers, type Stretch } from './node.ts';
import type { LineWords, Text } from './text.ts';

/** What leaves have in common: as written, and as read. */
export function leafMakers(at: Stretch, value: () => string): Makers<Leaf> {
  return { raw: () => at.lines.text.slice(at.start, at.end), value };
}

export function wordNode(text: Text): Word {
  return makeNode<Word>(
    text,
    'word',
    leafMakers(text, () => text.value),
  );
}

/** The word at an index, or undefined behind the last one. */
export function wordAt(words: LineWords, index: number): Word | undefined {
  return index < words.count ? wordNode(words.text(index)) : undefined;
}

export function wordNodes(words: LineWords, from: number, to: number): readonly Word[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => wordNode(words.text(from + i)));
}

/** A part of a word as a word of its own. */
export function partNode(text: Text, from: number, to: number): Word {
  const at = text.at(from, to);
  return makeNode<Word>(
    at,
    'word',
    leafMakers(at, () => text.value.slice(from, to)),
  );
}

export function integerNode(text: Text): Integer {
  const number = (): number | undefined => (isInteger(text.value) ? Number(text.value) : undefined);
  return makeNode<Integer>(text, 'integer', { ...leafMakers(text, () => text.value), number });
}

/** A time; without a unit it counts milliseconds. */
export function timeNode(text: Text): Time {
  const milliseconds = (): number | undefined => parseTime(text.value);
  return makeNode<Time>(text, 'time', { ...leafMakers(text, () => text.value), milliseconds });
}

export function sizeNode(text: Text): Size {
  const size = (): number | undefined => readSize(text.value);
  return makeNode<Size>(text, 'size', { ...leafMakers(text, () => text.value), size });
}

export function argumentNode(text: Text, from: number, to: number, value: string): Argument {
  const at = text.at(from, to);
  return makeNode<Argument>(
    at,
    'argument',
    leafMakers(at, () => value),
  );
}

export function commentNode(lines: SectionLines, line: number): Comment | undefined {
  const index = lines.shape(line).comment;
  if (index < 0) return undefined;
  const at = { lines, start: lines.start(line, index), end: lines.end(line, index) };
  return makeNode<Comment>(at, 'comment', { text: () => lines.raw(line, index) });
}
