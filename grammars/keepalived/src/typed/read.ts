import type { AnyBlock, Block, NumberNode, Simple, Statement, Word } from '../ast.ts';
import { isBlock } from '../ast.ts';

/** The last statement of a keyword: a repeated one replaces the one before. */
export function lastOf(children: readonly Statement[], keyword: string): Simple | undefined {
  for (let i = children.length - 1; i >= 0; i--) {
    const child = children[i];
    if (child?.kind === 'statement' && child.keyword.value === keyword) return child;
  }
  return undefined;
}

/** First argument of the last statement of one of the keywords. */
export function argument(block: Block, ...keywords: readonly string[]): Word | undefined {
  for (const keyword of keywords) {
    const found = lastOf(block.children, keyword)?.args[0];
    if (found !== undefined) return found;
  }
  return undefined;
}

export function numberOf(word: Word | undefined): NumberNode | undefined {
  if (word === undefined) return undefined;
  return {
    kind: 'number',
    value: toNumber(word.value) ?? Number.NaN,
    get span() {
      return word.span;
    },
  };
}

export function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[-+]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

export function blocksOf(block: Block, keyword: string): readonly AnyBlock[] {
  return block.children.filter((child): child is AnyBlock => isBlock(child) && child.keyword?.value === keyword);
}

/** The lines of the blocks of values of a keyword. */
export function linesOf(block: Block, keyword: string): readonly Simple[] {
  return blocksOf(block, keyword).flatMap((each) => ownLines(each));
}

export function ownLines(block: Pick<Block, 'children'>): readonly Simple[] {
  return block.children.filter((child): child is Simple => child.kind === 'statement');
}
