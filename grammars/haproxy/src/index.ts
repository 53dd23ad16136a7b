import type { Document, Language, Section } from '@halint/core';
import type { HaproxyFacts } from '@halint/model';
import { complete, keywordAt } from './assist.ts';
import type { HaproxyFile } from './ast.ts';
import { check } from './check.ts';
import { checkFile } from './check/file.ts';
import { keywords } from './coverage.ts';
import { contextOf } from './flow.ts';
import { lower } from './lower.ts';
import { NAME_SPACES, names } from './names.ts';
import { parseHaproxy } from './parse.ts';
import { statementPath, symbols } from './paths.ts';
import type { SectionUnit } from './unit.ts';

export type * from './ast.ts';
export { parseHaproxy, type HaproxyDocument } from './parse.ts';
export { parseTime } from './quantity/index.ts';
export { parseCrtList } from './crt-list/parse.ts';
export type { CrtLine, CrtList } from './crt-list/ast.ts';
export { splitAddress, type AddressParts } from './address/index.ts';
export type HaproxySection = Section<SectionUnit>;

export const haproxy: Language<HaproxyFile, SectionUnit, HaproxyFacts> = {
  id: 'haproxy',
  title: 'haproxy.cfg',
  daemon: 'haproxy',
  get keywords() {
    return keywords();
  },
  nameSpaces: NAME_SPACES,
  joined: true,
  parse: parseHaproxy,
  check,
  checkFile,
  contextOf,
  names,
  // haproxy has no include statement: further files come from its command line.
  lower,
  keywordAt,
  complete,
  symbols,
  statementPath: (document: Document<HaproxyFile, SectionUnit>, at) => statementPath(document, at),
};
