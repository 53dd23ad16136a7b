import { append, type LowerContext, type SourceFile } from '@halint/core';
import { completeInstances } from './complete/instances.ts';
import { completeServers, sayInsecure } from './complete/servers.ts';
import { HANDLERS } from './handlers/index.ts';
import { keywordTree, PROCESSES, type Process } from './process/keyword-tree.ts';
import { Messages, type Message } from './process/messages.ts';
import { Run, type Taken } from './process/process.ts';
import { State } from './process/state.ts';
import type { LineFault } from './stream/fault.ts';
import { readLines, type Lines } from './stream/lines.ts';

/** What keepalived makes of the files of one host. */
export interface Judgement {
  /** Statements in the blocks that keepalived took them for, in the order of the files. */
  readonly statements: readonly Taken[];
  readonly messages: readonly Message[];
}

/**
 * Reads the files as `keepalived -t` of the target does (core/main.c validate_config): each of its processes reads all of them and
 * heeds its own blocks, then looks at the whole.
 */
export function judge(files: readonly SourceFile[], context: LowerContext): Judgement {
  const [root] = files;
  const known = root === undefined ? undefined : kept.get(root);
  const key = [
    context.host,
    context.hostName,
    context.hostNameAssumed === true,
    context.targets.keepalived,
    files.length,
  ].join(' ');
  if (known?.key === key && known.read.every(({ document, version }) => document.version === version))
    return known.judgement;
  const { judgement, read, hostNames } = judgeAnew(files, context);
  const sure =
    context.hostNameAssumed === true && hostNames.size > 0
      ? { ...judgement, messages: sureOf(judgement.messages, files, context, hostNames) }
      : judgement;
  if (root !== undefined) {
    kept.set(root, {
      key,
      read: read.map(({ document }) => ({ document, version: document.version })),
      judgement: sure,
    });
  }
  return sure;
}

/** Names tried for a host whose own is not known; a file for more hosts leaves some untried. */
const MOST_NAMES = 16;

/** Findings for a host of an unknown name: what does not hold for every name that conditions ask about, and for another, is an info. */
function sureOf(
  messages: readonly Message[],
  files: readonly SourceFile[],
  context: LowerContext,
  hostNames: ReadonlySet<string>,
): readonly Message[] {
  const keyOf = ({ at, rule }: Message): string => `${at.file.path}\0${at.section.start + at.start}\0${rule}`;
  // No name is a blank: it stands for all that no condition asks about.
  const others = [' ', ...hostNames].filter((name) => name !== '').slice(0, MOST_NAMES);
  const told = others.map((hostName) => {
    const { judgement } = judgeAnew(files, { ...context, hostName });
    return new Set(judgement.messages.map(keyOf));
  });
  return messages.map((message) =>
    told.every((keys) => keys.has(keyOf(message)))
      ? message
      : { ...message, severity: 'info', rejects: false, daemon: 'none', missing: 'etc/hostname' },
  );
}

/** Lowering and checking ask the same: kept until a file that was read changes. */
const kept = new WeakMap<
  SourceFile,
  {
    readonly key: string;
    readonly read: readonly { readonly document: SourceFile['document']; readonly version: number }[];
    readonly judgement: Judgement;
  }
>();

function judgeAnew(
  files: readonly SourceFile[],
  context: LowerContext,
): Pick<Lines, 'read' | 'hostNames'> & { readonly judgement: Judgement } {
  const version = context.targets.keepalived;
  const { lines, faults, read, parentDiffers, hostNames } = readLines(files, context);
  const parent = parentDiffers ? readLines(files, context, 'files') : undefined;
  const messages = new Messages();
  for (const fault of [...faults, ...(parent?.faults ?? [])]) sayFault(fault, messages);
  const root = keywordTree(version);
  const taken: Taken[] = [];
  let globals: State | undefined;
  for (const process of PROCESSES) {
    const state: State = new State(process, globals);
    const own = process === 'parent' ? parent : undefined;
    const run = new Run(process, own?.lines ?? lines, HANDLERS, messages, state, version);
    const statements = run.read(root);
    // The other processes take the same, at lines that are known below.
    if (own === undefined) append(taken, statements);
    if (run.ended) break;
    globals ??= state;
    complete(process, state, messages, version);
  }
  const order = lines.map(({ at }) => at);
  return { judgement: { statements: inOrder(taken, order), messages: messages.all }, read, hostNames };
}

function complete(process: Process, state: State, messages: Messages, version: string): void {
  const script = state.running.get('start');
  if (process === 'parent' && script !== undefined && !state.scriptSecurity) sayInsecure(script, messages);
  if (process === 'checker') completeServers(state, messages, version);
  if (process === 'vrrp') completeInstances(state, messages, version);
}

/** What halint reads no further, as the daemon would. */
const TOO_LONG = {
  rule: 'vrrp/configuration-too-long',
  severity: 'error',
  rejects: false,
  daemon: 'none',
} as const;

function sayFault({ kind, at, text, absent }: LineFault, messages: Messages): void {
  switch (kind) {
    case 'unterminated':
      messages.reject('vrrp/unterminated-quote', at, 'this line has a quote that is not closed', {
        help: 'Quotes do not span lines: keepalived drops the rest of the line.',
      });
      break;
    case 'extra-close':
      messages.reject('vrrp/unbalanced-braces', at, '} closes nothing', {
        help: 'A block above ends too early, or this brace is too many.',
      });
      break;
    case 'unclosed':
      messages.reject(
        'vrrp/unbalanced-braces',
        at,
        text === '' ? 'this block is never closed: } is missing' : `this block and ${text} within it are never closed`,
        { help: 'Everything up to the end of the file counts as part of it. Add the closing brace.' },
      );
      break;
    case 'quoted-include':
      messages.warn(
        'vrrp/include-not-read',
        at,
        `no file is named ${text}: keepalived takes the quotes for part of the name`,
        {
          help: 'Write the name without quotes, blanks in it too: it goes to the end of the line.',
        },
      );
      break;
    case 'include-loop':
      messages.warn('vrrp/include-not-read', at, `include ${text} leads back to a file that is being read`, {
        help: 'keepalived reads it again and again until it has no more files to open. Take the include out.',
      });
      break;
    case 'include-deep':
      messages.warn('vrrp/include-not-read', at, `include ${text} stands below 199 others: halint reads no deeper`, {
        help: 'keepalived keeps all these files open, and of them it may have 1024. Include from fewer levels.',
      });
      break;
    case 'too-long':
      messages.add({
        ...TOO_LONG,
        at,
        message: 'with its definitions replaced this line has more than 4096 characters: halint leaves it out',
        help: 'keepalived reads 1,023 bytes as one line. Use several lines.',
      });
      break;
    case 'too-much':
      messages.add({
        ...TOO_LONG,
        at,
        message:
          'repetitions, definitions and files read again add more than 200,000 lines or 20 MB: halint adds no more',
        help: 'keepalived reads them all, each of its processes for itself, and that may take it hours. What is to be said of the lines left out is unknown.',
      });
      break;
    case 'include-missing':
      messages.add({
        rule: 'system/include-not-followed',
        rejects: false,
        at,
        message: `include ${text} brings nothing: the host has no ${absent?.wanted ?? text}`,
        ...(absent?.folderIsKnown === true
          ? {
              severity: 'warning',
              daemon: 'warning',
              help: 'keepalived says "Config files missing" and goes on without it. Mend the name, or take the include out.',
            }
          : {
              severity: 'info',
              daemon: 'none',
              missing: absent?.wanted ?? text,
              help: 'Rules that need it claim less. Put the file in its place, if the host has one; keepalived goes on without it ("Config files missing").',
            }),
      });
      break;
    case 'repeat':
      messages.reject('vrrp/invalid-repetition', at, `${text.slice(0, 4)} cannot be read: keepalived drops the line`, {
        help: 'Write ~SEQ(name, start, step, end) or ~LST(name, value, value) in front of the line to repeat.',
      });
      break;
  }
}

/** The statements of several processes as one list again; what two of them took stands once. */
function inOrder(taken: readonly Taken[], order: readonly Taken['at'][]): readonly Taken[] {
  const rank = new Map(order.map((at, i) => [at, i]));
  const first = new Map<Taken['at'], Taken>();
  for (const statement of taken) if (!first.has(statement.at)) first.set(statement.at, statement);
  return [...first.values()].sort((a, b) => (rank.get(a.at) ?? 0) - (rank.get(b.at) ?? 0));
}
