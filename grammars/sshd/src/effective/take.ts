import { compareVersions, inVersions } from '@halint/core';
import { readDuration, readInt, readSize, readTime, scanInts } from '../check/numbers.ts';
import type { Line } from '../line.ts';
import { classOf, pathOf, quoted, valuesOf } from './spelling.ts';
import type { State } from './state.ts';

type Take = (line: Line, into: State) => void;

const from = (openssh: string, version: string): boolean => compareVersions(openssh, version) >= 0;

/** What a line that counts changes (process_server_config_line_depth() of the target). */
export function take(line: Line, into: State): void {
  (TAKES[line.key] ?? firstOf)(line, into);
}

const firstOf: Take = (line, into) => into.first(line.key, { values: valuesOf(line), at: line.at });
const lastOf: Take = (line, into) => into.last(line.key, { values: valuesOf(line), at: line.at });

/** Every word of every line is one more. */
const eachWord: Take = ({ key, args, at }, into) => {
  for (const arg of args) into.add(key, { values: [arg], at });
};

/** `none` leaves a hole in the list, which is printed like this. */
const eachPath: Take = ({ key, args: [arg = ''], at }, into) => {
  const path = pathOf(arg);
  into.add(key, { values: [path === 'none' ? '(null)' : path], at });
};

const numbersOf = (text: string, most: 2 | 3): readonly string[] => (scanInts(text, most) ?? []).map(String);

/** The first line counts, with the first of equal names. */
const setEnv: Take = ({ key, args, at }, into) => {
  if (into.all(key).length > 0) return;
  const names = new Set<string>();
  for (const arg of args) {
    const name = arg.slice(0, arg.indexOf('='));
    if (names.has(name)) continue;
    names.add(name);
    into.add(key, { values: [arg], at });
  }
};

const subsystem: Take = ({ key, args: [name = '', ...command], at, openssh }, into) => {
  if (into.all(key).some((held) => held.values[0] === name)) return;
  if (!from(openssh, '9.5')) return into.add(key, { values: [name, command.join(' ')], at });
  const [program = '', ...rest] = command.map(quoted);
  const more = rest.join(' ');
  into.add(key, { values: [name, more === '' ? program : `${program} ${more}`], at });
};

/** start[:rate:full]; the last line wins before 10.1, and one without a rate leaves the rate of the one before. */
const maxStartups: Take = ({ key, args: [arg = ''], at, openssh }, into) => {
  const [start = '', rate, full] = numbersOf(arg, 3);
  if (from(openssh, '10.1')) return into.first(key, { values: [start, rate ?? '30', full ?? start], at });
  into.last(key, { values: [start, rate ?? into.one(key)?.values[1] ?? '30', full ?? start], at });
};

/** Before 10.1 the last line wins, and what it does not say of IPv6 is whatever stood in memory: 0 in Debian's builds. */
const netBlockSize: Take = ({ key, args: [arg = ''], at, openssh }, into) => {
  const [v4 = '', v6] = numbersOf(arg, 2);
  if (from(openssh, '10.1')) into.first(key, { values: [v4, v6 ?? '128'], at });
  else into.last(key, { values: [v4, v6 ?? '0'], at });
};

const ipQos: Take = ({ key, args: [interactive = '', bulk = interactive], at, openssh }, into) => {
  const held = { values: [classOf(interactive, openssh), classOf(bulk, openssh)], at };
  if (from(openssh, '10.3')) into.first(key, held);
  else into.last(key, held);
};

/** Size and time are two values: the first line that has one wins. */
const rekeyLimit: Take = ({ key, args: [size = '', time], at, openssh }, into) => {
  into.first(key, { values: [String(size === 'default' ? 0 : (readSize(size, openssh) ?? 0))], at });
  if (time === undefined || time === 'none') return;
  into.first(`${key}.time`, { values: [String(Math.floor(readTime(time, openssh) ?? 0))], at });
};

/** Each name is a value of its own; naming one switches penalties on, whatever `no` said. */
const penalties: Take = ({ key, args, at, openssh }, into) => {
  for (const arg of args) {
    const colon = arg.indexOf(':');
    if (colon < 0) {
      into.first(key, { values: [arg.toLowerCase()], at });
      continue;
    }
    const [name, given] = [arg.slice(0, colon), arg.slice(colon + 1)];
    if (into.one(`${key}.${name}`) !== undefined) continue;
    const value = name.startsWith('overflow')
      ? given
      : name.startsWith('max-sources')
        ? String(readInt(given) ?? 0)
        : String(readDuration(given, openssh) ?? 0);
    into.first(`${key}.${name}`, { values: [value], at });
    into.last(key, { values: ['yes'], at: into.one(key)?.values[0] === 'yes' ? (into.one(key)?.at ?? at) : at });
  }
};

/** `none` sets the value anew, a time does not. */
const unusedTimeout: Take = (line, into) => (/^none$/i.test(line.args[0] ?? '') ? lastOf : firstOf)(line, into);

/** Flags add up in a line; of equal limits the last counts, and a line without a limit has none. */
const pubkeyAuthOptions: Take = ({ key, args, at }, into) => {
  const given = new Set(args.map((arg) => arg.toLowerCase()));
  const flags = ['touch-required', 'verify-required'].filter((flag) => given.has(flag));
  const most = args.map((arg) => /^max-pk-ok:(.*)$/is.exec(arg)?.[1]).findLast((each) => each !== undefined);
  const limit = most === undefined ? [] : [`max-pk-ok:${readInt(most) ?? 0}`];
  into.first(key, { values: [...(flags.length === 0 ? ['none'] : flags), ...limit], at });
};

/** yes and no in small letters, anything else is a pattern. */
const permitUserEnvironment: Take = ({ key, args, at }, into) => into.first(key, { values: args.slice(0, 1), at });

/** From 8.7 to 9.3 it counted where no AuthorizedKeysCommand stood above, the last line first (servconf.c parse_command). */
const principalsCommand: Take = (line, into) => {
  if (!inVersions(line.openssh, '8.7', '9.4')) return firstOf(line, into);
  if (into.one('authorizedkeyscommand') === undefined) lastOf(line, into);
};

const TAKES: Record<string, Take> = {
  acceptenv: eachWord,
  allowgroups: eachWord,
  allowusers: eachWord,
  authorizedprincipalscommand: principalsCommand,
  denygroups: eachWord,
  denyusers: eachWord,
  fingerprinthash: lastOf,
  hostcertificate: eachPath,
  hostdsakey: eachPath,
  hostkey: eachPath,
  ipqos: ipQos,
  // The words behind the address are those of an empty routing domain: any other is refused.
  listenaddress: ({ key, args, at }, into) => into.add(key, { values: args, at }),
  maxstartups: maxStartups,
  permituserenvironment: permitUserEnvironment,
  persourcemaxstartups: (line, into) => (from(line.openssh, '9.5') ? firstOf : lastOf)(line, into),
  persourcenetblocksize: netBlockSize,
  persourcepenalties: penalties,
  port: (line, into) => into.add(line.key, { values: valuesOf(line), at: line.at }),
  pubkeyauthoptions: pubkeyAuthOptions,
  rekeylimit: rekeyLimit,
  setenv: setEnv,
  streamlocalbindmask: (line, into) => (from(line.openssh, '10.6') ? firstOf : lastOf)(line, into),
  subsystem,
  unusedconnectiontimeout: unusedTimeout,
};
