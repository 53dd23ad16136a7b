import { Args } from '../args.ts';
import { AT, checkFormat, checkSample } from '../expressions.ts';
import { setVariable, unsetVariable } from '../rules/variables.ts';
import { keptByRun, type Checker, type Run } from '../run.ts';
import { since } from '../run.ts';
import { checkExpect } from './expect.ts';
import { checkHttpOrder } from './http-check-order.ts';

/** Have the rules of a section begun with something else than a connect? Then none may follow. */
const stepsOf = keptByRun((_: Run) => new Map<string, 'connect' | 'other'>());

const TCP_WORDS = [
  'comment',
  'connect',
  'expect',
  'send',
  'send-binary',
  'send-binary-lf',
  'send-lf',
  'set-var',
  'unset-var',
];
const HTTP_WORDS = ['comment', 'connect', 'disable-on-404', 'expect', 'send', 'send-state', 'set-var', 'unset-var'];

export const checkTcpCheck: Checker = (run, line) => judge(new Args(run, line), TCP_WORDS);
export const checkHttpCheck: Checker = (run, line) => judge(new Args(run, line), HTTP_WORDS);

function judge(args: Args, words: readonly string[]): void {
  const first = args.get(1);
  const bracket = first.indexOf('(');
  const word = bracket < 0 ? first : first.slice(0, bracket);
  const known = since(args.run, '2.5') ? [...words, 'set-var-fmt'] : words;
  if (
    bracket >= 0 ? !known.includes(word) || !word.includes('var') : !args.among(1, known, `a step of ${args.keyword}`)
  ) {
    if (bracket >= 0) args.among(1, known, `a step of ${args.keyword}`);
    return;
  }
  if (word === 'disable-on-404' || word === 'send-state') return void args.ends(2);
  if (!checkStep(args, word)) return;
  const step = word === 'connect' || word === 'send' || word === 'expect' ? word : undefined;
  if (args.keyword === 'http-check' && step !== undefined && !checkHttpOrder(args, step)) return;
  remember(args, word);
}

function checkStep(args: Args, word: string): boolean {
  if (word === 'comment') return args.needs(2, `'${args.keyword} comment' needs a text`);
  if (word === 'connect') return checkConnect(args);
  if (word === 'expect') return checkExpect(args);
  if (word === 'unset-var') return unsetVariable(args, 1) >= 0;
  if (word.startsWith('set-var')) return setVariable(args, 1, AT.check, AT.check) >= 0;
  return args.keyword === 'tcp-check' ? checkSend(args, word) : checkHttpSend(args);
}

function remember(args: Args, word: string): void {
  if (word === 'comment' || word.includes('set-var')) return;
  const steps = stepsOf(args.run);
  if (!steps.has(args.keyword)) steps.set(args.keyword, word === 'connect' ? 'connect' : 'other');
}

const BARE: ReadonlySet<string> = new Set(['default', 'send-proxy', 'via-socks4', 'linger', 'ssl']);
const VALUED: ReadonlySet<string> = new Set(['addr', 'port', 'proto', 'comment', 'sni', 'alpn']);
const CONNECT = [...BARE, ...VALUED];

function checkConnect(args: Args): boolean {
  const { run, line } = args;
  if (stepsOf(run).get(args.keyword) === 'other')
    return args.bad(1, `a '${args.keyword} connect' stands before the first send or expect, or nowhere`);
  for (let i = 2; i < args.count; i++) {
    const word = args.get(i);
    if (BARE.has(word)) continue;
    if (!args.among(i, CONNECT, `a word of '${args.keyword} connect'`)) return false;
    i++;
    if (!args.needs(i, `'${word}' needs a value`)) return args.open;
    if (word === 'port' && !checkPort(args, i)) return false;
    if (word === 'proto' && !checkProtocol(args, i)) return false;
    if (word === 'port' && !/^\d+$/.test(args.get(i))) checkSample(run, line, args.place(i), AT.check);
  }
  return true;
}

function checkPort(args: Args, index: number): boolean {
  const text = args.get(index);
  const port = /^\d+$/.test(text) ? Number(text) : undefined;
  return (
    port === undefined || (port >= 1 && port <= 65_535) || args.bad(index, `port ${text} is not within 1 and 65535`)
  );
}

function checkProtocol(args: Args, index: number): boolean {
  const protocols = args.keyword === 'tcp-check' ? ['none'] : ['h1', 'h2', 'fcgi'];
  if (args.keyword === 'http-check') return args.among(index, protocols, 'a protocol of http checks');
  return args.among(index, protocols, 'a protocol of tcp checks');
}

/** What follows the data: only a comment. */
function checkComment(args: Args, from: number): boolean {
  for (let i = from; i < args.count; i += 2) {
    if (args.get(i) !== 'comment')
      return args.bad(i, `only 'comment' may follow here, not '${args.get(i)}'`, 'unexpected-argument');
    if (!args.needs(i + 1, "'comment' needs a text")) return args.open;
  }
  return true;
}

function checkSend(args: Args, word: string): boolean {
  if (!args.needs(2, `'tcp-check ${word}' needs data`)) return args.open;
  if (!checkComment(args, 3)) return false;
  if (word.endsWith('-lf')) checkFormat(args.run, args.line, args.place(2), AT.check);
  return word !== 'send-binary' || checkHex(args, 2);
}

/** Pairs of hexadecimal digits (parse_binary in src/standard.c). */
export function checkHex(args: Args, index: number): boolean {
  const text = args.get(index);
  if (text.length % 2 !== 0) return args.bad(index, 'a binary text has an even number of hexadecimal digits');
  return /^[0-9a-fA-F]*$/.test(text) || args.bad(index, `'${text}' is not made of hexadecimal digits`);
}

const SEND = ['meth', 'uri', 'uri-lf', 'ver', 'hdr', 'body', 'body-lf', 'comment'];

function checkHttpSend(args: Args): boolean {
  let host = false;
  for (let i = 2; i < args.count; i++) {
    if (!args.among(i, SEND, "a word of 'http-check send'")) return false;
    const word = args.get(i);
    if (word === 'hdr') {
      if (!args.needs(i + 2, "'hdr' needs a name and a value")) return args.open;
      const isHost = /^host$/i.test(args.get(i + 1));
      if (isHost && host) return args.bad(i + 1, 'the header Host is set on this line already');
      host ||= isHost;
      checkFormat(args.run, args.line, args.place(i + 2), AT.check);
      i += 2;
      continue;
    }
    i++;
    if (!args.needs(i, `'${word}' needs a value`)) return args.open;
    if (word.endsWith('-lf')) checkFormat(args.run, args.line, args.place(i), AT.check);
  }
  return true;
}
