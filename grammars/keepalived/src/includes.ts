import type { Document, IncludeUse, Section } from '@halint/core';
import type { KeepalivedFile, KeepalivedUnit, Statement, Word } from './ast.ts';
import { isBlock } from './ast.ts';

/** The includes of a file, at any depth; relative patterns start from the including file's folder (lib/parser.c open_conf_file). */
export function includes(document: Document<KeepalivedFile, KeepalivedUnit>, path: string): readonly IncludeUse[] {
  return document.sections.flatMap((section) => {
    if (!section.text.includes('include')) return [];
    return walk(section.unit.statements).flatMap((statement) =>
      statement.kind === 'include' ? includesIn(statement.args, path, section) : [],
    );
  });
}

/** What the arguments of one include name; quotes are part of a name that no file has. */
export function includesIn(args: readonly Word[], path: string, section: Section): readonly IncludeUse[] {
  const base = path.slice(0, path.lastIndexOf('/')) || '/';
  return args
    .filter(({ quoted }) => !quoted)
    .map((word) => ({
      pattern: word.value,
      at: { section, start: word.local.start, end: word.local.end },
      base,
      required: true,
    }));
}

function walk(statements: readonly Statement[]): readonly Statement[] {
  return statements.flatMap((statement) =>
    isBlock(statement) ? [statement, ...walk(statement.children)] : [statement],
  );
}
