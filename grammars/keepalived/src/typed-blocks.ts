import type { Node } from '@halint/core';
import type { AddressNode, AnyBlock, Block, NumberNode, Simple, Statement, Word } from './ast.ts';
import { isBlock } from './ast.ts';

/** Gives the blocks that programs ask for most their typed getters; every other block stays as it is. */
export function typedBlock(block: Block): AnyBlock {
  const { keyword } = block;
  const base = Object.getOwnPropertyDescriptors(block);
  if (keyword?.value === 'vrrp_instance') return instance(block, base);
  return keyword?.value === 'vrrp_script' ? script(block, base) : block;
}

type Descriptors = PropertyDescriptorMap;

function instance(block: Block, base: Descriptors): AnyBlock {
  return withGetters(block, base, 'vrrp_instance', {
    name: () => block.args[0],
    state: () => argument(block, 'state'),
    interface: () => argument(block, 'interface'),
    virtualRouterId: () => numberOf(argument(block, 'virtual_router_id')),
    priority: () => numberOf(argument(block, 'priority')),
    advertInt: () => numberOf(argument(block, 'advert_int')),
    virtualAddresses: () => addresses(block),
  });
}

function script(block: Block, base: Descriptors): AnyBlock {
  return withGetters(block, base, 'vrrp_script', {
    name: () => block.args[0],
    script: () => argument(block, 'script'),
    interval: () => numberOf(argument(block, 'interval')),
    weight: () => numberOf(argument(block, 'weight')),
  });
}

function withGetters(
  _block: Block,
  base: Descriptors,
  kind: AnyBlock['kind'],
  getters: Record<string, () => unknown>,
): AnyBlock {
  const own: Descriptors = Object.fromEntries(
    Object.entries(getters).map(([name, get]) => [name, { get, enumerable: true, configurable: true }]),
  );
  return Object.defineProperties({}, { ...base, ...own, kind: { value: kind, enumerable: true } }) as AnyBlock;
}

/** The last statement of a keyword: a repeated one replaces the one before. */
export function lastOf(children: readonly Statement[], keyword: string): Simple | undefined {
  for (let i = children.length - 1; i >= 0; i--) {
    const child = children[i];
    if (child?.kind === 'statement' && child.keyword.value === keyword) return child;
  }
  return undefined;
}

function argument(block: Block, keyword: string): Word | undefined {
  return lastOf(block.children, keyword)?.args[0];
}

function numberOf(word: Word | undefined): NumberNode | undefined {
  if (word === undefined) return undefined;
  return {
    kind: 'number',
    value: /^[-+]?\d+(\.\d+)?$/.test(word.value) ? Number(word.value) : Number.NaN,
    get span() {
      return word.span;
    },
  };
}

function addresses(block: Block): readonly AddressNode[] {
  const lists = block.children.filter(
    (child): child is AnyBlock => isBlock(child) && child.keyword?.value === 'virtual_ipaddress',
  );
  return lists.flatMap((list) =>
    list.children.flatMap((child) => (child.kind === 'statement' ? [addressOf(child)] : [])),
  );
}

function addressOf(line: Simple & Node): AddressNode {
  const [address = '', prefix] = line.keyword.value.split('/');
  const dev = line.args.findIndex((word) => word.value === 'dev');
  return {
    kind: 'address',
    address,
    prefix: prefix === undefined || !/^\d+$/.test(prefix) ? undefined : Number(prefix),
    dev: dev < 0 ? undefined : line.args[dev + 1]?.value,
    get span() {
      return line.span;
    },
  };
}
