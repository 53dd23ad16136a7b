import type { Finding } from '@halint/core';
import type { Preset } from '@halint/model';
import picomatch from 'picomatch';
import type { Config, PresetName, RuleSetting } from './config.ts';

export interface SelectionOptions {
  readonly preset?: PresetName;
  /** Rule id or glob -> setting; later entries win over earlier ones. */
  readonly rules?: readonly (readonly [string, RuleSetting])[];
  /** Only rules that match one of these globs. */
  readonly only?: readonly string[];
  readonly ignore?: NonNullable<Config['ignore']>;
  /** For `until` of an ignore: yyyy-mm-dd. Undefined: nothing expires. */
  readonly today?: string;
}

/** What the settings file says about rules. */
export function selectionOfConfig(config: Config | undefined): SelectionOptions {
  const { preset, rules, ignore } = config ?? {};
  return {
    ...(preset === undefined ? {} : { preset }),
    rules: Object.entries(rules ?? {}),
    ...(ignore === undefined ? {} : { ignore }),
  };
}

/** What a selection needs to know of a rule; findings of the languages' own checks have no entry. */
export interface RuleInfo {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly preset?: Preset;
}

/** strict adds opinions to recommended; ssh-vip and facts add their own family; all has everything. */
const INCLUDED: Record<PresetName, ReadonlySet<Preset>> = {
  recommended: new Set(['recommended']),
  'ssh-vip': new Set(['recommended', 'ssh-vip']),
  facts: new Set(['recommended', 'facts']),
  strict: new Set(['recommended', 'strict']),
  all: new Set(['recommended', 'ssh-vip', 'facts', 'strict', 'all']),
};

/** Decides which findings are reported and how severe they are. */
export class Selection {
  readonly #presets: ReadonlySet<Preset>;
  readonly #rules: readonly { matches: (id: string) => boolean; setting: RuleSetting }[];
  readonly #only: ((id: string) => boolean) | undefined;
  readonly #ignore: readonly { matches: (finding: Finding) => boolean; reason: string }[];
  readonly #infos: ReadonlyMap<string, RuleInfo>;

  constructor(options: SelectionOptions, rules: readonly RuleInfo[]) {
    this.#presets = INCLUDED[options.preset ?? 'recommended'];
    this.#infos = new Map(rules.map((rule) => [rule.id, rule]));
    const names = new Map(rules.flatMap((rule) => (rule.aliases ?? []).map((alias) => [alias, rule.id] as const)));
    this.#rules = (options.rules ?? []).map(([id, setting]) => ({ matches: matcher(names.get(id) ?? id), setting }));
    const only = options.only ?? [];
    const onlyMatchers = only.map((glob) => matcher(names.get(glob) ?? glob));
    this.#only = only.length === 0 ? undefined : (id) => onlyMatchers.some((matches) => matches(id));
    this.#ignore = (options.ignore ?? [])
      .filter(
        (entry) => entry.until === undefined || options.today === undefined || dateOf(entry.until) >= options.today,
      )
      .map((entry) => ({ matches: ignoreMatcher(entry, names), reason: entry.reason }));
  }

  /** Does the rule run at all? Cheap, asked once per rule. */
  runs(rule: RuleInfo): boolean {
    if (this.#only !== undefined && !this.#only(rule.id)) return false;
    const set = this.#setting(rule.id);
    if (set === 'off') return false;
    return set !== undefined || this.#presets.has(rule.preset ?? 'recommended');
  }

  /** The finding as it is reported, with the severity that the settings give it; undefined when it is not. */
  apply(finding: Finding): Finding | undefined {
    if (this.#only !== undefined && !this.#only(finding.rule)) return undefined;
    const set = this.#setting(finding.rule);
    if (set === 'off') return undefined;
    const info = this.#infos.get(finding.rule);
    // What the daemon says itself is in every preset (contract, section 3).
    if (set === undefined && info !== undefined && !this.#presets.has(info.preset ?? 'recommended') && !said(finding))
      return undefined;
    if (this.#ignore.some((entry) => entry.matches(finding))) return undefined;
    return set === undefined || lowered(finding) ? finding : { ...finding, severity: set };
  }

  #setting(id: string): RuleSetting | undefined {
    let found: RuleSetting | undefined;
    for (const { matches, setting } of this.#rules) if (matches(id)) found = setting;
    return found;
  }
}

function said(finding: Finding): boolean {
  return finding.rejects || finding.daemon !== 'none';
}

/** A claim that was lowered for want of a fact stays low: a setting must not turn a guess into an error. */
function lowered(finding: Finding): boolean {
  return finding.missing !== undefined;
}

function matcher(glob: string): (id: string) => boolean {
  if (!/[*?{[!]/.test(glob)) return (id) => id === glob;
  const matches = picomatch(glob);
  return (id) => matches(id);
}

function ignoreMatcher(
  entry: NonNullable<Config['ignore']>[number],
  names: ReadonlyMap<string, string>,
): (finding: Finding) => boolean {
  const rule = matcher(names.get(entry.rule) ?? entry.rule);
  const host = entry.host === undefined ? undefined : matcher(entry.host);
  const file = entry.file === undefined ? undefined : picomatch(entry.file, { dot: true });
  return (finding) =>
    rule(finding.rule) &&
    (host === undefined || finding.hosts.every((id) => host(id))) &&
    (file === undefined || file(finding.at.file.path) || file(finding.at.file.display));
}

function dateOf(until: string | Date): string {
  return typeof until === 'string' ? until : until.toISOString().slice(0, 10);
}
