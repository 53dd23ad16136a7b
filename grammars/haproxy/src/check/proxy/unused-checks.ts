import type { SectionLines } from '../../lines.ts';
import { sourcesOf } from '../mode.ts';
import { warn, type Run } from '../run.ts';

/** Protocols of health checks by the option that chooses them; external-check leaves the rules alone. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  httpchk: 'http-check',
  'tcp-check': 'tcp-check',
  'ldap-check': 'other',
  'mysql-check': 'other',
  'pgsql-check': 'other',
  'redis-check': 'other',
  smtpchk: 'other',
  'spop-check': 'other',
  'ssl-hello-chk': 'other',
};

/** The protocol of health checks that an `option` line chooses. */
export function protocolAt(lines: SectionLines, line: number): string | undefined {
  if (lines.keywords[line] !== 'option' || lines.keywordIndex(line) === 1) return undefined;
  const name = lines.value(line, 1);
  return name === 'external-check' ? 'external' : PROTOCOLS[name];
}

/** The protocol that the defaults choose. */
export function inheritedProtocol(run: Run): string | undefined {
  for (const lines of sourcesOf(run).slice(1)) {
    for (let line = lines.count - 1; line >= lines.body; line--) {
      const protocol = protocolAt(lines, line);
      if (protocol !== undefined) return protocol;
    }
  }
  return undefined;
}

/** Settings that belong to http checks but are no rules. */
const SETTINGS: ReadonlySet<string> = new Set(['disable-on-404', 'send-state']);

/** http-check and tcp-check lines that no option puts to use. */
export function checkUnusedChecks(run: Run): void {
  const { lines } = run;
  const { keywords } = lines;
  if (!keywords.includes('http-check') && !keywords.includes('tcp-check')) return;
  let protocol = inheritedProtocol(run);
  const unused = new Map<string, number>();
  const settings: number[] = [];
  for (let line = lines.body; line < lines.count; line++) {
    const keyword = keywords[line] as string;
    const chosen = protocolAt(lines, line);
    if (chosen !== undefined) {
      protocol = chosen;
      if (chosen !== 'external') unused.clear();
    }
    if (keyword !== 'http-check' && keyword !== 'tcp-check') continue;
    if (keyword === 'http-check' && SETTINGS.has(lines.value(line, 1))) settings.push(line);
    else if (protocol === keyword) unused.delete(keyword);
    else unused.set(keyword, line);
  }
  for (const [keyword, line] of unused) {
    const option = keyword === 'http-check' ? 'option httpchk' : 'option tcp-check';
    warn(run, 'ignored-keyword', lines.lineAt(line), `'${keyword}' rules have no effect without '${option}'`);
  }
  if (protocol !== 'other' && protocol !== 'tcp-check') return;
  for (const line of settings)
    warn(
      run,
      'ignored-keyword',
      lines.lineAt(line),
      `'http-check ${lines.value(line, 1)}' has no effect without 'option httpchk'`,
    );
}

/** The protocol that the section ends up with: its own last option, else that of its defaults. */
export function finalProtocol(run: Run): string | undefined {
  for (let line = run.lines.count - 1; line >= run.lines.body; line--) {
    const protocol = protocolAt(run.lines, line);
    if (protocol !== undefined) return protocol;
  }
  return inheritedProtocol(run);
}
