import { parseTime } from '../../quantity/index.ts';
import type { Section } from '@halint/core';
import type { SectionUnit } from '../../unit.ts';
import { startsForeign } from '../../foreign.ts';
import { fromName, sectionName } from '../../head.ts';
import { keptByLines, type SectionLines } from '../../lines.ts';
import { readTlsWords, type TlsSide, type TlsWords } from '../sockets/tls-range.ts';
import { protocolAt } from '../proxy/unused-checks.ts';
import { orphansOf, type Orphan } from './orphans.ts';

/** A place that decides something: a line of a section. */
export interface Where {
  readonly lines: SectionLines;
  readonly line: number;
}

/** A use of a backend by name. */
export interface Target {
  readonly line: number;
  readonly name: string;
  readonly keyword: 'default_backend' | 'use_backend';
}

/** A bind or server with `ssl`: judged with what the global section adds (checkTls()). */
export interface TlsLine {
  readonly line: number;
  readonly side: TlsSide;
  readonly words: TlsWords;
}

/** A line that takes pages from an http-errors section, and the word with its name. */
export interface ErrorUse {
  readonly line: number;
  readonly index: number;
}

/** The log format in force: which option gave it, or 'other'. */
export interface Format {
  readonly kind: 'httplog' | 'httplog clf' | 'httpslog' | 'other';
  readonly at: Where;
}

/** What a section says that matters for sections around it. Made once for a section; sections are never changed. */
export interface Summary {
  readonly kind: string;
  readonly name: string;
  /** Index of the head's word that names a defaults section, or -1. */
  readonly from: number;
  readonly fromName: string;
  /** It holds directives or placeholders: what it says is not known. */
  readonly opaque: boolean;
  readonly mode: string | undefined;
  readonly disabled: boolean | undefined;
  readonly binds: number;
  readonly servers: number;
  readonly timeouts: ReadonlyMap<string, number>;
  readonly format: Format | undefined;
  /** Log targets: its own, those of global, or `none` behind `no log`; undefined when it says nothing. */
  readonly log: 'own' | 'global' | 'none' | undefined;
  readonly defaultBackend: Target | undefined;
  readonly useBackends: readonly Target[];
  /** Rule sets with rules: `tcp-request connection`, `http-request`. */
  readonly rules: ReadonlySet<string>;
  /** Uses of http-errors sections by name. */
  readonly errorUses: readonly ErrorUse[];
  /** Lines that take single pages from an http-errors section. */
  readonly errorFiles: readonly number[];
  /** The last option that chooses the protocol of health checks. */
  readonly check: { readonly protocol: string; readonly line: number } | undefined;
  /** It has an `external-check command`. */
  readonly command: boolean;
  /** The first `stick-table` line, or -1. */
  readonly table: number;
  /** Some server may track another one. */
  readonly tracks: boolean;
  /** Lines with `ssl` of their own, by what they say of the versions of TLS. */
  readonly tls: readonly TlsLine[];
  /** What rules of a defaults section look for in vain, once a proxy starts from it. */
  readonly orphans: readonly Orphan[];
}

const PROXIES: ReadonlySet<string> = new Set(['defaults', 'frontend', 'backend', 'listen']);

const MODES: ReadonlySet<string> = new Set(['tcp', 'http', 'health', 'log', 'spop', 'haterm']);

// Most sections have few of these: an empty one for all costs nothing.
const NONE: readonly never[] = [];
/** The events of the timeouts that had names of their own. */
const OLD_TIMEOUTS = { clitimeout: 'client', contimeout: 'connect', srvtimeout: 'server' } as const;
const NO_TIMEOUTS: ReadonlyMap<string, number> = new Map();
const NO_RULES: ReadonlySet<string> = new Set();

/** Collects what a section says, line by line. */
class Reader {
  mode: string | undefined;
  /** The last mode is none that is known. */
  unknown = false;
  disabled: boolean | undefined;
  binds = 0;
  servers = 0;
  timeouts: Map<string, number> | undefined;
  format: Format | undefined;
  log: Summary['log'];
  defaultBackend: Target | undefined;
  tls: TlsLine[] | undefined;
  check: Summary['check'];
  command = false;
  useBackends: Target[] | undefined;
  rules: Set<string> | undefined;
  errorFiles: number[] | undefined;
  errorUses: ErrorUse[] | undefined;
  private readonly lines: SectionLines;

  constructor(lines: SectionLines) {
    this.lines = lines;
  }

  read(line: number, keyword: string): void {
    const { lines } = this;
    switch (keyword) {
      case 'mode':
        this.mode = lines.value(line, 1);
        this.unknown = !MODES.has(this.mode);
        return;
      case 'enabled':
      case 'disabled':
        this.disabled = keyword === 'disabled';
        return;
      case 'bind':
        this.binds++;
        this.versions(line, 'bind', 2);
        return;
      case 'server':
      case 'server-template':
        this.servers++;
        this.versions(line, 'server', keyword === 'server' ? 3 : 4);
        return;
      case 'timeout':
        (this.timeouts ??= new Map()).set(lines.value(line, 1), parseTime(lines.value(line, 2)) ?? 1);
        return;
      // Until 2.1; a later haproxy refuses the line, and what to write instead sets the timeout.
      case 'clitimeout':
      case 'contimeout':
      case 'srvtimeout':
        (this.timeouts ??= new Map()).set(OLD_TIMEOUTS[keyword], parseTime(lines.value(line, 1)) ?? 1);
        return;
      case 'default_backend':
        this.defaultBackend = { line, name: lines.value(line, 1), keyword };
        return;
      case 'use_backend':
        (this.useBackends ??= []).push({ line, name: lines.value(line, 1), keyword });
        return;
      case 'option':
        if (lines.keywordIndex(line) === 0) this.option(line, lines.value(line, 1));
        return;
      case 'log':
        if (lines.keywordIndex(line) === 1) this.log = 'none';
        else if (this.log !== 'own') this.log = lines.value(line, 1) === 'global' ? 'global' : 'own';
        return;
      case 'log-format':
      case 'log-format-sd':
        this.format = { kind: 'other', at: { lines: this.lines, line } };
        return;
      case 'external-check':
        this.command ||= lines.value(line, 1) === 'command';
        return;
      case 'errorfiles':
        (this.errorUses ??= []).push({ line, index: 1 });
        if (lines.words(line) > 2) (this.errorFiles ??= []).push(line);
        return;
      case 'http-error':
        if (this.pages(line)) (this.errorFiles ??= []).push(line);
        return;
      case 'http-request':
      case 'http-response':
      case 'http-after-response':
        (this.rules ??= new Set()).add(keyword);
        this.pages(line);
        return;
      case 'tcp-request':
      case 'tcp-response': {
        const set = lines.value(line, 1);
        if (set !== 'inspect-delay') (this.rules ??= new Set()).add(`${keyword} ${set}`);
        return;
      }
    }
  }

  private versions(line: number, side: TlsSide, from: number): void {
    const { lines } = this;
    if (!lines.mentions('ssl')) return;
    const values = lines.values(line).slice(from);
    const words = values.includes('ssl') ? readTlsWords(values) : undefined;
    if (words !== undefined) (this.tls ??= []).push({ line, side, words });
  }

  /** Does a reply take its pages from an http-errors section? */
  private pages(line: number): boolean {
    const { lines } = this;
    for (let i = 1; i + 1 < lines.words(line); i++) {
      if (lines.raw(line, i) !== 'errorfiles') continue;
      (this.errorUses ??= []).push({ line, index: i + 1 });
      return true;
    }
    return false;
  }

  private option(line: number, name: string): void {
    const protocol = protocolAt(this.lines, line);
    if (protocol !== undefined) this.check = { protocol, line };
    const at = { lines: this.lines, line };
    if (name === 'httplog') {
      const clf = this.lines.value(line, 2) === 'clf';
      this.format = { kind: clf ? 'httplog clf' : 'httplog', at };
    } else if (name === 'httpslog') this.format = { kind: 'httpslog', at };
    else if (name === 'tcplog') this.format = { kind: 'other', at };
  }
}

/** What a section says, kept for as long as the section lives. */
export function summaryOf({ unit }: Section<SectionUnit>): Summary {
  return summarised(unit.lines);
}

const summarised = keptByLines((lines: SectionLines): Summary => {
  const reader = new Reader(lines);
  if (PROXIES.has(lines.kind) || lines.kind === 'global') {
    const { keywords } = lines;
    for (let line = lines.body; line < lines.count; line++) {
      const keyword = keywords[line] as string;
      if (keyword === '') continue;
      if (startsForeign(lines, line, keyword)) break;
      reader.read(line, keyword);
    }
  }
  const from = fromName(lines);
  const { mode, disabled, binds, servers, timeouts, format, log, defaultBackend, useBackends, rules } = reader;
  return {
    kind: lines.kind,
    name: sectionName(lines),
    from,
    fromName: from < 0 ? '' : lines.value(0, from),
    opaque: lines.directives || lines.templated || reader.unknown,
    mode,
    disabled,
    binds,
    servers,
    timeouts: timeouts ?? NO_TIMEOUTS,
    format,
    log,
    defaultBackend,
    useBackends: useBackends ?? NONE,
    rules: rules ?? NO_RULES,
    errorFiles: reader.errorFiles ?? NONE,
    errorUses: reader.errorUses ?? NONE,
    table: lines.keywords.indexOf('stick-table'),
    tracks: PROXIES.has(lines.kind) && lines.mentions('track') && /\strack\s/.test(lines.text),
    tls: reader.tls ?? NONE,
    check: reader.check,
    command: reader.command,
    orphans: orphansOf(lines),
  };
});

/** Everything that other sections could notice of a section, as text: asked for where an edit replaced it. */
export const noticeable = keptByLines((lines: SectionLines): string => {
  if (!PROXIES.has(lines.kind)) return lines.text;
  const summary = summarised(lines);
  const mails = lines.keywords.includes('email-alert');
  const app = lines.keywords.lastIndexOf('use-fcgi-app');
  const { kind, name, from, fromName: parent, opaque, mode, disabled, binds, servers } = summary;
  const { timeouts, format, log, defaultBackend, useBackends, rules, orphans } = summary;
  const targets = [...(defaultBackend === undefined ? [] : [defaultBackend]), ...useBackends];
  return JSON.stringify([
    ...[kind, name, from, parent, opaque, mode, disabled, binds > 0, servers > 0, [...timeouts], format?.kind, log],
    ...[format?.at.line, targets.map((target) => `${target.line} ${target.name}`), [...rules], mails],
    app < 0 ? '' : lines.value(app, 1),
    [summary.check?.protocol === 'external' ? summary.check.line : summary.check !== undefined, summary.command],
    summary.table,
    tlsKey(summary.tls),
    summary.tracks ? lines.text : '',
    orphans.map(({ line, message }) => [line, message]),
    lines.kind === 'defaults' ? summary.errorUses.map(({ line, index }) => [line, lines.value(line, index)]) : [],
    summary.errorFiles.map((line) => `${line} ${lines.values(line).join(' ')}`),
  ]);
});

/** Most lines say nothing of versions: those count as one. */
function tlsKey(lines: readonly TlsLine[]): readonly unknown[] {
  const plain = ({ words }: TlsLine): boolean => words.min + words.max + words.off.size === 0;
  const own = lines.filter((each) => !plain(each));
  const sides = new Set(lines.filter(plain).map(({ side }) => side));
  return [...sides, ...own.map(({ line, words }) => [line, words.min, words.max, ...words.off])];
}
