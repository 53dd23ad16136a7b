import type { Span } from '../sample/ast.ts';
import { parseSample } from '../sample/parse.ts';
import type { FormatPart, LogFormat } from './ast.ts';
import { readFormat, type PartShape } from './grammar.ts';

/** Reads a log-format string. `names`: the version knows `%(name)`. */
export function parseFormat(text: string, names = true): LogFormat {
  const { table, fault } = readFormat(text, names);
  const spanOf = (token: number): Span => ({
    start: table.tokenStart(token),
    end: table.tokenEnd(token),
  });
  const partOf = ({ kind, start, named, flags, token }: PartShape): FormatPart => {
    const last = spanOf(token);
    const span = { start: table.tokenStart(start), end: last.end };
    const item = {
      ...span,
      named: named < 0 ? undefined : spanOf(named),
      flags: flags < 0 ? undefined : spanOf(flags),
    };
    if (kind === 'alias') return { kind, ...item, name: text.slice(last.start, last.end), nameAt: last };
    if (kind === 'sample') return { kind, ...item, sample: parseSample(text, last.start + 1) };
    return kind === 'fault' ? { kind, ...span, fault: fault ?? 'truncated' } : { kind, ...span };
  };
  return { kind: 'format', parts: (table.shapes[0] as readonly PartShape[]).map(partOf) };
}
