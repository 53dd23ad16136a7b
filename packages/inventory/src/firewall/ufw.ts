import type { EnvironmentLine, FilePlace, FirewallFacts } from '@halint/model';
import { readEnvironment } from '../network/environment.ts';
import type { FactNote } from '../network/source.ts';
import { chainsOf, emptyTables, restore, restoreLine, type Tables } from './iptables-restore.ts';

/** Read in this order by ufw-init: a variable of the second wins. */
const SETTINGS = ['/etc/default/ufw', '/etc/ufw/ufw.conf'] as const;

/** Where the rules of `ufw allow` stand; ufw before 0.34 kept them in /lib/ufw. */
const USER_FOLDERS = ['/etc/ufw', '/lib/ufw'] as const;

/** Is this a file of ufw? */
export function isUfwFile(path: string): boolean {
  return (
    (SETTINGS as readonly string[]).includes(path) ||
    /^\/(?:etc\/ufw\/(?:before|after|user)|lib\/ufw\/user)6?\.rules$/.test(path)
  );
}

type Files = ReadonlyMap<string, string>;

/** A variable of the settings and its line. */
interface Setting {
  readonly value: string;
  readonly at: FilePlace;
}

/**
 * The packet filter that ufw-init sets up at boot, one for each family (ufw-framework(8); measured with ufw 0.36.2). Empty when ufw is not
 * enabled. before.init and after.init, which the package brings without the right to be run, are not followed.
 * @param notes takes lines for which iptables-restore loads nothing.
 */
export function readUfw(files: Files, notes: FactNote[] = []): readonly FirewallFacts[] {
  if (![...files.keys()].some((path) => isUfwFile(path) && path !== SETTINGS[0])) return [];
  const settings = settingsOf(files);
  const enabled = settings.get('ENABLED');
  const missing = SETTINGS.filter((path) => !files.has(path));
  if (!isYes(enabled) && files.has(SETTINGS[1])) return [];
  const [, main] = SETTINGS;
  const at = enabled?.at ?? { path: [...files.keys()].find(isUfwFile) ?? main, line: 1 };
  if (missing.length > 0) {
    const unknown = missing.map((path) => ({ ...at, what: missed(path) }));
    return [{ service: 'ufw', unit: 'ufw.service', chains: [], unknown }];
  }
  return (['ipv4', 'ipv6'] as const).map((family) => {
    const tables = emptyTables(family, `ufw of ${family}`);
    if (family === 'ipv6' && !isYes(settings.get('IPV6'))) withoutIpv6(tables, settings.get('IPV6')?.at ?? at);
    else start({ files, settings, tables, notes, at });
    return { service: 'ufw', unit: 'ufw.service', family, chains: chainsOf(tables), unknown: tables.unknown };
  });
}

function settingsOf(files: Files): ReadonlyMap<string, Setting> {
  const lines = SETTINGS.flatMap((path) =>
    readEnvironment(files.get(path) ?? '').map((each): [EnvironmentLine, string] => [each, path]),
  );
  return new Map(lines.map(([{ name, value, line }, path]) => [name, { value, at: { path, line } }]));
}

function isYes(setting: Setting | undefined): boolean {
  return setting?.value === 'yes' || setting?.value === 'YES';
}

function missed(path: string): string {
  return `${path}, which is not among the files of the host`;
}

/** IPV6=no: nothing but loopback, in or out. */
function withoutIpv6(tables: Tables, at: FilePlace): void {
  for (const chain of ['INPUT', 'FORWARD', 'OUTPUT']) restoreLine(tables, `:${chain} DROP`, at);
  restoreLine(tables, '-A INPUT -i lo -j ACCEPT', at);
  restoreLine(tables, '-A OUTPUT -o lo -j ACCEPT', at);
}

interface Starting {
  readonly files: Files;
  readonly settings: ReadonlyMap<string, Setting>;
  readonly tables: Tables;
  readonly notes: FactNote[];
  /** The line that enables ufw. */
  readonly at: FilePlace;
}

/** Parts of the chains that INPUT, OUTPUT and FORWARD jump to, in this order. */
const PRIMARY = ['before-logging', 'before', 'after', 'after-logging', 'reject', 'track'];
const WAYS = ['input', 'output', 'forward'];

/**
 * ufw-init: its own chains, the files before, after and user, the jump to the user's rules behind all of before.rules, and the policies last.
 * Each file is restored with -n.
 */
function start({ files, settings, tables, notes, at }: Starting): void {
  const six = tables.family === 'ipv6' ? '6' : '';
  const chain = (part: string, way: string): string => `ufw${six}-${part}-${way}`;
  const policies = WAYS.map((way) => ({ way, ...policyOf(settings, way, tables, at) }));
  for (const { way, value, at: place } of policies) {
    for (const part of [...PRIMARY, 'skip-to-policy', 'user', 'user-logging'])
      restoreLine(tables, `-N ${chain(part, way)}`, place);
    for (const part of PRIMARY) restoreLine(tables, `-A ${way.toUpperCase()} -j ${chain(part, way)}`, place);
    restoreLine(tables, `-A ${chain('skip-to-policy', way)} -j ${value}`, place);
    if (value === 'REJECT') restoreLine(tables, `-A ${chain('reject', way)} -j REJECT`, place);
    // Tracks, and accepts, new connections of TCP and UDP where the policy lets them through anyway.
    if (value === 'ACCEPT')
      for (const protocol of ['tcp', 'udp'])
        restoreLine(tables, `-A ${chain('track', way)} -p ${protocol} -m conntrack --ctstate NEW -j ACCEPT`, place);
  }
  for (const name of ['logging-deny', 'logging-allow', 'user-limit', 'user-limit-accept'])
    restoreLine(tables, `-N ufw${six}-${name}`, at);
  for (const [part, folders] of [
    ['before', ['/etc/ufw']],
    ['after', ['/etc/ufw']],
    ['user', USER_FOLDERS],
  ] as const) {
    const name = `${part}${six}.rules`;
    const path = folders.map((folder) => `${folder}/${name}`).find((each) => files.has(each));
    if (path === undefined) tables.unknown.push({ ...at, what: missed(`/etc/ufw/${name}`) });
    else restore(tables, path, files.get(path) ?? '', { keeps: true, notes });
  }
  for (const { way, value, at: place } of policies) {
    restoreLine(tables, `-A ${chain('before', way)} -j ${chain('user', way)}`, place);
    restoreLine(tables, `:${way.toUpperCase()} ${value === 'ACCEPT' ? 'ACCEPT' : 'DROP'}`, place);
  }
}

/** ACCEPT, DROP or REJECT; without one of them ufw-init loads no policy. */
function policyOf(settings: ReadonlyMap<string, Setting>, way: string, tables: Tables, at: FilePlace): Setting {
  const name = `DEFAULT_${way.toUpperCase()}_POLICY`;
  const set = settings.get(name);
  if (set !== undefined && /^(?:ACCEPT|DROP|REJECT)$/.test(set.value)) return set;
  tables.unknown.push({ ...(set?.at ?? at), what: `${name} is none of ACCEPT, DROP and REJECT` });
  return { value: 'ACCEPT', at: set?.at ?? at };
}
