import {
  Ordinals,
  inVersions,
  keptByVersion,
  offsetOf,
  pathAt,
  type CompletionEntry,
  type Document,
  type KeywordHit,
  type LocalPlace,
  type Section,
  type StatementPath,
  type SymbolNode,
  type Targets,
} from '@halint/core';
import type { MatchBlock, SshdFile, SshdStatement } from './ast.ts';
import { algorithms, type AlgorithmKind } from './check/algorithms.ts';
import { KEYWORDS, mayStandInMatch, noticeOf, rowOf, type SshdRow } from './keywords.ts';
import { governsAll } from './check/match.ts';
import type { SshdUnit } from './read.ts';

type SshdDocument = Document<SshdFile, SshdUnit>;
type Named = Exclude<SshdStatement, { readonly kind: 'unreadable' }>;

function namedOf(statements: readonly SshdStatement[]): readonly Named[] {
  return statements.filter((statement) => statement.kind !== 'unreadable');
}

export function keywordAt(document: SshdDocument, offset: number): KeywordHit | undefined {
  const { match, statements } = document.sectionAt(offset).unit;
  const heads = match?.head.kind === 'match-head' ? [match.head] : [];
  const hit = [...heads, ...namedOf(statements)].find(
    ({ keyword: { span } }) => span.start <= offset && offset <= span.end,
  );
  const row = hit === undefined ? undefined : rowOf(hit.keyword.value);
  if (hit === undefined || row === undefined) return undefined;
  return { row, span: hit.keyword.span, where: match === undefined || hit === match.head ? 'global' : titleOf(match) };
}

/** Keywords that may stand here, or the values of the one in front of the cursor. */
export function complete(document: SshdDocument, offset: number, { openssh }: Targets): readonly CompletionEntry[] {
  const section = document.sectionAt(offset);
  const text = section.text.slice(0, offset - section.start);
  const line = text.slice(text.lastIndexOf('\n') + 1).trimStart();
  if (line.startsWith('#')) return [];
  const keyword = /^"?([^\s="]+)"?[\s=]+/.exec(line)?.[1];
  if (keyword !== undefined) return valuesOf(rowOf(keyword), openssh);
  const { match } = section.unit;
  const inMatch = match !== undefined && !governsAll(match, openssh) && text.includes('\n');
  return KEYWORDS.filter(
    (row) => inVersions(openssh, row.since, row.until) && (!inMatch || mayStandInMatch(row, openssh)),
  ).map((row) => entryOf(row, openssh));
}

function entryOf(row: SshdRow, openssh: string): CompletionEntry {
  const old = row.instead !== undefined || noticeOf(row, openssh) !== undefined;
  return {
    label: row.word,
    kind: 'keyword',
    detail: row.usage,
    ...(row.summary === undefined ? {} : { documentation: row.summary }),
    ...(old ? { deprecated: true } : {}),
  };
}

const ALGORITHMS: ReadonlySet<string> = new Set<AlgorithmKind>([
  'ca-sigs',
  'ciphers',
  'gss-kex',
  'kex',
  'macs',
  'sigs',
]);

function valuesOf(row: SshdRow | undefined, openssh: string): readonly CompletionEntry[] {
  if (row === undefined) return [];
  const { argument } = row;
  if (argument.kind === 'enum') return argument.values.map(valueOf);
  if (argument.kind === 'yes-no' || argument.kind === 'switch') return ['yes', 'no'].map(valueOf);
  if (!ALGORITHMS.has(argument.kind)) return [];
  return algorithms(argument.kind as AlgorithmKind, openssh).map(valueOf);
}

function valueOf(label: string): CompletionEntry {
  return { label, kind: 'value' };
}

export function symbols(document: SshdDocument): readonly SymbolNode[] {
  const { statements, matches } = document.ast;
  return [...namedOf(statements).map(symbolOf), ...matches.map(blockOf)];
}

function symbolOf(statement: Named): SymbolNode {
  const detail = statement.args.map((word) => word.value).join(' ');
  const { span, keyword } = statement;
  return { name: keyword.value, detail, kind: 'statement', span, nameSpan: keyword.span, children: [] };
}

function blockOf(block: MatchBlock): SymbolNode {
  const children = namedOf(block.statements).map(symbolOf);
  return { name: titleOf(block), kind: 'block', span: block.span, nameSpan: block.head.span, children };
}

function titleOf(block: MatchBlock): string {
  const words = block.criteria.flatMap(({ name, value }) =>
    value === undefined ? [name.value] : [name.value, value.value],
  );
  return ['Match', ...words].join(' ');
}

/** `global/Port`, `Match User git/ForceCommand`, with `#2` behind the second of equals. */
export function statementPath(document: SshdDocument, at: LocalPlace): string {
  const offset = offsetOf(at);
  const found = paths(document).get(document.sectionAt(offset));
  if (found === undefined) return 'global';
  const statement = pathAt(found.statements, offset);
  return statement === undefined || offset < statement.start ? found.owner : statement.path;
}

interface SectionPaths {
  readonly owner: string;
  readonly statements: readonly (StatementPath & { readonly start: number })[];
}

/** Each section is what stands before the first `Match`, or a `Match` with its statements. */
const paths = keptByVersion((document: SshdDocument): ReadonlyMap<Section, SectionPaths> => {
  const owners = new Ordinals();
  return new Map(
    document.sections.map((section) => {
      const { match, statements } = section.unit;
      const owner = match === undefined ? 'global' : owners.next(titleOf(match));
      const ordinals = new Ordinals();
      const own = statements.map((statement) => {
        const broken = statement.kind === 'unreadable';
        const name = broken ? 'unreadable' : (rowOf(statement.keyword.value)?.word ?? statement.keyword.value);
        const { start, end } = statement.span;
        const last = broken ? end : Math.max(end, statement.rest.span.end);
        return { start, end: last, path: `${owner}/${ordinals.next(name)}` };
      });
      return [section, { owner, statements: own }];
    }),
  );
});
