import { parseTime } from '../quantity/index.ts';
import { cited, defaulted, type Cited, type Place, type Section } from '@halint/core';
import type { Bind, LogTarget, Proxy, ProxyMode } from '@halint/model';
import type { SectionUnit } from '../unit.ts';
import { nameIndex } from '../head.ts';
import { isOpaque } from '../values.ts';
import { bindsOf, datagramsOf } from './bind.ts';
import { activeLines, chainOf, inForce, isSwitchedOff, placed, type Owner } from './scope.ts';
import { ServerFact } from './server.ts';

const MODES: ReadonlySet<string> = new Set(['tcp', 'http', 'log', 'spop']);
const CHECK_OPTIONS: ReadonlySet<string> = new Set(
  'tcp-check httpchk ssl-hello-chk smtpchk ldap-check mysql-check pgsql-check redis-check spop-check external-check'.split(
    ' ',
  ),
);

/** A proxy as facts. What depends on defaults is looked up when asked for, so that an edit of defaults needs no update. */
export class ProxyFact implements Proxy {
  readonly kind: Proxy['kind'];
  readonly binds: readonly Bind[];
  readonly datagrams: readonly Bind[];
  readonly section: Section<SectionUnit>;
  readonly #owner: Owner;
  #servers: readonly ServerFact[] | undefined;

  constructor(owner: Owner, section: Section<SectionUnit>, kind: Proxy['kind']) {
    this.#owner = owner;
    this.section = section;
    this.kind = kind;
    const lines = kind === 'backend' ? [] : this.#withWords('bind', 2);
    this.binds = lines.flatMap((line) => bindsOf(owner, section, line));
    this.datagrams = lines.flatMap((line) => datagramsOf(owner, section, line));
  }

  get servers(): readonly ServerFact[] {
    return (this.#servers ??=
      this.kind === 'frontend'
        ? []
        : this.#withWords('server', 3).map((line) => new ServerFact(this.#owner, this.section, line)));
  }

  #withWords(keyword: string, count: number): readonly number[] {
    const { lines } = this.section.unit;
    return activeLines(this.#owner, this.section, keyword).filter((line) => lines.words(line) >= count);
  }

  get name(): Cited<string> {
    const { lines } = this.section.unit;
    const index = Math.max(0, nameIndex(lines));
    return cited(lines.value(0, index), placed(this.#owner, lines.at(0, index)));
  }

  get at(): Place {
    return placed(this.#owner, this.section.unit.lines.lineAt(0));
  }

  get mode(): Cited<ProxyMode> {
    const found = inForce(this.#owner, this.section, 'mode');
    if (found === undefined) return defaulted('tcp', 'haproxy 4.2 mode', this.#owner.host);
    const mode = found.lines.value(found.line, 1);
    return cited(MODES.has(mode) ? (mode as ProxyMode) : 'other', placed(this.#owner, found.lines.lineAt(found.line)));
  }

  /** A switch of the proxy counts before those of its defaults (2.6, 3.0 and 3.2, in either order). */
  get disabled(): boolean {
    for (const link of chainOf(this.#owner, this.section)) {
      const isOff = isSwitchedOff(this.#owner, link);
      if (isOff !== undefined) return isOff;
    }
    return false;
  }

  get backends(): readonly Cited<string>[] {
    const { lines } = this.section.unit;
    const own = ['use_backend', 'default_backend'].flatMap((keyword) =>
      activeLines(this.#owner, this.section, keyword),
    );
    const targets = own.map((line) => cited(lines.value(line, 1), placed(this.#owner, lines.at(line, 1))));
    const hasDefault = activeLines(this.#owner, this.section, 'default_backend').length > 0;
    const inherited =
      this.kind === 'backend' || hasDefault ? undefined : inForce(this.#owner, this.section, 'default_backend');
    if (inherited !== undefined) {
      targets.push(
        cited(inherited.lines.value(inherited.line, 1), placed(this.#owner, inherited.lines.lineAt(inherited.line))),
      );
    }
    return targets.filter(({ value }) => value !== '' && !isOpaque(value) && !value.includes('%['));
  }

  get dynamicBackends(): boolean {
    const { lines } = this.section.unit;
    return activeLines(this.#owner, this.section, 'use_backend').some((line) => /%\[|[$]/.test(lines.value(line, 1)));
  }

  get balance(): Cited<string> | undefined {
    const found = inForce(this.#owner, this.section, 'balance');
    return found === undefined || found.lines.words(found.line) < 2
      ? undefined
      : cited(found.lines.value(found.line, 1), placed(this.#owner, found.lines.lineAt(found.line)));
  }

  get timeouts(): Proxy['timeouts'] {
    const time = (event: string): Cited<number> | undefined => {
      const found = inForce(this.#owner, this.section, 'timeout', event);
      const value = found === undefined ? undefined : parseTime(found.lines.value(found.line, 2));
      return found === undefined || value === undefined
        ? undefined
        : cited(value, placed(this.#owner, found.lines.lineAt(found.line)));
    };
    const entries = (['connect', 'client', 'server', 'tunnel'] as const).map((event) => [event, time(event)] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }

  get checks(): readonly Cited<string>[] {
    const found: Cited<string>[] = [];
    for (const keyword of ['option', 'tcp-check', 'http-check']) {
      for (const link of chainOf(this.#owner, this.section)) {
        const { lines } = link.unit;
        const own = activeLines(this.#owner, link, keyword).filter(
          (line) => keyword !== 'option' || CHECK_OPTIONS.has(lines.value(line, 1)),
        );
        for (const line of own)
          found.push(cited(lines.values(line).join(' '), placed(this.#owner, lines.lineAt(line))));
        // Check rules of a proxy replace those of its defaults.
        if (own.length > 0) break;
      }
    }
    return found;
  }
}

/** Targets of `log` lines of a section; `log global` sends nowhere of its own. */
export function logsOf(owner: Owner, section: Section<SectionUnit>): readonly LogTarget[] {
  const { lines } = section.unit;
  const targets: LogTarget[] = [];
  for (const line of activeLines(owner, section, 'log')) {
    const values = lines.values(line);
    if (values[1] === undefined || values[1] === 'global') continue;
    let i = 2;
    while (/^(?:len|format|sample|profile)$/.test(values[i] ?? '')) i += 2;
    const facility = values[i];
    const word = i;
    targets.push({
      address: cited(values[1], placed(owner, lines.at(line, 1))),
      ...(facility === undefined ? {} : { facility: cited(facility, placed(owner, lines.at(line, word))) }),
      forwards: lines.kind === 'log-forward',
      levels: values
        .slice(word + 1, word + 3)
        .map((level, k) => cited(level, placed(owner, lines.at(line, word + 1 + k)))),
    });
  }
  return targets;
}
