import type { Language } from '@halint/core';
import type { SystemdFacts } from '@halint/model';
import { parseSystemd, type SystemdFile, type SystemdUnit } from './ast.ts';
import { check } from './check.ts';
import { complete, keywordAt, statementPath, symbols } from './editor.ts';
import { KEYWORDS } from './keywords.ts';
import { lower } from './lower.ts';

export * from './ast.ts';

const NOTHING: readonly never[] = [];

/** Units and drop-ins of systemd. */
export const systemd: Language<SystemdFile, SystemdUnit, SystemdFacts> = {
  id: 'systemd',
  title: 'systemd unit',
  daemon: 'os',
  keywords: KEYWORDS,
  nameSpaces: NOTHING,
  parse: parseSystemd,
  check: (_document, section) => check(section),
  checkFile: () => NOTHING,
  contextOf: () => undefined,
  names: () => ({ definitions: NOTHING, references: NOTHING }),
  lower,
  keywordAt,
  complete,
  symbols,
  statementPath,
};
