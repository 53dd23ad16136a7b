import type { EnvironmentLine } from '@halint/model';
import { linesOf } from './source.ts';

const FOLDERS = /^\/(?:etc\/default|etc\/sysconfig)\/[^/]+$|^\/usr\/local\/etc\/(?:haproxy|keepalived|default)\/[^/]+$/;

/** Can a service take its variables from a file at this path? */
export function isEnvironmentFile(path: string): boolean {
  return FOLDERS.test(path) && !/\.(?:cfg|conf|inc)$/.test(path);
}

/** Reads a file of EnvironmentFile= (systemd.exec(5)): NAME=value, comments with # or ;, quotes, a backslash at the end of a line. */
export function readEnvironment(text: string): readonly EnvironmentLine[] {
  const found: EnvironmentLine[] = [];
  let pending = '';
  let start = 0;
  for (const { text: raw, line } of linesOf(text)) {
    if (pending === '') {
      start = line;
      if (/^\s*(?:[#;].*)?$/.test(raw)) continue;
    }
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(raw)) {
      pending += raw.slice(0, -1);
      continue;
    }
    const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*([\s\S]*?)\s*$/.exec(pending + raw) ?? [];
    pending = '';
    if (name !== undefined && value !== undefined) found.push({ name, value: unquoted(value), line: start });
  }
  return found;
}

function unquoted(value: string): string {
  return /^(["'])([\s\S]*)\1$/.exec(value)?.[2] ?? value;
}
