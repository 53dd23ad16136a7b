import { atol } from '../../quantity/index.ts';
import type { Args } from '../args.ts';
import { checkFormat, type Places } from '../expressions.ts';
import { since, type Run } from '../run.ts';

const CODES_22: readonly number[] = [
  200, 400, 401, 403, 404, 405, 407, 408, 410, 421, 422, 425, 429, 500, 502, 503, 504,
];
const CODES_26: readonly number[] = [
  200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 421, 422, 425, 429, 500, 501, 502, 503, 504,
];
const CODES_32: readonly number[] = [...CODES_26, 414, 431].sort((a, b) => a - b);

/** Status codes with an error page of their own (http_err_codes in src/http.c). */
export function errorCodes(run: Run): readonly number[] {
  return since(run, '3.2') ? CODES_32 : since(run, '2.4') ? CODES_26 : CODES_22;
}

/** What a reply was read to. */
export interface Reply {
  /** Index behind the words of the reply. */
  readonly next: number;
  /** Status that is answered; 0 when none is set. */
  readonly status: number;
}

/** Words that fill the reply: one of them at most. */
const BODIES: ReadonlySet<string> = new Set([
  'errorfile',
  'errorfiles',
  'default-errorfiles',
  'file',
  'lf-file',
  'string',
  'lf-string',
]);
const PAGES: ReadonlySet<string> = new Set(['errorfile', 'errorfiles', 'default-errorfiles']);
/** Headers that haproxy writes itself. */
const OWN = /^(?:content-length|transfer-encoding|content-type)$/i;

interface State {
  status: number;
  type: string;
  typeAt: number;
  body: string;
  text: string;
  headers: number;
}

/** `status`, `content-type`, a body and headers (http_parse_http_reply in src/http_htx.c); undefined when the line is refused. */
export function checkReply(args: Args, from: number, status: number, places: Places): Reply | undefined {
  const state: State = { status, type: '', typeAt: 0, body: '', text: '', headers: -1 };
  let i = from;
  while (i < args.count) {
    const next = readWord(args, i, state, places);
    if (next < 0) return undefined;
    if (next === i) break;
    i = next;
  }
  if (args.open && i >= args.count) return { next: i, status: state.status };
  return checkBody(args, from, state) ? { next: i, status: state.status } : undefined;
}

/** The index behind the word and its value; `index` itself for a word that is not part of a reply, -1 when refused. */
function readWord(args: Args, index: number, state: State, places: Places): number {
  const word = args.get(index);
  if (BODIES.has(word)) return readBody(args, index, state, places);
  if (word === 'hdr') return readHeader(args, index, state, places);
  if (word !== 'status' && word !== 'content-type') return index;
  if (!args.needs(index + 1, `'${word}' needs a value`)) return args.open ? index + 2 : -1;
  const value = args.get(index + 1);
  if (word === 'content-type') {
    state.type = value;
    state.typeAt = index;
    return index + 2;
  }
  state.status = atol(value);
  if (state.status >= 200 && state.status <= 599) return index + 2;
  args.bad(index + 1, `a status is from 200 to 599, not '${value}'`);
  return -1;
}

function readBody(args: Args, index: number, state: State, places: Places): number {
  const word = args.get(index);
  if (state.body !== '') {
    args.bad(index, `'${word}' does not go with '${state.body}': a reply has one body`);
    return -1;
  }
  state.body = word;
  if (word === 'default-errorfiles') return index + 1;
  if (!args.needs(index + 1, `'${word}' needs a value`)) return args.open ? index + 2 : -1;
  state.text = args.get(index + 1);
  if (word === 'lf-string') checkFormat(args.run, args.line, args.place(index + 1), places);
  return index + 2;
}

function readHeader(args: Args, index: number, state: State, places: Places): number {
  if (!args.needs(index + 2, "'hdr' needs a name and a value")) return args.open ? index + 3 : -1;
  if (OWN.test(args.get(index + 1)))
    args.warn(index + 1, `haproxy writes the header '${args.get(index + 1)}' itself: this one is ignored`);
  else {
    state.headers = index;
    checkFormat(args.run, args.line, args.place(index + 2), places);
  }
  return index + 3;
}

function checkBody(args: Args, from: number, state: State): boolean {
  const { body, type, status } = state;
  if (body === '') {
    if (type !== '') args.warn(state.typeAt, "'content-type' has no effect without a body");
    return true;
  }
  if (PAGES.has(body)) return checkPage(args, from, state);
  if (body === 'file' || body === 'lf-file') return checkFile(args, from, state);
  const empty = body === 'string' && state.text === '';
  if ((status === 204 || status === 304) && !empty) return args.bad(from, `a reply with status ${status} has no body`);
  if (type === '' && !empty) return args.bad(from, `a reply with '${body}' needs 'content-type'`);
  return true;
}

/** What a file holds is not known, but a log-format is always a body. */
function checkFile(args: Args, from: number, state: State): boolean {
  if (state.body === 'file') return true;
  if (state.status === 204 || state.status === 304)
    return args.bad(from, `a reply with status ${state.status} has no body`);
  return state.type !== '' || args.bad(from, "a reply with 'lf-file' needs 'content-type'");
}

function checkPage(args: Args, from: number, state: State): boolean {
  if (state.body !== 'errorfile' && !errorCodes(args.run).includes(state.status))
    return args.bad(from, `haproxy has no error page for status ${state.status}`);
  if (state.type !== '') args.warn(state.typeAt, `'content-type' has no effect with '${state.body}'`);
  if (state.headers >= 0) args.warn(state.headers, `'hdr' has no effect with '${state.body}'`);
  return true;
}
