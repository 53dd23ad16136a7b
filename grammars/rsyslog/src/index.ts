import type { Language } from '@halint/core';
import type { RsyslogFacts } from '@halint/model';
import { parseRsyslog, type RsyslogFile, type RsyslogUnit } from './ast.ts';
import { check } from './check.ts';
import { complete, keywordAt, statementPath, symbols } from './editor.ts';
import { includes } from './includes.ts';
import { KEYWORDS } from './keywords.ts';
import { lower } from './lower.ts';

export * from './ast.ts';

const NOTHING: readonly never[] = [];

/** rsyslog.conf and what it includes. */
export const rsyslog: Language<RsyslogFile, RsyslogUnit, RsyslogFacts> = {
  id: 'rsyslog',
  title: 'rsyslog.conf',
  daemon: 'os',
  keywords: KEYWORDS,
  nameSpaces: NOTHING,
  parse: parseRsyslog,
  check: (_document, section) => check(section),
  checkFile: () => NOTHING,
  contextOf: () => undefined,
  names: () => ({ definitions: NOTHING, references: NOTHING }),
  includes,
  lower,
  keywordAt,
  complete,
  symbols,
  statementPath,
};
