import { compareVersions, type LocalFinding, type LocalPlace, type Section } from '@halint/core';
import type { SectionUnit } from '../../unit.ts';
import { nameIndex } from '../../head.ts';
import { badSign } from '../../values.ts';
import { refuse, warn, type Sink } from '../run.ts';
import type { Effective } from './effective.ts';

/** Collects findings about sections; `version` is the target's. */
export interface Together extends Sink {
  readonly version: string;
}

export function headName({ unit }: Section<SectionUnit>): LocalPlace {
  const index = nameIndex(unit.lines);
  return unit.lines.at(0, Math.max(0, index));
}

const firstHere = (section: Section<SectionUnit>, message: string): Pick<LocalFinding, 'related'> => ({
  related: [{ at: headName(section), message }],
});

/** How a defaults section has been used so far. */
interface Uses {
  explicit: boolean;
  implicit: boolean;
  /** Another defaults section above has the same name. */
  readonly twin: Section<SectionUnit> | undefined;
  /** Kinds of the proxies that start from it, where it holds rules. */
  kind: string | undefined;
}

/** Follows the heads of a file from top to bottom as cfg_parse_listen() does. */
export class Heads {
  readonly #sink: Together;
  readonly #uses = new Map<Section, Uses>();
  readonly #defaults = new Map<string, Effective>();
  readonly #frontends = new Map<string, Section<SectionUnit>>();
  readonly #backends = new Map<string, Section<SectionUnit>>();
  /** Sections with a stick table of their own, by name. */
  readonly #tables = new Map<string, Section<SectionUnit>>();
  readonly #logForwards = new Map<string, Section<SectionUnit>>();
  last: Effective | undefined;

  constructor(sink: Together) {
    this.#sink = sink;
  }

  #from(version: string): boolean {
    return compareVersions(this.#sink.version, version) >= 0;
  }

  logForward(name: string, section: Section<SectionUnit>): void {
    if (!this.#logForwards.has(name)) this.#logForwards.set(name, section);
  }

  /** The defaults section of a name, if it stands above. */
  named(name: string): Effective | undefined {
    return this.#defaults.get(name);
  }

  /** A section names a defaults section that stands only below it; one that is nowhere is told by its name. */
  below(section: Section<SectionUnit>, name: string, from: number): void {
    const message = `defaults '${name}' stands below: a section starts from one above it`;
    refuse(this.#sink, 'defaults-undefined', section.unit.lines.at(0, from), message);
  }

  /** A defaults section opens; `parent` is what it starts from. */
  defaults(self: Effective): void {
    const { name } = self.summary;
    const twin = name === '' ? undefined : this.#defaults.get(name);
    if (twin !== undefined && this.#from('3.1') && this.#uses.get(twin.section)?.explicit === true) {
      const message = `a defaults section '${name}' stands above and is named behind 'from': it cannot be replaced`;
      refuse(
        this.#sink,
        'duplicate-proxy',
        headName(self.section),
        message,
        firstHere(twin.section, 'first defined here'),
      );
    }
    const proxy = name === '' ? undefined : (this.#frontends.get(name) ?? this.#backends.get(name));
    if (proxy !== undefined && this.#from('3.1')) this.#sharedName(self.section, proxy, name);
    this.#uses.set(self.section, { explicit: false, implicit: false, twin: twin?.section, kind: undefined });
    if (name !== '') this.#defaults.set(name, self);
    this.last = self;
  }

  /** Frontend and backend, or defaults and proxy, of one name: a warning in 3.1 and 3.2, an error from 3.3 on. */
  #sharedName(section: Section<SectionUnit>, other: Section<SectionUnit>, name: string): void {
    const related = firstHere(other, 'first defined here');
    const message = `${section.unit.lines.kind} '${name}' has the name of a ${other.unit.lines.kind} above`;
    if (this.#from('3.3')) refuse(this.#sink, 'duplicate-proxy', headName(section), message, related);
    else warn(this.#sink, 'duplicate-proxy', headName(section), `${message}: haproxy 3.3 refuses that`, related);
  }

  /** A frontend, backend or listen opens. */
  proxy(self: Effective): void {
    const { kind, name } = self.summary;
    if (name === '') return;
    const isFront = kind !== 'backend';
    const isBack = kind !== 'frontend';
    // Until 3.0 a listen section was looked for among what accepts only: a backend of its name above was let pass.
    const same = isFront
      ? (this.#frontends.get(name) ?? (isBack && this.#from('3.1') ? this.#backends.get(name) : undefined))
      : this.#backends.get(name);
    const other = this.#frontends.get(name) ?? this.#backends.get(name) ?? this.#defaults.get(name)?.section;
    const log = this.#logForwards.get(name);
    // Branches of an .if may well define the same proxy.
    if (self.named) {
      if (same !== undefined) {
        const message = `${kind} '${name}' has the name of a ${same.unit.lines.kind} above`;
        refuse(this.#sink, 'duplicate-proxy', headName(self.section), message, firstHere(same, 'first defined here'));
      } else if (other !== undefined && this.#from('3.1')) this.#sharedName(self.section, other, name);
      if (same === undefined) this.#table(self);
      if (log !== undefined) {
        const message = `${kind} '${name}' has the name of a log-forward section above`;
        refuse(this.#sink, 'duplicate-proxy', headName(self.section), message, firstHere(log, 'first defined here'));
      }
      if (isFront && !this.#frontends.has(name)) this.#frontends.set(name, self.section);
      if (isBack && !this.#backends.has(name)) this.#backends.set(name, self.section);
    }
    if (self.parent !== undefined && !self.opaque) this.#inherit(self, self.parent);
  }

  /** A frontend and a backend may share a name, but not the name of a table. */
  #table({ section, summary: { kind, name, table } }: Effective): void {
    if (table < 0) return;
    const first = this.#tables.get(name);
    if (first === undefined) return void this.#tables.set(name, section);
    const message = `the stick table of ${kind} '${name}' has the name of that of the ${first.unit.lines.kind} above`;
    refuse(this.#sink, 'duplicate-name', section.unit.lines.lineAt(table), message, firstHere(first, 'defined here'));
  }

  /** What haproxy demands of the defaults section that another starts from. */
  inheritDefaults(self: Effective, parent: Effective): void {
    this.#explicit(self, parent);
    if (!this.#from('2.5') || parent.opaque) return;
    if (parent.summary.rules.size > 0) {
      refuse(this.#sink, 'defaults-inheritance', this.#fromPlace(self), this.#ruled('a defaults section', parent));
    }
  }

  #explicit(self: Effective, parent: Effective): void {
    const uses = this.#uses.get(parent.section);
    if (uses === undefined) return;
    const at = this.#fromPlace(self);
    if (self.summary.from < 0) uses.implicit = true;
    else {
      uses.explicit = true;
      if (uses.twin !== undefined && !this.#from('3.3')) {
        const related = firstHere(uses.twin, 'another of that name');
        const message = `two defaults sections are called '${parent.summary.name}': which one is meant is not clear`;
        refuse(this.#sink, 'ambiguous-defaults', at, message, related);
      }
      const sign = badSign(self.summary.fromName);
      if (sign !== undefined) {
        refuse(
          this.#sink,
          'invalid-name',
          at,
          `'${sign}' is not allowed in the name of a defaults section behind 'from'`,
        );
      }
    }
    if (uses.explicit && uses.implicit && this.#from('2.5')) {
      const which = parent.summary.name === '' ? 'the defaults section' : `defaults section '${parent.summary.name}'`;
      const message = `${which} is named behind 'from' by other sections and used here without being named`;
      warn(this.#sink, 'ambiguous-defaults', at, message, firstHere(parent.section, 'this defaults section'));
    }
  }

  #fromPlace({ section, summary }: Effective): LocalPlace {
    return summary.from < 0 ? headName(section) : section.unit.lines.at(0, summary.from);
  }

  #ruled(what: string, parent: Effective, rules = 'rules'): string {
    const name = parent.summary.name === '' ? 'a defaults section' : `defaults '${parent.summary.name}'`;
    return `${what} cannot start from ${name}, which holds ${rules}`;
  }

  #inherit(self: Effective, parent: Effective): void {
    this.#explicit(self, parent);
    const { kind } = self.summary;
    const { rules } = parent.summary;
    const at = this.#fromPlace(self);
    if (parent.opaque || !this.#from('2.5') || rules.size === 0) return;
    const uses = this.#uses.get(parent.section);
    if (kind === 'listen') refuse(this.#sink, 'defaults-inheritance', at, this.#ruled('a listen section', parent));
    else if (uses?.kind !== undefined && uses.kind !== kind) {
      const message = this.#ruled(`a ${kind}`, parent, `rules and already serves a ${uses.kind}`);
      refuse(this.#sink, 'defaults-inheritance', at, message);
    } else if (kind === 'backend' && (rules.has('tcp-request connection') || rules.has('tcp-request session'))) {
      const message = this.#ruled('a backend', parent, "'tcp-request connection' or 'tcp-request session' rules");
      refuse(this.#sink, 'defaults-inheritance', at, message);
    } else if (kind === 'frontend' && rules.has('tcp-response content')) {
      refuse(this.#sink, 'defaults-inheritance', at, this.#ruled('a frontend', parent, "'tcp-response content' rules"));
    } else if (uses !== undefined) uses.kind = kind;
  }
}
