import type { Services } from '@halint/core';
import { addressProblem, badAddressOf, numericHost, type BadItem } from '../../addresses.ts';
import type { SshdRow } from '../../keywords.ts';
import { partOf, type Argument } from '../lexical.ts';
import { readPort } from '../numbers.ts';
import { first, from, type Check, type Problem } from './form.ts';

export const port = first('a port from 1 to 65535', (value, { services }) => isPort(value, services));

export function isPort(value: string, services: Services | undefined): boolean {
  return (readPort(value, services) ?? 0) > 0;
}

/** HOST, HOST:PORT, [HOST] and [HOST]:PORT as hpdelim() in misc.c cuts them; undefined for what it refuses. */
function hostAndPort(value: string): { readonly host: string; readonly port: string | undefined } | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^[:/][^:/]*)?)(?::(.*))?$/s.exec(value) ?? [];
  if (/^\[[^\]]*\](?:$|:)/.test(value)) return { host: bracketed ?? '', port };
  return /^[^[/:]?[^:/]*(?:$|:)/.test(value) && !value.startsWith('[') ? { host: plain ?? '', port } : undefined;
}

/** Host and port of a ListenAddress; two colons without a bracket make a bare IPv6 address, which cannot carry a port. */
export function listenTarget(value: string): { readonly host: string; readonly port: string | undefined } | undefined {
  const bare = !value.includes('[') && value.indexOf(':') !== value.lastIndexOf(':');
  return bare ? { host: value, port: undefined } : hostAndPort(value);
}

export const listen: Check = ({ args: [argument, word, domain], services }) => {
  if (argument === undefined) return undefined;
  const { value } = argument;
  const target = listenTarget(value);
  // No name of a host has a colon or is empty: such a one is found nowhere.
  const isHost = target !== undefined && target.host !== '' && !target.host.includes(':');
  if (target === undefined || (!isHost && numericHost(target.host) === undefined)) {
    return { argument, message: `\`${value}\` is no address` };
  }
  if (target.port !== undefined && !isPort(target.port, services)) {
    return { argument, message: `\`${target.port}\` is no port` };
  }
  if (word === undefined) return undefined;
  if (word.value !== 'rdomain' || domain === undefined) {
    return { argument: word, message: `ListenAddress takes one address, then \`${word.value}\` follows` };
  }
  // An empty name is none.
  return domain.value === ''
    ? undefined
    : { argument: domain, message: 'Linux has no routing domains for ListenAddress' };
};

function isForward(value: string, portAlone: boolean, services: Services | undefined): boolean {
  if (portAlone && !value.includes(':')) return isForwardPort(value, services);
  const target = hostAndPort(value);
  return target?.port !== undefined && isForwardPort(target.port, services);
}

function isForwardPort(text: string, services: Services | undefined): boolean {
  return text === '*' || isPort(text, services);
}

/** `any` and `none` come first; since 9.7 sshd takes other words behind them. */
export function forwards(portAlone: boolean): Check {
  return ({ row, args, openssh, services }) => {
    const loose = from(openssh, '9.7');
    for (const [i, argument] of args.entries()) {
      const alone = argument.value === 'any' || argument.value === 'none';
      if (alone && (loose ? i > 0 : args.length > 1)) {
        return { argument, message: `\`${argument.value}\` must stand alone in ${row.word}` };
      }
      if (!alone && !isForward(argument.value, portAlone, services)) {
        // Until 9.7 an empty word ended the list.
        if (!loose && argument.value === '' && i > 0 && i === args.length - 1) return undefined;
        return { argument, message: `\`${argument.value}\` is no ${portAlone ? '[address:]port' : 'address:port'}` };
      }
    }
    return undefined;
  };
}

export const addresses: Check = ({ row, args: [argument], openssh }) => {
  const bad = argument && badAddressOf(argument.value, openssh);
  return bad && addressesProblem(row, argument, bad);
};

export function addressesProblem(row: SshdRow, argument: Argument, bad: BadItem): Problem {
  return { argument: partOf(argument, bad.start, bad.item), message: addressProblem(row.word, bad) };
}
