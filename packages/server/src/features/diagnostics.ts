import { createHash } from '../revision-hash.ts';
import type { Finding } from '@halint/core';
import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Connection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type WorkspaceDiagnosticReport,
} from 'vscode-languageserver';
import { placeRange } from '../positions.ts';
import type { Workbench } from '../workbench.ts';

const SEVERITY = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
} as const;

/** An editor is no place for more: what is beyond is cut, most severe first. */
const MOST = 1000;

/** Findings as an editor shows them; places on other hosts are related information. */
export function diagnosticsOf(findings: readonly Finding[], workbench: Workbench): Diagnostic[] {
  const shown =
    findings.length <= MOST
      ? findings
      : [...findings].sort((a, b) => SEVERITY[a.severity] - SEVERITY[b.severity]).slice(0, MOST);
  return shown.map((finding) => ({
    range: placeRange(finding.at),
    severity: SEVERITY[finding.severity],
    code: finding.rule,
    source: 'halint',
    message: finding.help === undefined ? finding.message : `${finding.message}\n${finding.help}`,
    ...(finding.rule.endsWith('unused') ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    relatedInformation: finding.related.map(({ at, message }) => ({
      location: { uri: workbench.uriOf(at.file), range: placeRange(at) },
      message: `${at.host}: ${message}`,
    })),
  }));
}

/** textDocument/diagnostic and workspace/diagnostic, or pushing them to clients that do not ask. */
export class Diagnostics {
  readonly #connection: Connection;
  readonly #workbench: Workbench;
  readonly #opened = new Set<string>();
  #pulls = false;
  #refreshes = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: Connection, workbench: Workbench) {
    this.#connection = connection;
    this.#workbench = workbench;
    connection.languages.diagnostics.on(({ textDocument, previousResultId }) =>
      this.#pull(textDocument.uri, previousResultId),
    );
    connection.languages.diagnostics.onWorkspace(({ previousResultIds }) =>
      this.#pullAll(new Map(previousResultIds.map((each) => [each.uri, each.value]))),
    );
  }

  /** What the client said it can do. */
  configure(pulls: boolean, refreshes: boolean): void {
    this.#pulls = pulls;
    this.#refreshes = refreshes;
  }

  opened(uri: string): void {
    this.#opened.add(uri);
    this.changed(uri);
  }

  closed(uri: string): void {
    this.#opened.delete(uri);
    if (!this.#pulls) void this.#connection.sendDiagnostics({ uri, diagnostics: [] });
    this.changed(uri);
  }

  /**
   * After an edit: the edited file is asked for by the client itself; the other open ones may show findings about it, so the client
   * is told to ask again, once the typing pauses.
   */
  changed(uri: string | undefined): void {
    if (!this.#pulls && uri !== undefined && this.#opened.has(uri)) this.#push(uri);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#others(uri), 150);
  }

  #others(edited: string | undefined): void {
    if (this.#pulls) {
      if (this.#refreshes) void this.#connection.languages.diagnostics.refresh();
      return;
    }
    for (const uri of this.#opened) if (uri !== edited) this.#push(uri);
  }

  #push(uri: string): void {
    void this.#connection.sendDiagnostics({
      uri,
      diagnostics: diagnosticsOf(this.#workbench.findings(uri), this.#workbench),
    });
  }

  #pull(uri: string, previous: string | undefined): DocumentDiagnosticReport {
    const items = diagnosticsOf(this.#workbench.findings(uri), this.#workbench);
    const resultId = createHash(items);
    return resultId === previous ? { kind: 'unchanged', resultId } : { kind: 'full', resultId, items };
  }

  #pullAll(previous: ReadonlyMap<string, string>): WorkspaceDiagnosticReport {
    return {
      items: [...this.#workbench.allFindings()].map(([uri, findings]) => {
        const items = diagnosticsOf(findings, this.#workbench);
        const resultId = createHash(items);
        return resultId === previous.get(uri)
          ? { kind: 'unchanged', uri, version: null, resultId }
          : { kind: 'full', uri, version: null, resultId, items };
      }),
    };
  }
}
