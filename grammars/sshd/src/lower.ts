import {
  cited,
  defaulted,
  parseInetAton,
  parseIp,
  parseZoned,
  type Cited,
  type CommandLine,
  type LowerContext,
  type Place,
  type SourceFile,
} from '@halint/core';
import type { ListenAddress, SshdFacts } from '@halint/model';
import { numericHost } from './addresses.ts';
import type { MatchBlock, Option } from './ast.ts';
import { argumentsOf, type Argument } from './check/lexical.ts';
import { readPort } from './check/numbers.ts';
import { readCommand } from './command/options.ts';
import { refusedOptions } from './command/refused.ts';
import { rowOf } from './keywords.ts';
import { placeOf, readConfiguration } from './reading.ts';
import { withoutSeams } from './tokens.ts';

const DEFAULT_PORT = 22;

interface Gathering {
  readonly context: LowerContext;
  readonly ports: Cited<number>[];
  readonly listenAddresses: ListenAddress[];
  readonly values: Map<string, Cited<string>>;
  readonly matches: { readonly criteria: string; readonly at: Place }[];
}

/** The global configuration of one host: the first value wins, in the order in which sshd reads its command line and the files. */
export function lower(files: readonly SourceFile[], context: LowerContext): SshdFacts {
  const facts = gather(files, context);
  const { command } = context;
  const missing = command === undefined ? undefined : missingOf(command);
  if (command === undefined || (command.words.length === 0 && missing === undefined)) return facts;
  const refused = refusedOptions(files, context);
  const alone = gather(files, { ...context, command: undefined });
  const { unit, isPerConnection = false } = command;
  return { ...facts, command: { unit, isPerConnection, refused, missing, files: alone } };
}

/** Red Hat's file of algorithms, which sets -oCiphers and its like: what it may add is nothing that listens. */
const CRYPTO_POLICY = '/etc/crypto-policies/';

/** What would tell the rest of a command line. */
function missingOf(command: CommandLine): string | undefined {
  const unread = command.unread.filter((path) => !path.startsWith(CRYPTO_POLICY));
  if (unread.length > 0) return unread.join(', ');
  return readCommand(command).isUnsure ? `what only the host puts into ${command.unit}` : undefined;
}

function gather(files: readonly SourceFile[], context: LowerContext): SshdFacts {
  const gathering: Gathering = { context, ports: [], listenAddresses: [], values: new Map(), matches: [] };
  readConfiguration(files, context, undefined, {
    option(option, file, active) {
      if (active) readOption(option, file, gathering);
    },
    match(block, file) {
      gathering.matches.push({ criteria: criteriaOf(block), at: placeOf(file, block.head.span, context.host) });
    },
  });
  const { ports, listenAddresses, values, matches } = gathering;
  const main = files[0];
  if (main === undefined) throw new RangeError('lower() needs at least one file');
  return {
    ports: ports.length > 0 ? ports : [defaulted(DEFAULT_PORT, 'sshd_config(5) Port', context.host)],
    addressFamily: familyOf(values.get('addressfamily'), context.host),
    listenAddresses,
    values,
    at: placeOf(main, { start: 0, end: 0 }, context.host),
    matches,
  };
}

function familyOf(value: Cited<string> | undefined, host: string): SshdFacts['addressFamily'] {
  const family = value?.value.toLowerCase();
  if (value?.at === undefined || (family !== 'inet' && family !== 'inet6')) {
    return value?.at === undefined ? defaulted('any', 'sshd_config(5) AddressFamily', host) : cited('any', value.at);
  }
  return cited(family, value.at);
}

function criteriaOf(block: MatchBlock): string {
  const words = block.criteria.map(({ name, value }) =>
    value === undefined ? name.value : `${name.value} ${value.value}`,
  );
  return words.join(' ');
}

function readOption(option: Option, file: SourceFile, into: Gathering): void {
  const { host, targets } = into.context;
  const section = file.document.sectionAt(option.span.start);
  const text = withoutSeams(
    section.text.slice(option.rest.span.start - section.start, option.rest.span.end - section.start),
  );
  const args = argumentsOf(option, text, targets.openssh);
  const row = rowOf(option.keyword.value);
  if (row === undefined || text === '') return;
  const at = placeOf(file, option.span, host);
  if (row.word === 'Port') return readPorts(args[0], at, into);
  if (row.word === 'ListenAddress') return readAddress(args[0], at, into);
  const key = (row.instead ?? row.word).toLowerCase();
  const raw = row.argument.kind === 'rest' || row.argument.kind === 'command';
  const value = raw ? text : args.map((word) => word.value).join(' ');
  const known = into.values.get(key);
  if (known === undefined || row.last === true) into.values.set(key, cited(value, at));
  else if (row.adds === true && known.at !== undefined)
    into.values.set(key, cited(`${known.value} ${value}`, known.at));
}

function readPorts(argument: Argument | undefined, at: Place, into: Gathering): void {
  const port = argument === undefined ? undefined : readPort(argument.value, into.context.targets.services);
  if (port !== undefined && port > 0) into.ports.push(cited(port, at));
}

/** host, host:port, [IPv6], [IPv6]:port; two colons without a bracket make a bare IPv6 address. Numbers are read as inet_aton() does. */
function readAddress(argument: Argument | undefined, at: Place, into: Gathering): void {
  if (argument === undefined) return;
  const { value } = argument;
  const bare = parseIp(value) ?? (parseZoned(value) === undefined ? undefined : { address: value });
  const written = bare === undefined ? /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/s.exec(value) : null;
  const host = bare?.address ?? written?.[1] ?? written?.[2];
  if (host === undefined || host === '') return;
  const port = written?.[3] === undefined ? undefined : readPort(written[3], into.context.targets.services);
  const literal = (parseIp(host) ?? parseInetAton(host))?.address ?? numericHost(host)?.text;
  const address = cited(literal ?? host, at);
  into.listenAddresses.push(port === undefined ? { host: address } : { host: address, port: cited(port, at) });
}
