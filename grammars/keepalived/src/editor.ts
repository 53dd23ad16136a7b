import type { CompletionEntry, Document, KeywordHit, LocalPlace, Section, SymbolNode, Targets } from '@halint/core';
import { firstEndingAt, Ordinals } from '@halint/core';
import type { AnyBlock, KeepalivedFile, KeepalivedUnit, Simple, Statement } from './ast.ts';
import { isBlock } from './ast.ts';
import { names } from './names.ts';
import { spanIn } from './tree.ts';
import { placeInside, rowAt, rowsAt } from './vocabulary.ts';

type Doc = Document<KeepalivedFile, KeepalivedUnit>;

/** The blocks around an offset of a section, the outermost first, and the statement there. */
function pathTo(
  section: Section<KeepalivedUnit>,
  offset: number,
): { readonly blocks: readonly AnyBlock[]; readonly statement: Statement | undefined } {
  const blocks: AnyBlock[] = [];
  let statements = section.unit.statements;
  for (;;) {
    const found = statementAt(statements, offset);
    if (found === undefined || !isBlock(found) || offset <= found.head.end) return { blocks, statement: found };
    blocks.push(found);
    statements = found.children;
  }
}

/** The first of statements, in the order of the text, that an offset is in or at the end of. */
function statementAt(statements: readonly Statement[], offset: number): Statement | undefined {
  const found = firstEndingAt(statements, offset, ({ local }) => local.end);
  return found !== undefined && found.local.start <= offset ? found : undefined;
}

function placeOf(blocks: readonly AnyBlock[]): string {
  return blocks.reduce((place, block) => placeInside(place, block), 'root');
}

function title(block: AnyBlock): string {
  return [block.keyword?.value ?? '{', ...block.args.map((word) => word.value)].join(' ');
}

/** The keyword under the cursor and its row. */
export function keywordAt(document: Doc, offset: number, targets: Targets): KeywordHit | undefined {
  const section = document.sectionAt(offset) as Section<KeepalivedUnit>;
  const relative = offset - section.start;
  const { blocks, statement } = pathTo(section, relative);
  if (statement === undefined || statement.kind === 'definition' || statement.kind === 'unreadable') return undefined;
  const { keyword } = statement;
  if (keyword === undefined || relative < keyword.local.start || relative > keyword.local.end) return undefined;
  const place = placeOf(blocks);
  const row = rowAt(keyword.value, place, targets.keepalived) ?? rowAt(keyword.value, place);
  const last = blocks[blocks.length - 1];
  return row === undefined
    ? undefined
    : { row, span: keyword.span, where: last === undefined ? 'top level' : title(last) };
}

/** Keywords that may stand at the cursor, or the names that its block takes. */
export function complete(document: Doc, offset: number, targets: Targets): readonly CompletionEntry[] {
  const section = document.sectionAt(offset) as Section<KeepalivedUnit>;
  const relative = offset - section.start;
  const { blocks, statement } = pathTo(section, relative);
  const last = blocks[blocks.length - 1];
  if (last?.keyword?.value === 'track_script') return namesOf(document, 'vrrp_script');
  if (last?.keyword?.value === 'track_process') return namesOf(document, 'vrrp_track_process');
  if (statement?.kind === 'statement' && relative > statement.keyword.local.end)
    return argumentsOf(statement, placeOf(blocks));
  return rowsAt(placeOf(blocks), targets.keepalived).map((row) => ({
    label: row.word,
    kind: row.block === 'keywords' ? 'section' : 'keyword',
    ...(row.usage === '' ? {} : { detail: row.usage }),
    ...(row.summary === undefined ? {} : { documentation: row.summary }),
  }));
}

function argumentsOf(statement: Simple, place: string): readonly CompletionEntry[] {
  const usage = (rowAt(statement.keyword.value, place)?.usage ?? '').replace(/^\[(.*)\]$/, '$1');
  const words = usage === '<BOOL>' ? 'on|off' : /^[\w|.]+(?= \[|$)/.exec(usage)?.[0];
  return words === undefined ? [] : words.split('|').map((label) => ({ label, kind: 'value' }));
}

function namesOf(document: Doc, space: string): readonly CompletionEntry[] {
  return document.sections.flatMap((section) =>
    names(section)
      .definitions.filter((use) => use.space === space)
      .map((use): CompletionEntry => ({ label: use.label, kind: 'name', detail: space })),
  );
}

/** Outline: blocks with their statements. */
export function symbols(document: Doc): readonly SymbolNode[] {
  return document.sections.flatMap((section) =>
    section.unit.statements.flatMap((statement) => symbolOf(statement, section) ?? []),
  );
}

function symbolOf(statement: Statement, section: Section): SymbolNode | undefined {
  if (statement.kind === 'definition' || statement.kind === 'unreadable' || statement.keyword === undefined)
    return undefined;
  const block = isBlock(statement) ? statement : undefined;
  const name = block?.args[0] ?? statement.keyword;
  return {
    name: block === undefined ? statement.keyword.value : title(block),
    ...(block === undefined && statement.args.length > 0 && !/pass|key/.test(statement.keyword.value)
      ? { detail: statement.args.map((word) => word.value).join(' ') }
      : {}),
    kind: block === undefined ? 'statement' : 'block',
    span: statement.span,
    nameSpan: spanIn(section, name.local),
    children: block === undefined ? [] : block.children.flatMap((child) => symbolOf(child, section) ?? []),
  };
}

/** `vrrp_instance VI_1/priority#2`: the way to a statement, its ordinal among equals where there are several. */
export function statementPath(document: Doc, at: LocalPlace): string {
  const section = at.section as Section<KeepalivedUnit>;
  const { blocks, statement } = pathTo(section, at.start);
  const parts = blocks.map(title);
  const siblings = blocks[blocks.length - 1]?.children ?? section.unit.statements;
  if (
    statement !== undefined &&
    statement.kind !== 'definition' &&
    statement.kind !== 'unreadable' &&
    statement.keyword !== undefined
  ) {
    // A block's name tells it apart already.
    const named = isBlock(statement) && statement.args.length > 0;
    parts.push(named ? title(statement) : (numbered(siblings).get(statement) ?? statement.keyword.value));
  }
  return parts.join('/') || `line ${document.sections.indexOf(section)}`;
}

const numberings = new WeakMap<readonly Statement[], ReadonlyMap<Statement, string>>();

/** The keywords of statements, numbered among their equals; kept, for a broken block has as many findings as lines. */
function numbered(siblings: readonly Statement[]): ReadonlyMap<Statement, string> {
  const known = numberings.get(siblings);
  if (known !== undefined) return known;
  const ordinals = new Ordinals();
  const made = new Map<Statement, string>();
  for (const each of siblings) {
    if ('keyword' in each && each.keyword !== undefined) made.set(each, ordinals.next(each.keyword.value));
  }
  numberings.set(siblings, made);
  return made;
}
