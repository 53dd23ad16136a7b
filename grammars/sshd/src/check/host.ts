import {
  compareVersions,
  inVersions,
  type HostFinding,
  type LowerContext,
  type Place,
  type SourceFile,
} from '@halint/core';
import { numericHost } from '../addresses.ts';
import type { MatchBlock, Option } from '../ast.ts';
import { isKnown, mayStandInMatch, rowOf } from '../keywords.ts';
import { isTemplateLine, lineOf, type Line } from '../line.ts';
import { placeOf, readConfiguration } from '../reading.ts';
import { assembled, isAlgorithmKind } from './algorithms.ts';
import { governsAll } from './match.ts';
import { listenTarget } from './values/address.ts';

const REFUSED = { severity: 'error', rejects: true, daemon: 'error' } as const;

/** Ports that sshd has room for (MAX_PORTS). */
const MAX_PORTS = 256;
/** Subsystems that sshd had room for until 9.4 (MAX_SUBSYSTEMS). */
const MAX_SUBSYSTEMS = 256;

/**
 * What only the order of the files shows: options that an include puts into a `Match` block, values that do not go together. It is what `sshd -t` says
 * of the files, and so without what the unit of a host puts on the command line.
 */
export function checkHost(files: readonly SourceFile[], context: LowerContext): readonly HostFinding[] {
  return checkTogether(files, { ...context, command: undefined });
}

/** The same with the command line, if the context has one. */
export function checkTogether(files: readonly SourceFile[], context: LowerContext): readonly HostFinding[] {
  const findings: HostFinding[] = [];
  const lines: Line[] = [];
  const misplaced = new Set<Option>();
  const methods: Methods[] = [];
  readConfiguration(files, context, undefined, {
    option(option, file, active) {
      if (/^authenticationmethods$/i.test(option.keyword.value) && !isTemplateLine(option, file)) {
        const line = lineOf(option, file, context);
        if (line !== undefined) methods.push({ line, active });
      }
      if (!active) {
        // A file that is included twice says it once.
        if (misplaced.has(option) || !isMisplaced(option, file, context)) return;
        misplaced.add(option);
        findings.push(misplacedOption(option, file, context.host));
        return;
      }
      const line = isTemplateLine(option, file) ? undefined : lineOf(option, file, context);
      if (line !== undefined) lines.push(line);
    },
    tooDeep(include, file) {
      findings.push({
        rule: 'sshd/include-depth',
        ...REFUSED,
        at: placeOf(file, include.span, context.host),
        message: 'sshd gives up here: files include one another more than 16 deep',
        help: 'A file that includes itself, or is matched by its own glob, never ends.',
      });
    },
  });
  return [
    ...findings,
    ...excludedAddresses(lines),
    ...emptyAlgorithmLists(lines),
    ...doubleSubsystems(lines, context.targets.openssh),
    ...tooManySubsystems(lines, context.targets.openssh),
    ...tooManyPorts(lines),
    ...commandsWithoutUser(lines),
    ...disabledMethods(lines),
    ...anyAfterOthers(methods, context.targets.openssh),
  ];
}

/**
 * An option that stands where every connection is meant by its own file, and in a block because of the file that includes it. What its own file
 * puts into a block, the check of that section tells.
 */
function isMisplaced(option: Option, file: SourceFile, { targets }: LowerContext): boolean {
  const { openssh } = targets;
  const { section } = placeOf(file, option.span, '');
  const { match } = section.unit as { readonly match: MatchBlock | undefined };
  if (match !== undefined && !governsAll(match, openssh)) return false;
  const row = rowOf(option.keyword.value);
  if (row === undefined || !isKnown(row, targets) || mayStandInMatch(row, openssh)) return false;
  return option.rest.span.end > option.rest.span.start && !isTemplateLine(option, file);
}

function misplacedOption(option: Option, file: SourceFile, host: string): HostFinding {
  const word = rowOf(option.keyword.value)?.word ?? option.keyword.value;
  return {
    rule: 'sshd/option-not-allowed-in-match',
    ...REFUSED,
    at: placeOf(file, option.keyword.span, host),
    message: `${word} may not stand in a Match block, and this file is included by one`,
    help: 'A Match block ends at the next Match or at the end of the file that it stands in: move the Include above the first Match.',
  };
}

const named = (lines: readonly Line[], key: string): readonly Line[] => lines.filter((line) => line.key === key);

/** sshd resolves the addresses for one family only, and a literal of the other one does not resolve; ::ffff:10.0.0.1 does for IPv4. */
function excludedAddresses(lines: readonly Line[]): readonly HostFinding[] {
  const [setting] = named(lines, 'addressfamily');
  const value = setting?.args[0]?.toLowerCase();
  const family = value === 'inet' ? 'ipv4' : value === 'inet6' ? 'ipv6' : undefined;
  if (setting === undefined || family === undefined) return [];
  return named(lines, 'listenaddress').flatMap(({ args: [address = ''], argumentAt }): readonly HostFinding[] => {
    const literal = numericHost(listenTarget(address)?.host ?? '');
    if (literal === undefined || literal.family === family) return [];
    if (family === 'ipv4' && literal.mapped !== undefined) return [];
    return [
      {
        rule: 'sshd/addressfamily-excludes-listenaddress',
        ...REFUSED,
        at: argumentAt(0),
        message: `AddressFamily ${value} excludes ListenAddress ${address}: sshd does not start`,
        related: [{ at: setting.at, message: 'the family is set here' }],
      },
    ];
  });
}

/** sshd puts the lists together when all is read: those that count, which for a block is known when somebody connects. */
function emptyAlgorithmLists(lines: readonly Line[]): readonly HostFinding[] {
  const seen = new Set<string>();
  return lines.flatMap((line): readonly HostFinding[] => {
    const { kind } = line.row.argument;
    if (!isAlgorithmKind(kind) || kind === 'gss-kex' || seen.has(line.key)) return [];
    seen.add(line.key);
    const [list] = line.args;
    if (list === undefined || assembled(kind, list, line.openssh) !== undefined) return [];
    const message = `${line.row.word}: nothing is left of \`${list}\``;
    return [{ rule: 'sshd/bad-value', ...REFUSED, at: line.argumentAt(0), message }];
  });
}

/** Until 9.5 a second definition was fatal; since then the first one counts. */
function doubleSubsystems(lines: readonly Line[], openssh: string): readonly HostFinding[] {
  if (compareVersions(openssh, '9.5') >= 0) return [];
  const first = new Map<string, Place>();
  return named(lines, 'subsystem').flatMap(({ args: [name = ''], at }): readonly HostFinding[] => {
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, at);
      return [];
    }
    const related = [{ at: before, message: 'defined here first' }];
    return [
      { rule: 'sshd/duplicate-subsystem', ...REFUSED, at, message: `subsystem ${name} is defined twice`, related },
    ];
  });
}

function tooManySubsystems(lines: readonly Line[], openssh: string): readonly HostFinding[] {
  const over = named(lines, 'subsystem')[MAX_SUBSYSTEMS];
  if (over === undefined || compareVersions(openssh, '9.5') >= 0) return [];
  const message = `OpenSSH ${openssh} has room for ${MAX_SUBSYSTEMS} Subsystem lines`;
  return [{ rule: 'sshd/too-many-subsystems', ...REFUSED, at: over.at, message }];
}

function tooManyPorts(lines: readonly Line[]): readonly HostFinding[] {
  const over = named(lines, 'port')[MAX_PORTS];
  if (over === undefined) return [];
  return [
    { rule: 'sshd/too-many-ports', ...REFUSED, at: over.at, message: `sshd has room for ${MAX_PORTS} Port lines` },
  ];
}

/** The program that looks keys up must not run as root by accident: without a user sshd does not start. */
function commandsWithoutUser(lines: readonly Line[]): readonly HostFinding[] {
  return ['AuthorizedKeysCommand', 'AuthorizedPrincipalsCommand'].flatMap((word): readonly HostFinding[] => {
    const command = commandThatCounts(lines, word);
    if (command === undefined || /^none$/i.test(command.text)) return [];
    if (named(lines, `${word.toLowerCase()}user`).length > 0) return [];
    return [
      {
        rule: 'sshd/command-without-user',
        ...REFUSED,
        at: command.at,
        message: `${word} is set and ${word}User is not: sshd does not start`,
        help: `Set ${word}User to the user that the program runs as; the one of a Match block does not count.`,
      },
    ];
  });
}

/** The first line; from 8.7 to 9.3 the last AuthorizedPrincipalsCommand above every AuthorizedKeysCommand (servconf.c parse_command). */
function commandThatCounts(lines: readonly Line[], word: string): Line | undefined {
  const commands = named(lines, word.toLowerCase());
  const [first] = commands;
  if (first === undefined || word !== 'AuthorizedPrincipalsCommand' || !inVersions(first.openssh, '8.7', '9.4'))
    return first;
  const end = lines.findIndex(({ key }) => key === 'authorizedkeyscommand');
  return commands.findLast((line) => end < 0 || lines.indexOf(line) < end);
}

interface Methods {
  readonly line: Line;
  readonly active: boolean;
}

/**
 * Before 9.7 `any` was compared with the lists kept from the lines above, whether or not its own line counts (servconf.c, sAuthenticationMethods);
 * since 9.7 with its own line alone.
 */
function anyAfterOthers(methods: readonly Methods[], openssh: string): readonly HostFinding[] {
  if (compareVersions(openssh, '9.7') >= 0) return [];
  const first = methods.findIndex(({ active }) => active);
  const kept = methods[first];
  const said = first < 0 ? undefined : methods.slice(first + 1).find(({ line }) => line.args[0] === 'any');
  if (kept === undefined || said === undefined) return [];
  return [
    {
      rule: 'sshd/bad-value',
      ...REFUSED,
      at: said.line.at,
      message: `\`any\` after other AuthenticationMethods: OpenSSH ${openssh} does not start`,
      help: 'Until 9.6 `any` may only stand where no line above has set methods for everyone, not even in a Match block.',
      related: [{ at: kept.line.at, message: 'the methods are set here' }],
    },
  ];
}

/** The option that switches an authentication method on, and whether it is on by itself. */
const METHODS: Record<string, readonly [option: string, on: boolean]> = {
  publickey: ['PubkeyAuthentication', true],
  password: ['PasswordAuthentication', true],
  'keyboard-interactive': ['KbdInteractiveAuthentication', true],
  hostbased: ['HostbasedAuthentication', false],
  'gssapi-with-mic': ['GSSAPIAuthentication', false],
  'gssapi-keyex': ['GSSAPIAuthentication', false],
};

/**
 * AuthenticationMethods must have a list whose methods are all switched on, for those to whom no block applies. sshd tries the lists in turn, and
 * warns of each in front of the first that can succeed (auth2_methods_valid()).
 */
function disabledMethods(lines: readonly Line[]): readonly HostFinding[] {
  const [setting] = named(lines, 'authenticationmethods');
  if (setting === undefined || setting.args[0] === 'any') return [];
  const isOff = (method: string): boolean => {
    const [option, on] = METHODS[nameOf(method)] ?? ['', true];
    const value = named(lines, option.toLowerCase())[0]?.args[0]?.toLowerCase();
    return value === undefined ? !on : value === 'no';
  };
  const off = setting.args.map((list) => list.split(',').find(isOff));
  const good = off.indexOf(undefined);
  const [method = ''] = off;
  if (good >= 0) return off.slice(0, good).map((each = '', i) => listWithoutUse(setting, i, each));
  return [
    {
      rule: 'sshd/disabled-authentication-method',
      ...REFUSED,
      at: setting.at,
      message: `no list of AuthenticationMethods can succeed: ${method} is switched off`,
      help: `${optionOf(method)} must be yes, or another list be allowed: sshd does not start like this.`,
    },
  ];
}

const nameOf = (method: string): string => method.split(':')[0] ?? '';
const optionOf = (method: string): string => METHODS[nameOf(method)]?.[0] ?? '';

function listWithoutUse(setting: Line, index: number, method: string): HostFinding {
  return {
    rule: 'sshd/disabled-authentication-method',
    severity: 'warning',
    daemon: 'warning',
    at: setting.argumentAt(index),
    message: `nobody can log in by \`${setting.args[index] ?? ''}\`: ${nameOf(method)} is switched off`,
    help: `sshd passes over the list. Set ${optionOf(method)} to yes, or take the list out.`,
  };
}
