import { compareVersions, inVersions, rangeOf, type LowerContext, type Place, type SourceFile } from '@halint/core';
import { numericHost, unknownOfZone } from '../addresses.ts';
import { readMatch } from '../check/match.ts';
import { listenTarget } from '../check/values/address.ts';
import { readCommand } from '../command/options.ts';
import { refusedOptions } from '../command/refused.ts';
import { mayStandInMatch, rowOf } from '../keywords.ts';
import { isTemplateLine, lineOf } from '../line.ts';
import { placeOf, readConfiguration, type Connection } from '../reading.ts';
import { OPTIONS } from './options.ts';
import { hasHome } from './spelling.ts';
import { State } from './state.ts';
import { take } from './take.ts';
import { Unsure } from './unsure.ts';

/** A line of `sshd -T` of the target and where it comes from; without a place it is a default. */
export interface EffectiveOption {
  /** As the target prints it: in small letters before 10.4. */
  readonly name: string;
  readonly values: readonly string[];
  readonly at?: Place;
  /** What would tell whether it is so: files that were not read, lines with placeholders. None where all is known. */
  readonly missing?: readonly string[];
}

export interface Effective {
  readonly options: readonly EffectiveOption[];
  /** What only the host knows, or was not said of the connection, and how it was taken. */
  readonly doubts: readonly string[];
}

/**
 * The configuration that sshd of the target works with, for a connection or, without one, for nobody in particular: what `sshd -T` prints, in its
 * order and spelling. Lines that sshd refuses are passed over.
 */
export function effective(files: readonly SourceFile[], context: LowerContext, connection: Connection = {}): Effective {
  const { openssh } = context.targets;
  const unsure = new Unsure();
  for (const piece of unknownOfCommand(context)) unsure.any(piece);
  const doubts = new Set<string>();
  const state = readInto(files, context, undefined, { unsure, doubts });
  for (const key of CLEARED) clear(state, key, openssh);
  const changes = readInto(files, context, connection, { unsure, doubts });
  state.merge(changes, (key) => isCopied(key, openssh));
  for (const key of CLEARED_AGAIN) clear(state, key, openssh);
  const camel = compareVersions(openssh, '10.4') >= 0;
  const options = OPTIONS.filter(({ since, until }) => inVersions(openssh, since, until)).flatMap(({ name, print }) =>
    print(state, openssh).map((printed): EffectiveOption => {
      const missing = unsure.of(name);
      const spelledName = camel ? spelled(name) : name.toLowerCase();
      return { ...printed, name: spelledName, ...(missing.length === 0 ? {} : { missing }) };
    }),
  );
  return {
    options,
    doubts: [
      ...namesOf(state),
      ...options.flatMap(homesOf),
      ...commandDoubts(files, context),
      ...doubts,
      ...doubtsOf(files, context, connection),
    ],
  };
}

/** What would tell the rest of the command line, which comes before all files. */
function unknownOfCommand({ command }: LowerContext): readonly string[] {
  if (command === undefined) return [];
  if (command.unread.length > 0) return command.unread;
  return readCommand(command).isUnsure ? [`the command line of ${command.unit}`] : [];
}

/** What is not known of the command line, and what of it keeps sshd from starting. */
function commandDoubts(files: readonly SourceFile[], context: LowerContext): readonly string[] {
  const { command } = context;
  if (command === undefined) return [];
  const { unit, unread } = command;
  const refused = refusedOptions(files, context).map(
    ({ option, message }) => `sshd does not start with ${option} of ${unit}: ${message}`,
  );
  if (unread.length > 0)
    return [...refused, `${unit} may start sshd with more options: ${unread.join(', ')} is not at hand`];
  if (!readCommand(command).isUnsure) return refused;
  return [...refused, `${unit} starts sshd with options that only the host knows: they are passed over here`];
}

function namesOf(state: State): readonly string[] {
  return state.all('listenaddress').flatMap(({ values: [value = ''] }) => {
    const host = listenTarget(value)?.host ?? '';
    const literal = numericHost(host);
    const unknown = literal && unknownOfZone(literal);
    if (unknown !== undefined) return [`ListenAddress ${value}: sshd -T prints ${unknown}, which only the host knows`];
    if (host === '*' || literal !== undefined) return [];
    return [`ListenAddress ${value}: the addresses of ${host} are the host's affair, its name stands for them`];
  });
}

function homesOf({ name, values }: EffectiveOption): readonly string[] {
  if (!hasHome(name)) return [];
  return values.flatMap((value) => {
    const user = /^~([^/]+)/.exec(value)?.[1];
    return user === undefined ? [] : [`${name} ${value}: the home of ${user} is the host's affair`];
  });
}

/** Criteria that cannot be decided; each is told once. */
function doubtsOf(files: readonly SourceFile[], context: LowerContext, connection: Connection): readonly string[] {
  const doubts = new Set<string>();
  readConfiguration(files, context, connection, {
    option: () => undefined,
    match(block, file) {
      if (isTemplateLine(block.head, file)) {
        const place = shownPlace(placeOf(file, block.head.span, context.host));
        doubts.add(`${place}: Match has a placeholder of a template: for whom its block holds is not known`);
      }
      const reading = readMatch(block, context.targets);
      for (const { name, value } of 'problem' in reading ? [] : reading.conditions) {
        if (name === 'group' && connection.user !== undefined && connection.groups === undefined)
          doubts.add(`Match Group ${value}: the groups of ${connection.user} are not known, it is taken to be in none`);
        if (name === 'localport' && connection.lport === undefined)
          doubts.add(`Match LocalPort ${value}: no lport is given, it is taken not to match; sshd -T refuses to go on`);
      }
    },
  });
  return [...doubts];
}

/** Options that `none` in any case takes back to nothing, when the first reading is done; what a block says of them is printed as it is written. */
const CLEARED = [
  ...['authorizedkeysfile', 'authorizedprincipalsfile', 'banner', 'channeltimeout', 'chrootdirectory', 'forcecommand'],
  ...['hostkeyagent', 'persourcepenaltyexemptlist', 'pidfile', 'revokedkeys', 'securitykeyprovider'],
  ...['trustedusercakeys', 'xauthlocation'],
];
const CLEARED_AGAIN = ['chrootdirectory', 'forcecommand'];
/** Lists that are not printed when they are empty, by the versions that empty them for `none`: before, it is the name of a file. */
const LISTS: Record<string, { readonly since?: string; readonly until?: string }> = {
  authorizedkeysfile: { since: '10.3' },
  channeltimeout: { until: '9.3' },
  revokedkeys: { since: '10.3' },
};

function clear(state: State, key: string, openssh: string): void {
  const held = state.one(key);
  if (held?.values.length !== 1 || held.values[0]?.toLowerCase() !== 'none') return;
  const list = LISTS[key];
  if (list !== undefined && inVersions(openssh, list.since, list.until)) state.last(key, { ...held, values: [] });
  else if (key !== 'authorizedkeysfile') state.last(key, { ...held, values: ['none'] });
}

const spelled = (name: string): string => (name === 'MACs' ? 'Macs' : name);

/** The file and line, for people. */
function shownPlace(place: Place): string {
  return `${place.file.display}:${rangeOf(place).start.line}`;
}

function readInto(
  files: readonly SourceFile[],
  context: LowerContext,
  connection: Connection | undefined,
  { unsure, doubts }: { readonly unsure: Unsure; readonly doubts: Set<string> },
): State {
  const state = new State(context.targets.services);
  readConfiguration(files, context, connection, {
    option(option, file, active) {
      if (!active) return;
      if (isTemplateLine(option, file)) {
        const place = shownPlace(placeOf(file, option.span, context.host));
        const row = rowOf(option.keyword.value);
        if (row === undefined) unsure.any(place);
        else unsure.value((row.instead ?? row.word).toLowerCase(), place);
        const what = row === undefined ? 'what it sets' : `its value of ${row.word}`;
        doubts.add(`${place} has a placeholder of a template: ${what} is not known`);
        return;
      }
      const line = lineOf(option, file, context);
      if (line === undefined) return;
      take(line, state);
      unsure.took(line, state);
    },
    missed(path, active) {
      if (!active) return;
      unsure.any(path);
      doubts.add(`${path} is included and not at hand: what it sets is not known`);
    },
  });
  return state;
}

/** What the second reading changes (copy_set_server_options()): options that may stand in a `Match` block. */
function isCopied(key: string, openssh: string): boolean {
  const row = rowOf(key.split('.')[0] ?? key);
  if (row === undefined || !mayStandInMatch(row, openssh)) return false;
  // 10.5 forgot this one.
  return row.word !== 'PAMServiceName' || !inVersions(openssh, '10.5', '10.6');
}
