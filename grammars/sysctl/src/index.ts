import type { Language } from '@halint/core';
import type { SysctlFacts } from '@halint/model';
import { parseSysctl, type SysctlFile, type SysctlUnit } from './ast.ts';
import { check } from './check.ts';
import { complete, keywordAt, statementPath, symbols } from './editor.ts';
import { KEYWORDS } from './keywords.ts';
import { lower } from './lower.ts';

export * from './ast.ts';
export { globMatches, isGlob, normalizeKey } from './key.ts';

const NOTHING: readonly never[] = [];

/** sysctl.conf and sysctl.d as systemd-sysctl reads them at boot. */
export const sysctl: Language<SysctlFile, SysctlUnit, SysctlFacts> = {
  id: 'sysctl',
  title: 'sysctl.d',
  daemon: 'os',
  keywords: KEYWORDS,
  nameSpaces: NOTHING,
  parse: parseSysctl,
  check: (_document, section, { os }) => check(section, os),
  checkFile: () => NOTHING,
  contextOf: () => undefined,
  names: () => ({ definitions: NOTHING, references: NOTHING }),
  lower,
  keywordAt,
  complete,
  symbols,
  statementPath,
};
