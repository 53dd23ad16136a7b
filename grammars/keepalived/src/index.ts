import type { Language } from '@halint/core';
import type { KeepalivedFacts } from '@halint/model';
import type { KeepalivedFile, KeepalivedUnit } from './ast.ts';
import { complete, keywordAt, statementPath, symbols } from './editor.ts';
import { includes } from './includes.ts';
import { judge } from './check.ts';
import { KEYWORDS } from './keywords.ts';
import { lower } from './lower.ts';
import { NAME_SPACES, names } from './names.ts';
import { parseKeepalived } from './tree.ts';

export type * from './ast.ts';
export { isBlock } from './ast.ts';
export { parseKeepalived } from './tree.ts';

/** keepalived.conf and what it includes. */
export const keepalived: Language<KeepalivedFile, KeepalivedUnit, KeepalivedFacts> = {
  id: 'keepalived',
  title: 'keepalived.conf',
  daemon: 'keepalived',
  keywords: KEYWORDS,
  nameSpaces: NAME_SPACES,
  parse: parseKeepalived,
  check: () => [],
  checkHost: (files, context) => judge(files, context).messages,
  checkFile: () => [],
  contextOf: () => undefined,
  names: (_document, section) => names(section),
  includes,
  lower,
  keywordAt,
  complete,
  symbols,
  statementPath,
};
