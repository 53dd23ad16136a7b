import type { Language } from '@halint/core';
import type { SshdFacts } from '@halint/model';
import type { SshdFile } from './ast.ts';
import { check } from './check/check.ts';
import { checkHost } from './check/host.ts';
import { complete, keywordAt, statementPath, symbols } from './editor.ts';
import { includes } from './includes.ts';
import { KEYWORDS } from './keywords.ts';
import { lower } from './lower.ts';
import { parseSshd, type SshdUnit } from './read.ts';

export * from './ast.ts';
export { rowOf, type SshdRow } from './keywords.ts';
export { parseSshd, type SshdUnit } from './read.ts';
export { effective, type Effective, type EffectiveOption } from './effective/effective.ts';
export type { Connection } from './reading.ts';

const NOTHING: readonly never[] = [];

/** sshd_config and the files that it includes. */
export const sshd: Language<SshdFile, SshdUnit, SshdFacts> = {
  id: 'sshd',
  title: 'sshd_config',
  daemon: 'openssh',
  namesServices: true,
  keywords: KEYWORDS,
  nameSpaces: NOTHING,
  parse: parseSshd,
  check: (_document, section, targets) => check(section, targets),
  checkFile: () => NOTHING,
  checkHost,
  contextOf: () => undefined,
  names: () => ({ definitions: NOTHING, references: NOTHING }),
  includes,
  lower,
  keywordAt,
  complete,
  symbols,
  statementPath,
};
