import { cited, definedOnly, type Cited, type LowerContext, type Place, type SourceFile } from '@halint/core';
import type { LogInput, RsyslogFacts } from '@halint/model';
import {
  stopsReading,
  type Directive,
  type RsyslogFile,
  type RsyslogObject,
  type RsyslogStatement,
  type RsyslogUnit,
} from './ast.ts';
import { includeOf, parameter } from './includes.ts';
import { forwardsOf, senderRulesOf } from './senders.ts';
import { stepsOf, type PlacedStatement } from './steps.ts';
import type { Document } from '@halint/core';

const MAIN_FILE = '/etc/rsyslog.conf';

interface Draft {
  readonly modules: Cited<string>[];
  readonly inputs: LogInput[];
  readonly unreadIncludes: Cited<string>[];
  /** Modules count from where they are loaded; without the main file it is not known which are. */
  readonly knowsModules: boolean;
  /** A broken statement above: rsyslogd reads nothing behind it. */
  stopped: boolean;
  /** `$UDPServerAddress` in force. */
  udpAddress: Cited<string> | undefined;
  /** The ruleset of the legacy inputs that follow (`$InputUDPServerBindRuleset`). */
  udpRuleset: Cited<string> | undefined;
}

/** Files that are read once more than they were already: includes that double from file to file must end some time. */
const MOST_AGAIN = 10_000;

/** What rsyslog of one host listens on and what it does with messages, from its main file on, includes in place. */
export function lower(files: readonly SourceFile[], context: LowerContext): RsyslogFacts {
  const hasMainFile = files.some(({ path }) => path === MAIN_FILE);
  const draft: Draft = {
    modules: [],
    inputs: [],
    unreadIncludes: [],
    knowsModules: hasMainFile,
    stopped: false,
    udpAddress: undefined,
    udpRuleset: undefined,
  };
  const statements: PlacedStatement[] = [];
  const open = new Set<SourceFile>();
  const known = new Set<SourceFile>();
  /** Files that include each other in a circle: nothing is learned from reading them again. */
  const circular = new Set<SourceFile>();
  let again = 0;
  const read = (file: SourceFile): void => {
    if (open.has(file)) {
      let isWithin = false;
      for (const each of open) {
        isWithin ||= each === file;
        if (isWithin) circular.add(each);
      }
      return;
    }
    if (known.has(file) && circular.has(file)) return;
    open.add(file);
    known.add(file);
    const document = file.document as Document<RsyslogFile, RsyslogUnit>;
    for (const statement of document.ast.statements) {
      if (draft.stopped) break;
      // It says an error and reads nothing behind it: for what stands above this is the end.
      if (statement.kind === 'unreadable' && stopsReading(statement)) {
        draft.stopped = true;
        break;
      }
      const place = placeOf(file, statement, context.host);
      const include = includeOf(document, statement, file.path);
      if (include !== undefined) {
        const found = context.included(file, include);
        again += found.filter((each) => known.has(each) && !circular.has(each)).length;
        if (found.length === 0 || again > MOST_AGAIN) draft.unreadIncludes.push(cited(include.pattern, place));
        else for (const each of found) read(each);
        continue;
      }
      statements.push({ statement, at: place });
      if (statement.kind === 'directive') readDirective(statement, place, draft);
      else if (statement.kind === 'object') readObject(statement, place, draft);
    }
    open.delete(file);
  };
  for (const file of files) read(file);
  const { modules, inputs, unreadIncludes } = draft;
  return {
    hasMainFile,
    modules,
    inputs,
    unreadIncludes,
    steps: stepsOf(statements),
    forwards: forwardsOf(statements),
    senderRules: senderRulesOf(statements),
  };
}

function readDirective({ name, value }: Directive, at: Place, draft: Draft): void {
  const written = value?.value.split(/\s+/)[0] ?? '';
  switch (name.value.toLowerCase()) {
    case '$modload':
      return load(written, at, draft);
    case '$addunixlistensocket':
      return pushSocket(written, at, draft);
    case '$udpserveraddress':
      draft.udpAddress = cited(written, at);
      return;
    case '$inputudpserverbindruleset':
      draft.udpRuleset = cited(written, at);
      return;
    case '$udpserverrun':
      return push('udp', { address: draft.udpAddress, ruleset: draft.udpRuleset, ports: [written], at }, draft);
    case '$inputtcpserverrun':
      return push('tcp', { ports: [written], at }, draft);
  }
}

function readObject(object: RsyslogObject, at: Place, draft: Draft): void {
  const name = object.name.value.toLowerCase();
  if (name === 'module') return load(parameter(object, 'load') ?? '', at, draft);
  if (name !== 'input') return;
  const kind = parameter(object, 'type')?.toLowerCase();
  const word = (parameterName: string): Cited<string> | undefined => {
    const value = parameter(object, parameterName);
    return value === undefined ? undefined : cited(value, at);
  };
  const ruleset = word('ruleset');
  const confined = word('device') !== undefined || word('namespace') !== undefined;
  const ports = object.parameters.find((each) => each.name.value.toLowerCase() === 'port')?.values ?? [];
  if (kind === 'imudp' || kind === 'imptcp' || kind === 'imtcp') {
    push(kind === 'imudp' ? 'udp' : 'tcp', { address: word('address'), ruleset, confined, ports, at }, draft);
  }
  const socket = parameter(object, 'socket');
  if (kind === 'imuxsock' && socket !== undefined) pushSocket(socket, at, draft, ruleset);
}

function isLoaded(names: readonly string[], draft: Draft): boolean {
  return !draft.knowsModules || draft.modules.some(({ value }) => names.includes(value));
}

function pushSocket(path: string, at: Place, draft: Draft, ruleset?: Cited<string>): void {
  if (path === '' || !isLoaded(['imuxsock'], draft)) return;
  const address = cited(path, at);
  draft.inputs.push({ kind: 'unix', address, ports: [], confined: false, at, ...definedOnly({ ruleset }) });
}

/** `imudp`, `imudp.so`, `/usr/lib/rsyslog/imudp.so` are one module. */
function load(written: string, at: Place, draft: Draft): void {
  const name = written.replace(/^.*\//, '').replace(/\.so$/, '');
  if (name !== '') draft.modules.push(cited(name, at));
}

interface WrittenInput {
  readonly address?: Cited<string> | undefined;
  readonly ruleset?: Cited<string> | undefined;
  readonly confined?: boolean;
  readonly ports: readonly string[];
  readonly at: Place;
}

function push(kind: 'udp' | 'tcp', written: WrittenInput, draft: Draft): void {
  const { address, ruleset, confined = false, at } = written;
  const any = address === undefined || address.value === '*' || address.value === '';
  const ports = written.ports.map(Number).filter((port) => Number.isInteger(port) && port > 0);
  // Without a port rsyslogd makes no socket ("parameter 'port' required but not specified").
  if (ports.length === 0 || !isLoaded(kind === 'udp' ? ['imudp'] : ['imtcp', 'imptcp'], draft)) return;
  draft.inputs.push({ kind, ...(any ? {} : { address }), ports, confined, at, ...definedOnly({ ruleset }) });
}

function placeOf(file: SourceFile, { span }: RsyslogStatement, host: string): Place {
  const section = file.document.sectionAt(span.start);
  return { host, file, section, start: span.start - section.start, end: span.end - section.start };
}
