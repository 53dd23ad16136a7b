import { compareVersions } from '@halint/core';
import { timeoutOf, type Effective } from './effective.ts';
import { warn } from '../run.ts';
import { headName, type Together } from './heads.ts';

const list = (words: readonly string[]): string => words.join(', ');

/** What haproxy warns about when a proxy is complete: no bind, no timeouts, a log format of the other mode. */
export function checkUpkeep(sink: Together, self: Effective): void {
  const { kind, name } = self.summary;
  if (kind !== 'backend' && self.summary.binds === 0) {
    warn(
      sink,
      'frontend-without-bind',
      headName(self.section),
      `${kind} '${name}' has no 'bind': nothing can reach it`,
      {
        help: "Add a 'bind' line, or make it a backend.",
      },
    );
  }
  if (kind !== 'backend' && self.format !== undefined && !self.logs && (self.mode === 'tcp' || self.mode === 'http')) {
    warn(
      sink,
      'log-missing',
      headName(self.section),
      `${kind} '${name}' has a log format and no 'log' line: it logs nothing`,
      {
        help: "Add 'log global' (with a 'log' line in global), or a 'log' line of its own.",
      },
    );
  }
  checkTimeouts(sink, self);
}

/** client for what accepts, connect and server for what has servers; tunnel stands in for server in mode tcp. */
function checkTimeouts(sink: Together, self: Effective): void {
  const { kind, name, servers } = self.summary;
  if (self.mode !== 'tcp' && self.mode !== 'http') return;
  const has = (event: string): boolean => timeoutOf(self, event) > 0;
  const missing: string[] = [];
  if (kind !== 'backend' && !has('client')) missing.push('client');
  if (kind !== 'frontend' && servers > 0) {
    if (!has('connect')) missing.push('connect');
    if (!has('server') && (self.mode === 'http' || !has('tunnel'))) missing.push('server');
  }
  if (missing.length === 0) return;
  const lines = missing.map((event) => `'timeout ${event}'`);
  warn(sink, 'missing-timeouts', headName(self.section), `${kind} '${name}' has no ${list(lines)}`, {
    help: 'Dead connections stay for ever. Set the timeouts in the proxy or in its defaults.',
  });
}

/** Log formats of defaults that a proxy in another mode cannot use: one finding for all proxies on the line of the option. */
export class Formats {
  readonly #byLine = new Map<string, { readonly self: Effective; readonly proxies: Effective[] }>();

  add(self: Effective): void {
    const { format } = self;
    if (format === undefined || format.kind === 'other' || self.mode === 'http') return;
    // A backend logs nothing of its own.
    if (self.summary.kind === 'backend') return;
    const key = `${format.at.lines.section.start} ${format.at.line}`;
    const known = this.#byLine.get(key);
    if (known === undefined) this.#byLine.set(key, { self, proxies: [self] });
    else known.proxies.push(self);
  }

  report(sink: Together): void {
    for (const { self, proxies } of this.#byLine.values()) {
      const { format } = self;
      if (format === undefined) continue;
      const names = proxies.map(({ summary }) => `'${summary.name}'`);
      const who = names.length > 3 ? `${list(names.slice(0, 3))} and ${names.length - 3} more` : list(names);
      const instead =
        format.kind === 'httplog clf' && compareVersions(sink.version, '3.2') >= 0 ? 'tcplog clf' : 'tcplog';
      const message = `'option ${format.kind}' needs mode http: ${who} ${names.length > 1 ? 'are' : 'is'} in mode ${self.mode}`;
      warn(sink, 'http-option-in-tcp-mode', format.at.lines.lineAt(format.at.line), message, {
        help: `haproxy falls back to 'option ${instead}' there.`,
      });
    }
  }
}
