import type { Place } from '@halint/core';
import { splitCommand } from '../../command.ts';
import { invalid, need, numberArgument } from '../../process/arguments.ts';
import type { Call, Handler } from '../../process/call.ts';
import { isPlaceholder } from '../../process/placeholder.ts';
import { notOneOf, repeated, UINT, wanted } from '../arguments.ts';
import { atLeast23 } from '../versions.ts';
import { BLOCK, connecting, type End, ending, reachable, replaced, statements, type Use } from './checker.ts';

const httpEnd: End = (call, checker) => {
  if (checker.parts === 0) {
    call.messages.reject(
      'vrrp/virtual-server-incomplete',
      checker.at,
      `${call.keyword.text} has no url that counts: keepalived drops the checker`,
    );
  } else reachable(call, checker);
};

const retryOld: Use = (call) => {
  call.messages.complain('vrrp/deprecated-keyword', call.keyword.at, 'nb_get_retry is called retry now', {
    fix: {
      title: 'Replace by retry',
      safety: 'safe',
      edits: [{ at: call.keyword.at, text: 'retry' }],
    },
  });
  numberArgument(call, 'unsigned', 0, UINT);
};

const virtualHost: Use = (call, checker) => {
  if (wanted(call, 'a name') !== undefined) replaced(call, checker.places.get('virtualhost'));
};

const httpProtocol: Use = (call) => {
  const versions = ['1.0', '1.0C', '1.1'];
  const value = wanted(call, 'a version');
  if (value !== undefined && value.text !== '1.0c' && !versions.includes(value.text)) notOneOf(call, value, versions);
};

type OnUrl = (call: Call, first: Place | undefined) => void;

const onUrl =
  (use: OnUrl): Handler =>
  (call) => {
    const { servers } = call.state;
    if (servers.url === undefined) return;
    const word = call.keyword.text;
    const first = servers.url.get(word);
    use(call, first);
    if (first === undefined && call.args.length > 0) servers.url = new Map([...servers.url, [word, call.line.at]]);
  };

const openUrl: Handler = ({ state: { servers }, line }) => {
  servers.url = servers.checker === undefined ? undefined : new Map([['', line.at]]);
};

function endUrl({ state: { servers }, messages }: Call): void {
  const { url, checker } = servers;
  servers.url = undefined;
  if (url === undefined || checker === undefined) return;
  if (url.has('path')) checker.parts++;
  else {
    messages.reject(
      'vrrp/virtual-server-incomplete',
      url.get('') ?? checker.at,
      'the url has no path: keepalived drops it',
    );
  }
}

const digest: OnUrl = (call, first) => {
  const value = need(call);
  if (value === undefined || repeated(call, first) || isPlaceholder(value.text)) return;
  if (!/^[\da-f]{32}$/i.test(value.text))
    invalid(call, value.at, `${value.text} is no MD5 digest of 32 hexadecimal digits`);
};

const statusCode: OnUrl = (call) => {
  for (const value of call.args) {
    const match = /^\+?(\d+)(?:-(\d+))?$/.exec(value.text);
    const low = Number(match?.[1]);
    const high = Number(match?.[2] ?? low);
    if (!(low >= 100 && low <= high && high <= 599))
      invalid(call, value.at, `${value.text} is no status from 100 to 599`, 'keepalived ignores it.');
  }
};

/** Words of the line as they are read with quotes and escapes. */
const regex: OnUrl = (call, first) => {
  if (!atLeast23(call.version)) return;
  if (splitCommand(call.line.raw).length !== 2)
    invalid(call, call.line.at, 'regex takes one pattern: quote it where it has blanks');
  else repeated(call, first, 'keepalived takes the last one');
};

const URL: readonly (readonly [string, OnUrl])[] = [
  ['path', (call, first) => (need(call) === undefined ? undefined : replaced(call, first))],
  ['digest', digest],
  ['status_code', statusCode],
  ['virtualhost', (call, first) => (wanted(call, 'a name') === undefined ? undefined : replaced(call, first))],
  ['regex', regex],
];

const HTTP: readonly (readonly [string, Use])[] = [
  ['nb_get_retry', retryOld],
  ['virtualhost', virtualHost],
  ['http_protocol', httpProtocol],
];

const TLS = ['HTTP_GET', 'SSL_GET'];

export const HTTP_HANDLERS: readonly [string, Handler][] = TLS.flatMap((block): [string, Handler][] => [
  ...connecting(block),
  ...statements(block, HTTP),
  [`${BLOCK}/${block}/url`, openUrl],
  ...URL.map(([word, use]): [string, Handler] => [`${BLOCK}/${block}/url/${word}`, onUrl(use)]),
]);

export const HTTP_ENDS: readonly [string, (call: Call) => void][] = TLS.flatMap(
  (block): [string, (call: Call) => void][] => [
    [`${BLOCK}/${block}/url`, endUrl],
    [`${BLOCK}/${block}`, ending(httpEnd)],
  ],
);
