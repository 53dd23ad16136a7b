import { cited, defaulted, type Cited } from '@halint/core';
import type { UnitFacts } from './facts/systemd.ts';
import type { Host } from './host.ts';
import { stockUnitOf, type PackagedUnit } from './stock-units.ts';

/** Names under which distributions run a daemon: sshd of Debian is ssh.service. */
const UNITS = {
  haproxy: ['haproxy.service'],
  keepalived: ['keepalived.service'],
  sshd: ['ssh.service', 'sshd.service'],
  sshSocket: ['ssh.socket', 'sshd.socket'],
  rsyslog: ['rsyslog.service'],
} as const;

export type Daemon = keyof typeof UNITS;

/** What of a host says how its services are started: known before its other files are read. */
export type HostUnits = Pick<Host, 'id' | 'facts' | 'systemd' | 'targets'>;

/**
 * The unit of a daemon, as far as files of it are at hand; the one that has more than drop-ins first. Without its own file the command of the
 * operating system's package counts, where a file of its variables is at hand: without one nothing would tell what the command becomes.
 */
export function unitOf(host: HostUnits, daemon: Daemon): UnitFacts | undefined {
  return unitAmong(host, UNITS[daemon], stockUnitOf(host.targets.os, daemon));
}

/** The same of units by name, `stock` being what the operating system packages. */
export function unitAmong(
  host: HostUnits,
  names: readonly string[],
  stock: PackagedUnit | undefined,
): UnitFacts | undefined {
  const found = names.flatMap((name) => host.systemd?.units.get(name) ?? []);
  const own = found.find(({ hasUnitFile }) => hasUnitFile);
  if (own !== undefined) return own;
  const [dropIns] = found;
  if (stock === undefined || !isPackaged(host, stock) || dropIns?.masked === true) return dropIns;
  return packaged(stock, dropIns, host);
}

/** Is a file of variables at hand that a package's unit reads? */
function isPackaged({ facts }: HostUnits, stock: PackagedUnit | undefined): boolean {
  return stock?.variableFiles.some((path) => facts.environmentFiles.has(path)) === true;
}

/** The lines of a package's unit that say how it is started, with the drop-ins of the host behind them. */
function packaged(stock: PackagedUnit, dropIns: UnitFacts | undefined, { id, targets }: HostUnits): UnitFacts {
  const line = <Value>(value: Value): Cited<Value> =>
    defaulted(value, `${stock.unit} of the package of ${targets.os ?? ''}`, id);
  const lines: ReadonlyMap<string, readonly Cited<string>[]> = new Map([
    ['Environment', stock.environment.map((each) => line(`"${each}"`))],
    ['EnvironmentFile', stock.variableFiles.map((each) => line(`-${each}`))],
  ]);
  const isReset = (section: string, directive: string): boolean => dropIns?.isReset(section, directive) === true;
  const values = (section: string, directive: string): readonly Cited<string>[] => {
    const packages = section === 'Service' && !isReset(section, directive) ? (lines.get(directive) ?? []) : [];
    return [...packages, ...(dropIns?.values(section, directive) ?? [])];
  };
  return {
    name: dropIns?.name ?? stock.unit,
    files: dropIns?.files ?? [],
    hasUnitFile: false,
    masked: false,
    values,
    value: (section, directive) => values(section, directive).at(-1),
    isReset,
    resetAt: (section, directive) => dropIns?.resetAt(section, directive),
    commands: [...(isReset('Service', 'ExecStart') ? [] : [line(stock.command)]), ...(dropIns?.commands ?? [])],
  };
}

export interface UnitState {
  readonly unit: string;
  /** enabled, disabled, masked, static … as systemctl says it; undefined: no fact says. */
  readonly state: string | undefined;
}

/** Is a unit started at boot? Links and masks below /etc, and facts/unit-files.txt, say so. */
export function unitState(host: Pick<HostUnits, 'facts'>, daemon: Daemon): UnitState {
  const names: readonly string[] = UNITS[daemon];
  const known = names.flatMap((unit) => {
    const state = host.facts.units.get(unit);
    return state === undefined ? [] : [{ unit, state }];
  });
  // Of two names the alias only follows the unit that is enabled.
  return known.find(({ state }) => state === 'enabled') ?? known[0] ?? { unit: names[0] as string, state: undefined };
}

export interface UnitEnvironment {
  readonly variables: ReadonlyMap<string, Cited<string>>;
  /** Files that the unit demands or may have and that are not at hand: they may set more. */
  readonly unread: readonly string[];
}

/** The variables that a unit gives its process: Environment=, then EnvironmentFile=, which wins (systemd.exec(5)). */
export function environmentOf(host: HostUnits, unit: UnitFacts): UnitEnvironment {
  const variables = new Map<string, Cited<string>>();
  const unread: string[] = [];
  for (const line of unit.values('Service', 'Environment')) {
    for (const word of splitWords(line.value)) {
      const equals = word.indexOf('=');
      if (equals > 0) variables.set(word.slice(0, equals), { ...line, value: specified(word.slice(equals + 1)) });
    }
  }
  for (const { value } of unit.values('Service', 'EnvironmentFile')) {
    const path = value.replace(/^-/, '');
    const lines = host.facts.environmentFiles.get(path);
    if (lines === undefined) unread.push(path);
    for (const { name, value: text, line, at } of lines ?? []) {
      variables.set(name, at === undefined ? defaulted(text, `${path} line ${line}`, host.id) : cited(text, at));
    }
  }
  return { variables, unread };
}

/**
 * The variables that a daemon is started with, where nothing else can bring some. Undefined where no unit is at hand, or drop-ins alone, and where
 * files of variables are missed. What DefaultEnvironment= of systemd's own configuration gives every service is not looked at.
 */
export function wholeEnvironmentOf(host: HostUnits, daemon: Daemon): ReadonlyMap<string, string> | undefined {
  const unit = unitOf(host, daemon);
  const isWhole = unit?.hasUnitFile === true || isPackaged(host, stockUnitOf(host.targets.os, daemon));
  if (unit === undefined || unit.masked || !isWhole) return undefined;
  const others = ['PassEnvironment', 'UnsetEnvironment'].flatMap((directive) => unit.values('Service', directive));
  const { variables, unread } = environmentOf(host, unit);
  if (others.length > 0 || missedOf(host, unread).length > 0) return undefined;
  return new Map([...variables].map(([name, { value }]) => [name, value]));
}

/**
 * Files of variables that are missed for sure: where the tree has others of their folder, one that is not there does not exist, and all that
 * a unit says of it is that it may.
 */
export function missedOf(host: HostUnits, unread: readonly string[]): readonly string[] {
  const folders = /^\/etc\/(?:default|sysconfig)\/[^/]+$/;
  const hasFolders = [...host.facts.environmentFiles.keys()].some((path) => folders.test(path));
  return hasFolders ? unread.filter((path) => !folders.test(path)) : unread;
}

/** Stands in a word for what is not known: a variable that a file which is not at hand may set, a specifier of systemd. */
export const UNKNOWN = '\0';

export interface Command {
  /** With {@link UNKNOWN} where something stands that is not known. */
  readonly words: Cited<readonly string[]>;
  /** The same, each with what says it: the line of its variable, else that of the command. */
  readonly each: readonly Cited<string>[];
  /** Files of its variables that are not at hand and may set more. */
  readonly unread: readonly string[];
}

/** A boolean of a unit (systemd.syntax(7)). */
export function isTrue(value: string): boolean {
  return /^(?:1|yes|y|true|t|on)$/i.test(value);
}

/** systemd.unit(5), "Specifiers": `%%` is a percent sign, and what the others stand for only the machine knows. */
function specified(text: string): string {
  return text.replace(/%(.)/gs, (_, letter: string) => (letter === '%' ? '%' : UNKNOWN));
}

/** ExecStart with the unit's variables put in, as systemd does: `$X` alone becomes as many words as its value has. */
export function commandsOf(host: HostUnits, unit: UnitFacts): readonly Command[] {
  const environment = environmentOf(host, unit);
  const { variables } = environment;
  const missed = missedOf(host, environment.unread);
  const unset = missed.length > 0 ? UNKNOWN : '';
  const valueOf = (name: string): string => variables.get(name)?.value ?? unset;
  return unit.commands.map((command) => {
    let usesVariables = false;
    const saidBy = (name: string | undefined, value: string): Cited<string> => ({
      ...((name === undefined ? undefined : variables.get(name)) ?? command),
      value,
    });
    const each = command.value.flatMap((word) => {
      const alone = /^\$([A-Za-z_]\w*)$/.exec(word)?.[1];
      const within = /\$\{([A-Za-z_]\w*)\}/.exec(word)?.[1];
      usesVariables ||= alone !== undefined || within !== undefined;
      if (alone !== undefined) return splitWords(valueOf(alone)).map((value) => saidBy(alone, value));
      return [
        saidBy(
          within,
          specified(word).replace(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => valueOf(name)),
        ),
      ];
    });
    const words = each.map(({ value }) => value);
    return { words: { ...command, value: words }, each, unread: usesVariables ? missed : [] };
  });
}

/** Splits words as units do: blanks outside quotes, quotes removed, a backslash keeps the next character. */
export function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '\\' && quote !== "'" && i + 1 < text.length) word = (word ?? '') + (text[++i] as string);
    else if (quote !== '') {
      if (char === quote) quote = '';
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}
