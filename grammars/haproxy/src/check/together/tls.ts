import { append, type LocalPlace, type Section } from '@halint/core';
import type { SectionUnit } from '../../unit.ts';
import {
  ALL_DISABLED,
  ambiguous,
  disablesAll,
  readTlsWords,
  tlsWarning,
  type TlsSide,
  type TlsWords,
} from '../sockets/tls-range.ts';
import { refuse, warn } from '../run.ts';
import type { Effective } from './effective.ts';
import type { Together } from './heads.ts';
import type { TlsLine } from './summary.ts';

interface Default {
  readonly words: TlsWords;
  /** The last line that says something. */
  readonly at: LocalPlace | undefined;
}

/** What `ssl-default-bind-options` or `ssl-default-server-options` say; undefined where that is not known. */
function defaultOf(globals: readonly Section<SectionUnit>[], side: TlsSide): Default | undefined {
  const words: string[] = [];
  let at: LocalPlace | undefined;
  for (const { unit } of globals) {
    const { lines } = unit;
    if (lines.directives || lines.templated) return undefined;
    for (let line = lines.body; line < lines.count; line++) {
      if (lines.keywords[line] !== `ssl-default-${side}-options`) continue;
      append(words, lines.values(line).slice(1));
      at = lines.lineAt(line);
    }
  }
  const read = readTlsWords(words);
  return read === undefined ? undefined : { words: read, at };
}

const SIDES: readonly TlsSide[] = ['bind', 'server'];

/**
 * Sockets that no version of TLS is left for, once what they leave open is filled in from the global section: both ends where they
 * have none, and `no-…` words on top. What a line says alone is judged with its proxy (checkVersions()).
 */
export function checkTls(
  sink: Together,
  proxies: readonly Effective[],
  globals: readonly Section<SectionUnit>[],
): void {
  for (const side of SIDES) {
    const base = defaultOf(globals, side);
    if (base === undefined) continue;
    const told = new Set<string>();
    for (const { section, summary, parent } of proxies) {
      // A default-server may set ends as well.
      if (side === 'server' && hidesEnds(section, parent)) continue;
      for (const each of summary.tls) if (each.side === side) judge(sink, section, each, base, told);
    }
  }
}

/** What a line comes to with the global section; `told` holds what was said of the latter's own line. */
function judge(
  sink: Together,
  { unit }: Section<SectionUnit>,
  { line, words, side }: TlsLine,
  base: Default,
  told: Set<string>,
): void {
  const all = {
    min: words.min > 0 ? words.min : base.words.min,
    max: words.max > 0 ? words.max : base.words.max,
    off: new Set([...words.off, ...base.words.off]),
  };
  const alone = words.min > 0 && words.max > 0;
  const none = disablesAll(all, side);
  // What the line says by itself is judged with its proxy.
  const known = none ? alone : tlsWarning(words, side) !== undefined;
  const said = none ? ALL_DISABLED : (tlsWarning(all, side) ?? ambiguous(all, side));
  if (known || said === undefined) return;
  const plain = words.min + words.max + words.off.size === 0;
  const own = unit.lines.lineAt(line);
  const at = plain && base.at !== undefined ? base.at : own;
  if (at !== own && told.has(said)) return;
  if (at !== own) told.add(said);
  const related = at !== own || base.at === undefined ? [] : [{ at: base.at, message: 'the global section adds this' }];
  const extra = { help: "Write 'ssl-min-ver' and 'ssl-max-ver' alone, in their order.", related };
  if (none) refuse(sink, 'invalid-argument', at, said, extra);
  else warn(sink, 'ignored-keyword', at, said, extra);
}

function hidesEnds(section: Section<SectionUnit>, parent: Effective | undefined): boolean {
  if (section.unit.lines.keywords.includes('default-server')) return true;
  return parent !== undefined && hidesEnds(parent.section, parent.parent);
}
