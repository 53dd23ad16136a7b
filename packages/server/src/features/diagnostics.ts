import type { Finding } from '@halint/core';
import {
  DiagnosticSeverity,
  DiagnosticTag,
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type Connection,
  type Diagnostic,
  type DiagnosticServerCancellationData,
  type DocumentDiagnosticReport,
  type WorkspaceDiagnosticReport,
} from 'vscode-languageserver';
import { answering, cancelled, type Complain } from '../guard.ts';
import { placeRange } from '../positions.ts';
import { createHash } from '../revision-hash.ts';
import type { Workbench } from '../workbench.ts';

const SEVERITY = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
} as const;

/** An editor is no place for more: what is beyond is cut, most severe first. */
const MOST = 1000;

/** Milliseconds without a keystroke until other files are judged anew. */
const PAUSE = 150;

/** Milliseconds that a pass over all files may keep other requests waiting. */
const SLICE = 20;

/** Findings as an editor shows them; places on other hosts are related information. `pages` is the URI of the folder of rule pages. */
export function diagnosticsOf(findings: readonly Finding[], workbench: Workbench, pages?: string): Diagnostic[] {
  const shown =
    findings.length <= MOST
      ? findings
      : [...findings].sort((a, b) => SEVERITY[a.severity] - SEVERITY[b.severity]).slice(0, MOST);
  return shown.map((finding) => ({
    range: placeRange(finding.at),
    severity: SEVERITY[finding.severity],
    code: finding.rule,
    ...(pages === undefined ? {} : { codeDescription: { href: `${pages.replace(/\/$/, '')}/${finding.rule}.md` } }),
    source: 'halint',
    message: finding.help === undefined ? finding.message : `${finding.message}\n${finding.help}`,
    ...(finding.rule.endsWith('unused') ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    relatedInformation: finding.related.map(({ at, message }) => ({
      location: { uri: workbench.uriOf(at.file), range: placeRange(at) },
      message: message.startsWith(`${at.host}:`) ? message : `${at.host}: ${message}`,
    })),
  }));
}

/** What the client said it can do. */
export interface DiagnosticsClient {
  /** Asks for diagnostics itself. */
  readonly pulls: boolean;
  /** Can be told to ask again. */
  readonly refreshes: boolean;
  readonly pages?: string | undefined;
}

/** textDocument/diagnostic and workspace/diagnostic, or pushing them to clients that do not ask. */
export class Diagnostics {
  readonly #connection: Connection;
  readonly #workbench: Workbench;
  readonly #complain: Complain;
  readonly #opened = new Set<string>();
  #client: DiagnosticsClient = { pulls: false, refreshes: false };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: Connection, workbench: Workbench, complain: Complain) {
    this.#connection = connection;
    this.#workbench = workbench;
    this.#complain = complain;
    connection.languages.diagnostics.on(
      answering(complain, 'diagnostic', { kind: 'full', items: [] }, ({ textDocument, previousResultId }) =>
        this.#pull(textDocument.uri, previousResultId),
      ),
    );
    connection.languages.diagnostics.onWorkspace(({ previousResultIds }, token) =>
      this.#pullAll(new Map(previousResultIds.map((each) => [each.uri, each.value])), token),
    );
  }

  get opened(): ReadonlySet<string> {
    return this.#opened;
  }

  configure(client: DiagnosticsClient): void {
    this.#client = client;
  }

  open(uri: string): void {
    this.#opened.add(uri);
    this.changed(uri);
  }

  close(uri: string): void {
    this.#opened.delete(uri);
    if (!this.#client.pulls) this.#send(uri, []);
    this.changed(uri);
  }

  /**
   * After an edit: the edited file is asked for by the client itself; the other open ones may show findings about it, so the client
   * is told to ask again, once the typing pauses.
   */
  changed(uri: string | undefined): void {
    if (!this.#client.pulls && uri !== undefined && this.#opened.has(uri)) this.#push(uri);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#others(uri), PAUSE);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #others(edited: string | undefined): void {
    if (!this.#client.pulls) {
      for (const uri of this.#opened) if (uri !== edited) this.#push(uri);
    } else if (this.#client.refreshes) {
      this.#connection.languages.diagnostics
        .refresh()
        .catch((error: unknown) => this.#complain('diagnostic refresh', error));
    }
  }

  #push(uri: string): void {
    try {
      this.#send(uri, this.#itemsOf(this.#workbench.findings(uri)));
    } catch (error) {
      this.#complain('publish diagnostics', error);
    }
  }

  #send(uri: string, diagnostics: Diagnostic[]): void {
    this.#connection
      .sendDiagnostics({ uri, diagnostics })
      .catch((error: unknown) => this.#complain('publish diagnostics', error));
  }

  #itemsOf(findings: readonly Finding[]): Diagnostic[] {
    return diagnosticsOf(findings, this.#workbench, this.#client.pages);
  }

  #pull(uri: string, previous: string | undefined): DocumentDiagnosticReport {
    const items = this.#itemsOf(this.#workbench.findings(uri));
    const resultId = createHash(items);
    return resultId === previous ? { kind: 'unchanged', resultId } : { kind: 'full', resultId, items };
  }

  /** Every file in turn, letting other requests in between; an edit meanwhile makes the answer worthless and the client asks again. */
  async #pullAll(
    previous: ReadonlyMap<string, string>,
    token: CancellationToken,
  ): Promise<WorkspaceDiagnosticReport | ResponseError<DiagnosticServerCancellationData>> {
    const { revision } = this.#workbench;
    const report: WorkspaceDiagnosticReport = { items: [] };
    let sliceEnd = Date.now() + SLICE;
    try {
      for (const [uri, findings] of this.#workbench.allFindings()) {
        const items = this.#itemsOf(findings);
        const resultId = createHash(items);
        report.items.push(
          resultId === previous.get(uri)
            ? { kind: 'unchanged', uri, version: null, resultId }
            : { kind: 'full', uri, version: null, resultId, items },
        );
        if (Date.now() < sliceEnd) continue;
        await new Promise((resolve) => setTimeout(resolve, 0));
        if (token.isCancellationRequested) return cancelled();
        if (this.#workbench.revision !== revision)
          return new ResponseError(LSPErrorCodes.ServerCancelled, 'files changed', { retriggerRequest: true });
        sliceEnd = Date.now() + SLICE;
      }
    } catch (error) {
      this.#complain('workspace diagnostic', error);
    }
    return report;
  }
}
