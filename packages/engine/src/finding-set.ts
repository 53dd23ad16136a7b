import type { Edit, Finding, Fix, Language, LocalFinding, LocalPlace, Place, SourceFile } from '@halint/core';
import { offsetOf } from '@halint/core';

/** Gives a language's own finding its file and hosts. */
export function placed(local: LocalFinding, file: SourceFile, hosts: readonly string[], language: Language): Finding {
  const host = hosts[0] as string;
  const put = (at: LocalPlace): Place => ({ section: at.section, start: at.start, end: at.end, host, file });
  const { at, related, fix, ...text } = local;
  return {
    ...text,
    rejects: local.rejects ?? false,
    daemon: local.daemon ?? (local.rejects === true ? 'error' : 'none'),
    at: put(at),
    hosts,
    related: (related ?? []).map((each) => ({ at: put(each.at), message: each.message })),
    ...(fix === undefined ? {} : { fix: placedFix(fix, put) }),
    // Only fingerprints need it, and finding a statement's ordinal walks its equals: not before it is asked for.
    get statement() {
      return language.statementPath(file.document, at);
    },
  };
}

function placedFix(fix: Fix, put: (at: LocalPlace) => Place): Fix<Place> {
  const edits = fix.edits.map((edit: Edit): Edit<Place> => ({ at: put(edit.at), text: edit.text }));
  return { title: fix.title, safety: fix.safety, edits };
}

/** Findings without repetition: what is said of one place of a shared file for several hosts is one finding with several hosts. */
export class FindingSet {
  readonly #findings = new Map<string, Finding>();

  add(finding: Finding): void {
    const place = `${finding.at.file.display}\0${offsetOf(finding.at)}\0${finding.rule}`;
    // What a shared file means on another host is the same finding, though its message names the host; two findings of one host are two.
    const elsewhere = this.#findings.get(place);
    const same = elsewhere?.message === finding.message;
    const shared = elsewhere !== undefined && !finding.hosts.some((host) => elsewhere.hosts.includes(host));
    const key = elsewhere === undefined || same || shared ? place : `${place}\0${finding.message}`;
    const known = this.#findings.get(key);
    if (known === undefined) this.#findings.set(key, finding);
    else this.#findings.set(key, { ...known, hosts: [...new Set([...known.hosts, ...finding.hosts])] });
  }

  /** In the order of the files given, the others (files of variables) behind them by name; then by place. */
  sorted(displays: Iterable<string>): readonly Finding[] {
    const order = new Map([...displays].map((display, i) => [display, i]));
    const rank = (finding: Finding): number => order.get(finding.at.file.display) ?? order.size;
    return [...this.#findings.values()].sort(
      (a, b) =>
        rank(a) - rank(b) ||
        compare(a.at.file.display, b.at.file.display) ||
        offsetOf(a.at) - offsetOf(b.at) ||
        compare(a.rule, b.rule),
    );
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
