import { offsetOf } from '@halint/core';
import {
  CodeActionKind,
  type CodeAction,
  type CodeActionContext,
  type Range,
  type TextEdit,
} from 'vscode-languageserver';
import { placeRange, toOffset } from '../positions.ts';
import type { Workbench } from '../workbench.ts';
import { diagnosticsOf } from './diagnostics.ts';

/** Fixes of the findings that touch the range; what must be done by hand is not offered. */
export function codeActions(
  workbench: Workbench,
  uri: string,
  range: Range,
  only: CodeActionContext['only'],
): CodeAction[] {
  const open = workbench.documentOf(uri);
  if (open === undefined || !wants(only)) return [];
  const [from, to] = [toOffset(open.document, range.start), toOffset(open.document, range.end)];
  return workbench.findings(uri).flatMap((finding): CodeAction[] => {
    const { fix, at } = finding;
    if (fix === undefined || fix.safety === 'manual' || fix.edits.length === 0) return [];
    if (offsetOf(at) > to || offsetOf(at) + at.end - at.start < from) return [];
    const changes: Record<string, TextEdit[]> = {};
    for (const edit of fix.edits)
      (changes[workbench.uriOf(edit.at.file)] ??= []).push({ range: placeRange(edit.at), newText: edit.text });
    return [
      {
        title: fix.title,
        kind: CodeActionKind.QuickFix,
        isPreferred: fix.safety === 'safe',
        diagnostics: diagnosticsOf([finding], workbench),
        edit: { changes },
      },
    ];
  });
}

/** A client that names kinds gets only those; a kind stands for its sub-kinds, the empty one for all. */
function wants(only: CodeActionContext['only']): boolean {
  return only === undefined || only.some((kind) => kind === '' || kind === CodeActionKind.QuickFix);
}
