import type { KeywordRow, Language } from '@halint/core';
import { nearest } from '@halint/core';
import { daemonChecks, languages, rules } from '../../knowledge.ts';
import { UsageError } from '../exit.ts';

/** The page of a rule, or what a keyword takes, where it may stand and since which version. */
export function explain(what: string, pageOf: (rule: string) => string | undefined): string {
  const rule = rules.find((each) => each.id === what || each.aliases?.includes(what) === true);
  if (rule !== undefined) return pageOf(rule.id) ?? `# ${rule.id}\n\n${rule.summary}\n`;
  const check = daemonChecks.find((each) => each.id === what);
  if (check !== undefined) return pageOf(check.id) ?? `# ${check.id}\n\n${check.summary}\n`;
  const known = languages.flatMap((language) => rowsOf(language, what).map((row) => ({ language, row })));
  if (known.length > 0) return known.map(({ language, row }) => keywordText(language, row)).join('\n');
  const words = [
    ...rules.map((each) => each.id),
    ...languages.flatMap((language) => language.keywords.map((row) => row.word)),
  ];
  const near = nearest(what, words) ?? rules.find((each) => each.id.endsWith(`/${what}`))?.id;
  throw new UsageError(
    `no rule or keyword ${what}${near === undefined ? '' : `; did you mean ${near}?`} (halint rules lists the rules)`,
  );
}

function rowsOf(language: Language, word: string): readonly KeywordRow[] {
  // sshd's keywords are case-insensitive (sshd_config(5)); the others' are not.
  const same =
    language.id === 'sshd'
      ? (row: KeywordRow) => row.word.toLowerCase() === word.toLowerCase()
      : (row: KeywordRow) => row.word === word;
  return language.keywords.filter(same);
}

function keywordText(language: Language, row: KeywordRow): string {
  const facts = [
    `${language.title}: ${row.word} ${row.usage}`.trimEnd(),
    ...(row.summary === undefined ? [] : [`  ${row.summary}`]),
    `  in       ${row.in.join(', ')}`,
    ...(row.since === undefined ? [] : [`  since    ${row.since}`]),
    ...(row.deprecated === undefined ? [] : [`  deprecated since ${row.deprecated}`]),
    ...(row.until === undefined ? [] : [`  removed in ${row.until}`]),
    ...(row.instead === undefined ? [] : [`  instead  ${row.instead}`]),
    ...(row.needs === undefined ? [] : [`  needs    ${row.needs}`]),
    ...(row.doc === undefined ? [] : [`  manual   ${row.doc}`]),
    `  halint   ${{ known: 'recognises it', checked: 'checks its arguments', modelled: 'checks it and builds the host model from it' }[row.use]}`,
  ];
  return facts.join('\n') + '\n';
}
