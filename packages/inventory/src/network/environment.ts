import type { EnvironmentLine } from '@halint/model';

const FOLDERS =
  /^\/(?:etc\/default|etc\/sysconfig)\/[^/]+$|^\/etc\/crypto-policies\/back-ends\/opensshserver\.config$|^\/usr\/local\/etc\/(?:haproxy|keepalived|default)\/[^/]+$/;

/** Can a service take its variables from a file at this path? */
export function isEnvironmentFile(path: string): boolean {
  return FOLDERS.test(path) && !/\.(?:cfg|conf|inc)$/.test(path);
}

/** Characters that a backslash takes its meaning from inside double quotes (systemd, env-util.h SHELL_NEED_ESCAPE). */
const ESCAPED = /["\\`$]/;

/**
 * Reads a file of EnvironmentFile= (systemd.exec(5)): NAME=value, comments with # or ;, and values as systemd's parse_env_file_internal() reads
 * them: quotes count only where a value begins or behind other quotes, `\"` is a quote inside of `"`, a backslash joins lines.
 */
export function readEnvironment(text: string): readonly EnvironmentLine[] {
  const found: EnvironmentLine[] = [];
  const reader = { text: text.replaceAll('\r\n', '\n'), at: 0, line: 1 };
  while (reader.at < reader.text.length) {
    const { line } = reader;
    const head = /^[^\S\n]*(?:export\s+)?([A-Za-z_]\w*)[^\S\n]*=/.exec(reader.text.slice(reader.at, endOfLine(reader)));
    if (head === null) {
      reader.at = endOfLine(reader) + 1;
      reader.line++;
      continue;
    }
    reader.at += head[0].length;
    found.push({ name: head[1] as string, value: valueAt(reader), line });
  }
  return found;
}

interface Reader {
  readonly text: string;
  at: number;
  line: number;
}

function endOfLine({ text, at }: Reader): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** Reads on to behind the line feed that ends the value. */
function valueAt(reader: Reader): string {
  const { text } = reader;
  let value = '';
  /** Length up to the last character that is no blank at the end. */
  let kept = 0;
  let quote = '';
  let isPlain = false;
  for (; reader.at < text.length; reader.at++) {
    const char = text[reader.at] as string;
    if (char === '\n') reader.line++;
    if (quote === '' && char === '\n') {
      reader.at++;
      break;
    }
    if (char === '\\' && quote !== "'") {
      const next = text[++reader.at] ?? '';
      if (next === '\n') reader.line++;
      else value += quote === '"' && !ESCAPED.test(next) ? `\\${next}` : next;
      if (quote === '') isPlain = true;
      kept = value.length;
    } else if (char === quote) quote = '';
    else if (quote === '' && !isPlain && (char === '"' || char === "'")) quote = char;
    else if (quote !== '' || isPlain || /\S/.test(char)) {
      if (quote === '') isPlain = true;
      value += char;
      if (quote !== '' || /\S/.test(char)) kept = value.length;
    }
  }
  return value.slice(0, kept);
}
