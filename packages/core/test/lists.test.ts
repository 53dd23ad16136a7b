import { append, largest, replaceItems, smallest } from '@halint/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test('items are replaced as splice() does', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.nat(12), fc.nat(12), fc.array(fc.nat()), (list, at, count, items) => {
      const from = Math.min(at, list.length);
      const spliced = [...list];
      const removed = spliced.splice(from, count, ...items);
      const own = [...list];
      expect(replaceItems(own, from, count, items)).toEqual(removed);
      expect(own).toEqual(spliced);
    }),
  );
});

test('half a million items', () => {
  const many = Array.from({ length: 500_000 }, (_, i) => i);
  const list = [1, 2, 3];
  expect(replaceItems(list, 1, 1, many)).toEqual([2]);
  expect([list.length, list[1], list.at(-1)]).toEqual([500_002, 0, 3]);
  append(list, many);
  expect([list.length, largest(list), smallest(list)]).toEqual([1_000_002, 499_999, 0]);
});

test('without any number', () => {
  expect([largest([]), largest([], 5), smallest([])]).toEqual([-Infinity, 5, Infinity]);
});
