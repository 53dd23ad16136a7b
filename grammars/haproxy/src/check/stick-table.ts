import { atoi, isInteger, readSize, sizeFault, timeFault } from '../quantity/index.ts';
import { compareVersions } from '@halint/core';
import { isOpaque } from '../values.ts';
import { warnTime } from './sockets/option-values.ts';
import { refuse, since, suggestion, warn, type Run } from './run.ts';

/** What a store option takes in its brackets: nothing, a period, a count, or a count and a period. */
type Arguments = '' | 'period' | 'count' | 'count,period';

/** stktable_data_types[] with the version that brought each. */
const STORES: ReadonlyMap<string, readonly [takes: Arguments, since?: string]> = new Map<
  string,
  readonly [Arguments, string?]
>([
  ['server_id', ['']],
  ['server_name', ['']],
  ['server_key', ['', '2.3']],
  ['gpt0', ['']],
  ['gpc0', ['']],
  ['gpc1', ['']],
  ['gpc0_rate', ['period']],
  ['gpc1_rate', ['period']],
  ['conn_cnt', ['']],
  ['conn_cur', ['']],
  ['conn_rate', ['period']],
  ['sess_cnt', ['']],
  ['sess_rate', ['period']],
  ['http_req_cnt', ['']],
  ['http_req_rate', ['period']],
  ['http_err_cnt', ['']],
  ['http_err_rate', ['period']],
  ['http_fail_cnt', ['', '2.4']],
  ['http_fail_rate', ['period', '2.4']],
  ['bytes_in_cnt', ['']],
  ['bytes_in_rate', ['period']],
  ['bytes_out_cnt', ['']],
  ['bytes_out_rate', ['period']],
  ['gpt', ['count', '2.5']],
  ['gpc', ['count', '2.5']],
  ['gpc_rate', ['count,period', '2.5']],
  ['glitch_cnt', ['', '2.9']],
  ['glitch_rate', ['period', '2.9']],
]);

/** Elements of an array that a table stores (STKTABLE_MAX_DT_ARRAY_SIZE). */
const MOST_ELEMENTS = 100;

/** Pairs that exclude each other: the array and the single counters it stands for. */
const EXCLUSIVE: readonly (readonly [string, string])[] = [
  ['gpt', 'gpt0'],
  ['gpc', 'gpc0'],
  ['gpc', 'gpc1'],
  ['gpc_rate', 'gpc0_rate'],
  ['gpc_rate', 'gpc1_rate'],
];

const TYPES: readonly string[] = ['ip', 'ipv6', 'integer', 'string', 'binary'];
const NEW_TYPES: readonly string[] = [...TYPES, 'ipv4'];

/** State of one line while it is read. */
interface Reader {
  readonly run: Run;
  readonly line: number;
  index: number;
  size: number;
  type: boolean;
  /** Some word holds a variable: what is missing may be in it. */
  opaque: boolean;
  readonly stored: Set<string>;
}

type Step = (reader: Reader) => boolean;

function wrong(reader: Reader, at: number, rule: string, message: string, extra = {}): false {
  refuse(reader.run, rule, reader.run.lines.at(reader.line, at), message, extra);
  return false;
}

/** The word behind the one at `index`, which must be there; undefined when it is missing. */
function value(reader: Reader): string | undefined {
  const { run, line, index } = reader;
  const text = run.lines.value(line, index + 1);
  if (text !== '') return text;
  wrong(reader, index, 'missing-argument', `'${run.lines.value(line, index)}' needs a value`);
  return undefined;
}

const readEntries: Step = (reader) => {
  const text = value(reader);
  if (text === undefined) return false;
  if (isOpaque(text)) reader.opaque = true;
  const fault = sizeFault(text);
  if (fault !== undefined) return wrong(reader, reader.index + 1, 'invalid-argument', fault);
  reader.size = readSize(text) ?? 0;
  reader.index += 2;
  return true;
};

const readExpire: Step = (reader) => {
  const text = value(reader);
  if (text === undefined) return false;
  const fault = timeFault(text, reader.run.version);
  if (fault !== undefined) return wrong(reader, reader.index + 1, 'invalid-argument', fault);
  warnTime(reader.run, reader.line, reader.index + 1, 'expire');
  reader.index += 2;
  return true;
};

/** A key type, with `len N` behind string and binary. */
const readType: Step = (reader) => {
  const { lines } = reader.run;
  const known = since(reader.run, '3.1') ? NEW_TYPES : TYPES;
  const type = lines.value(reader.line, reader.index + 1);
  const at = type === '' ? reader.index : reader.index + 1;
  if (isOpaque(type)) reader.opaque = true;
  else if (!known.includes(type)) {
    const { near, extra } = suggestion(lines.at(reader.line, at), type, known);
    return wrong(
      reader,
      at,
      type === '' ? 'missing-argument' : 'invalid-argument',
      `'${type}' is no type of a table${near}`,
      extra,
    );
  }
  reader.type = true;
  reader.index += 2;
  if ((type !== 'string' && type !== 'binary') || lines.value(reader.line, reader.index) !== 'len') return true;
  const length = lines.value(reader.line, reader.index + 1);
  if (!isOpaque(length) && (atoi(length) === 0 || (since(reader.run, '2.7') && !isInteger(length))))
    return wrong(
      reader,
      length === '' ? reader.index : reader.index + 1,
      'invalid-argument',
      `'len' takes a number above 0, not '${length}'`,
    );
  reader.index += 2;
  return true;
};

const readFactor: Step = (reader) => {
  const text = value(reader);
  if (text === undefined) return false;
  const factor = readSize(text) ?? 0;
  if (!isOpaque(text) && (factor < 1 || factor > 1024))
    return wrong(reader, reader.index + 1, 'invalid-argument', `'brates-factor' takes 1 to 1024, not '${text}'`);
  reader.index += 2;
  return true;
};

const readName: Step = (reader) => {
  if (value(reader) === undefined) return false;
  reader.index += 2;
  return true;
};

const readServerKey: Step = (reader) => {
  const key = reader.run.lines.value(reader.line, reader.index + 1);
  if (key !== 'name' && key !== 'addr' && !isOpaque(key)) {
    const at = key === '' ? reader.index : reader.index + 1;
    return wrong(reader, at, 'invalid-argument', `'srvkey' takes name or addr, not '${key}'`);
  }
  reader.index += 2;
  return true;
};

const flag: Step = (reader) => {
  reader.index++;
  return true;
};

/** `store NAME[(…)],…`: nothing behind it stores nothing. */
const readStore: Step = (reader) => {
  const text = reader.run.lines.value(reader.line, reader.index + 1);
  if (isOpaque(text)) reader.opaque = true;
  else for (const part of storeParts(text)) if (!readStored(reader, part)) return false;
  for (const [array, single] of EXCLUSIVE) {
    if (reader.stored.has(array) && reader.stored.has(single))
      return wrong(reader, reader.index + 1, 'invalid-argument', `a table stores '${array}' or '${single}', not both`);
  }
  reader.index += 2;
  return true;
};

/** Cuts at commas outside brackets; a comma at the end is passed over. */
function storeParts(text: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  let open = false;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (sign === '(') open = true;
    else if (sign === ')') open = false;
    else if (sign === ',' && !open) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  if (start < text.length) parts.push(text.slice(start));
  return parts;
}

function readStored(reader: Reader, part: string): boolean {
  const at = reader.index + 1;
  const bracket = part.indexOf('(');
  const name = bracket < 0 ? part : part.slice(0, bracket);
  if (bracket >= 0 && !part.includes(')', bracket))
    return wrong(reader, at, 'invalid-argument', `'${part}' lacks its closing bracket`);
  const known = STORES.get(name);
  const { version } = reader.run;
  if (known === undefined || (known[1] !== undefined && compareVersions(version, known[1]) < 0)) {
    if (known !== undefined)
      return wrong(
        reader,
        at,
        'unknown-keyword',
        `a table stores '${name}' since haproxy ${known[1] ?? ''}, the target is ${version}`,
      );
    const { near } = suggestion(reader.run.lines.at(reader.line, at), name, STORES.keys());
    return wrong(reader, at, 'unknown-keyword', `'${name}' is nothing that a table stores${near}`);
  }
  if (reader.stored.has(name)) {
    warn(reader.run, 'ignored-keyword', reader.run.lines.at(reader.line, at), `'${name}' is stored already`);
    return true;
  }
  const fault = argumentsFault(
    name,
    known[0],
    bracket < 0 ? undefined : part.slice(bracket + 1, part.indexOf(')', bracket)),
    version,
  );
  if (fault !== undefined) return wrong(reader, at, 'invalid-argument', fault);
  reader.stored.add(name);
  return true;
}

/** What is wrong with the text in the brackets of a store option (stktable_alloc_data_type()). */
function argumentsFault(name: string, takes: Arguments, text: string | undefined, version: string): string | undefined {
  if (takes === '') return text === undefined ? undefined : `'${name}' takes nothing in brackets`;
  if (text === undefined) return `'${name}' needs ${takes === 'period' ? 'a period' : 'a count'} in brackets`;
  // Before 2.5 the whole text was the period; later what stands behind the last comma was split off.
  const comma = compareVersions(version, '2.5') >= 0 ? text.indexOf(',') : -1;
  const first = comma < 0 ? text : text.slice(0, comma);
  const second = comma < 0 ? undefined : text.slice(text.lastIndexOf(',') + 1);
  if (takes === 'period') return timeFault(first, version);
  const count = atoi(first);
  if (count < 1 || count > MOST_ELEMENTS) return `'${name}' takes 1 to ${MOST_ELEMENTS} elements, not '${first}'`;
  if (takes === 'count') return second === undefined ? undefined : `'${name}' takes one number in brackets`;
  return second === undefined ? `'${name}' needs a period behind its count` : timeFault(second, version);
}

const STEPS: ReadonlyMap<string, readonly [step: Step, since?: string]> = new Map<string, readonly [Step, string?]>([
  ['size', [readEntries]],
  ['expire', [readExpire]],
  ['type', [readType]],
  ['nopurge', [flag]],
  ['peers', [readName]],
  ['store', [readStore]],
  ['srvkey', [readServerKey, '2.3']],
  ['write-to', [readName, '2.9']],
  ['recv-only', [flag, '3.1']],
  ['brates-factor', [readFactor, '3.1']],
]);

/** The words of a stick table from `from` on: those of `stick-table`, and of `table NAME` in peers (parse_stick_table()). */
export function checkStickTable(run: Run, line: number, from: number): void {
  const { lines, version } = run;
  const reader: Reader = { run, line, index: from, size: -1, type: false, opaque: false, stored: new Set() };
  for (;;) {
    const word = lines.value(line, reader.index);
    if (word === '') break;
    if (isOpaque(word)) return;
    const step = word === 'peers' && run.kind === 'peers' ? undefined : STEPS.get(word);
    if (step === undefined || (step[1] !== undefined && compareVersions(version, step[1]) < 0)) {
      const { near, extra } = suggestion(lines.at(line, reader.index), word, STEPS.keys());
      wrong(
        reader,
        reader.index,
        'unknown-keyword',
        `'${word}' is no word of a table${step === undefined ? near : ` of haproxy ${version}`}`,
        extra,
      );
      return;
    }
    if (!step[0](reader)) return;
  }
  if (reader.opaque) return;
  if (reader.size <= 0) refuse(run, 'missing-argument', lines.lineAt(line), "a table needs a 'size' above 0");
  else if (!reader.type) refuse(run, 'missing-argument', lines.lineAt(line), "a table needs a 'type'");
}
