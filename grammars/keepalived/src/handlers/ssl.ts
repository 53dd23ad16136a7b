import type { Place } from '@halint/core';
import type { Handler } from '../process/call.ts';
import { repeated, wanted } from './arguments.ts';

/** The keywords of SSL, each kept once. */
const ssl: Handler = ({ state, line, messages }) => {
  const { servers } = state;
  if (servers.ssl !== undefined)
    messages.reject('vrrp/repeated-statement', line.at, 'SSL stands above: keepalived takes the last one');
  servers.ssl = new Map<string, Place>();
};

const sslFile: Handler = (call) => {
  const { servers } = call.state;
  if (servers.ssl === undefined || wanted(call, 'a value') === undefined) return;
  repeated(call, servers.ssl.get(call.keyword.text), 'keepalived takes the last one');
  servers.ssl = new Map([...servers.ssl, [call.keyword.text, call.line.at]]);
};

const SSL_FILES = ['password', 'ca', 'certificate', 'key'];

export const SSL_HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['SSL', ssl],
  ...SSL_FILES.map((word): [string, Handler] => [`SSL/${word}`, sslFile]),
]);
