import type { Place } from '@halint/core';
import type { Call, Handler } from '../process/call.ts';
import {
  invalid,
  missing,
  need,
  numberArgument,
  outside,
  readDecimal,
  readInt,
  readUnsigned,
} from '../process/arguments.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import type { Tracked } from '../process/state.ts';
import { splitCommand } from '../command.ts';
import { atLeast23 } from './versions.ts';

/** The vrrp_script, track_file or vrrp_track_process being read. */
interface Item {
  readonly name: string;
  readonly at: Place;
  readonly kind: Tracked['kind'];
  weight: number;
  weighted: boolean;
  /** Its script, file or process: what it needs. */
  subject: Place | undefined;
  quorum: number;
  quorumMax: number;
}

/** UINT_MAX microseconds, in whole seconds. */
const LONGEST = 4294;

/** One item is read at a time; it belongs to the state of one run. */
const reading = new WeakMap<Call['state'], Item>();

const open =
  (kind: Tracked['kind'], weight: number): Handler =>
  (call) => {
    const name = need(call);
    reading.delete(call.state);
    if (name === undefined) return;
    reading.set(call.state, {
      name: name.text,
      at: call.line.at,
      kind,
      weight,
      weighted: false,
      subject: undefined,
      quorum: 1,
      quorumMax: Number.POSITIVE_INFINITY,
    });
  };

const on =
  (use: (call: Call, item: Item) => void): Handler =>
  (call) => {
    const item = reading.get(call.state);
    if (item !== undefined) use(call, item);
  };

const WANTS: Readonly<Record<Tracked['kind'], string>> = {
  script: 'script',
  file: 'file',
  process: 'process',
  bfd: 'neighbor_ip',
};

/** An item without what it watches is dropped (vrrp_vscript_end_handler, track_file_end_handler, vrrp_tprocess_end_handler). */
const end = ({ state, messages, node }: Call): void => {
  const item = reading.get(state);
  reading.delete(state);
  if (item === undefined) return;
  if (item.subject === undefined) {
    messages.reject(
      'vrrp/missing-argument',
      item.at,
      `${node.row.word} ${item.name} has no ${WANTS[item.kind]}: keepalived drops it`,
    );
    return;
  }
  state.tracked[item.kind].set(item.name, {
    name: item.name,
    at: item.at,
    kind: item.kind,
    weight: item.weight,
    used: false,
  });
};

/** The command of a vrrp_script: a quoted word, or since 2.3 all words of the line. */
const script = on((call, item) => {
  const [first] = call.args;
  if (first === undefined) return;
  if (splitCommand(first.text).length === 0) return;
  item.subject = first.at;
  if (!call.state.running.has('vrrp')) call.state.running.set('vrrp', first.at);
});

const seconds = on((call) => {
  const word = need(call);
  if (word === undefined) return;
  // Until 2.2 whole seconds only.
  const read = atLeast23(call.version) ? readDecimal(word.text, 0, LONGEST) : readUnsigned(word.text, 0, LONGEST);
  const unit = atLeast23(call.version) ? 'a number' : 'a whole number';
  if (read === undefined)
    outside(
      call,
      word,
      `${unit} of seconds from ${atLeast23(call.version) ? '0.001' : '1'} to ${LONGEST}`,
      'keepalived drops the statement and uses the default.',
    );
  else if (read < 0.001) {
    call.messages.reject(
      'vrrp/value-out-of-range',
      word.at,
      `${call.keyword.text} 0 is too little: keepalived takes 1`,
    );
  }
});

const weight = (kind: Tracked['kind']): Handler =>
  on((call, item) => {
    const [word, option] = call.args;
    if (word === undefined) {
      if (kind === 'script') return missing(call);
      return invalid(call, call.line.at, 'weight needs a number');
    }
    const most = kind === 'script' ? 253 : 254;
    const number = readInt(word.text, -most, most);
    if (number === undefined) {
      const effect =
        kind === 'script'
          ? 'keepalived says so and counts with it all the same; the priority stays between 1 and 254.'
          : 'keepalived drops the statement and uses the default.';
      outside(call, word, `a whole number from -${most} to ${most}`, effect);
    } else if (kind !== 'script' && item.weighted) {
      call.messages.reject('vrrp/repeated-statement', call.line.at, 'weight stands above: keepalived ignores it here');
      return;
    } else {
      item.weight = number;
      // What is the default counts as not set.
      item.weighted = number !== (kind === 'file' ? 1 : 0);
    }
    if (option !== undefined && option.text !== 'reverse')
      invalid(call, option.at, `${option.text} is no option of a weight: reverse is`, 'keepalived ignores it.');
  });

/** A path or a process name, which may stand once. */
const subject = on((call, item) => {
  const [word] = call.args;
  if (word === undefined) {
    if (item.kind === 'process') missing(call);
    else invalid(call, call.line.at, `${call.keyword.text} needs a value`);
  } else if (item.subject !== undefined) {
    call.messages.reject(
      'vrrp/repeated-statement',
      call.line.at,
      `${call.keyword.text} stands above: keepalived ignores it here`,
    );
  } else item.subject = word.at;
});

const initFile = on((call) => {
  for (const word of call.args) {
    if (isPlaceholder(word.text) || word.text === 'overwrite') continue;
    if (/^[-\d]/.test(word.text)) {
      if (readInt(word.text, -254, 254) === undefined)
        outside(call, word, 'a whole number from -254 to 254', 'keepalived complains, and writes what it can read.');
    } else
      invalid(call, word.at, `${word.text} is no option of init_file: overwrite or a number`, 'keepalived ignores it.');
  }
});

const quorum = on((call, item) => {
  const number = numberArgument(call, 'unsigned', 1, 65_535);
  if (number === undefined) return;
  if (number > item.quorumMax) invalid(call, call.line.at, `quorum ${number} is above quorum_max`);
  else item.quorum = number;
});

const quorumMax = on((call, item) => {
  const number = numberArgument(call, 'unsigned', 0, 65_535);
  if (number === undefined) return;
  if ((number > 0 || item.quorum > 1) && number < item.quorum)
    invalid(call, call.line.at, `quorum_max ${number} is below quorum`);
  else item.quorumMax = number;
});

const parameterMatch: Handler = (call) => {
  const [word] = call.args;
  if (word !== undefined && !/^(?:initial|partial)$/.test(word.text))
    invalid(call, word.at, `param_match ${word.text} is neither initial nor partial`);
};

const FILES = ['track_file', 'vrrp_track_file'];

export const ITEM_HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['vrrp_script', open('script', 0)],
  ['vrrp_script/script', script],
  ['vrrp_script/interval', seconds],
  ['vrrp_script/timeout', seconds],
  ['vrrp_script/weight', weight('script')],
  ['vrrp_track_process', open('process', 0)],
  ['vrrp_track_process/process', subject],
  ['vrrp_track_process/weight', weight('process')],
  ['vrrp_track_process/quorum', quorum],
  ['vrrp_track_process/quorum_max', quorumMax],
  ['vrrp_track_process/param_match', parameterMatch],
  ...FILES.flatMap((word): [string, Handler][] => [
    [word, open('file', 1)],
    [`${word}/file`, subject],
    [`${word}/weight`, weight('file')],
    [`${word}/init_file`, initFile],
  ]),
]);

export const ITEM_ENDS: ReadonlyMap<string, (call: Call) => void> = new Map(
  ['vrrp_script', 'vrrp_track_process', ...FILES].map((word) => [word, end]),
);
