import { ipNumber, type Place } from '@halint/core';
import { need, readUnsigned } from '../process/arguments.ts';
import type { Call, Handler } from '../process/call.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import type { ServerGroup } from '../process/servers.ts';
import type { Value } from '../stream/logical.ts';
import { outOfRange, UINT } from './arguments.ts';
import { label } from './server-arguments.ts';
import { readSocketAddress, type SocketAddress } from './socket-address.ts';

const group: Handler = (call) => {
  const name = need(call);
  if (name === undefined) return;
  const found: ServerGroup = {
    name: name.text,
    at: call.line.at,
    addresses: [],
    marks: 0,
    families: new Set(),
    familyOpen: false,
  };
  const extra = call.args[1];
  if (extra !== undefined) {
    call.messages.reject(
      'vrrp/unexpected-argument',
      extra.at,
      `virtual_server_group takes one name, found ${extra.text}`,
      {
        help: 'keepalived ends at such a line: nothing behind it is read.',
      },
    );
    return call.end();
  }
  for (const words of call.values(1)) groupLine(call, found, words as readonly [Value, ...Value[]]);
  const drop = (message: string): void =>
    call.messages.reject('vrrp/virtual-server-incomplete', found.at, message, { help: 'keepalived drops the group.' });
  if (found.marks === 0 && found.addresses.length === 0) drop(`virtual_server_group ${name.text} is empty`);
  else if (found.families.size === 2 && found.familyOpen)
    drop(`virtual_server_group ${name.text} has IPv4, IPv6 and a fwmark without a family`);
  else call.state.servers.groups.push(found);
};

/** A line of a virtual_server_group (check_data.c alloc_vsg_entry). */
function groupLine(call: Call, found: ServerGroup, [first, second, third]: readonly [Value, ...Value[]]): void {
  const drop = (at: Place, message: string): void => {
    if (!isPlaceholder(first.text))
      call.messages.reject('vrrp/invalid-address', at, message, { help: 'keepalived drops the line.' });
  };
  if (first.text === 'fwmark') {
    if (second === undefined) {
      call.messages.reject('vrrp/missing-argument', first.at, 'fwmark needs a number', {
        help: 'keepalived ends at such a line: nothing behind it is read.',
      });
      return call.end();
    }
    if (readUnsigned(second.text, 0, UINT) === undefined) return outOfRange(call, second, 0, UINT);
    if (third === undefined) found.familyOpen = true;
    else if (third.text === 'inet') found.families.add('ipv4');
    else if (third.text === 'inet6') found.families.add('ipv6');
    else return drop(third.at, `${third.text} is neither inet nor inet6`);
    found.marks++;
    return;
  }
  const start = readSocketAddress(first.text, second?.text);
  if (start === undefined) return drop(first.at, `${label([first, ...(second ? [second] : [])])} is no address`);
  const problem = rangeProblem(first.text, start);
  if (problem !== undefined) return drop(first.at, `${first.text} ${problem}`);
  found.addresses.push(start);
  found.families.add(start.family);
}

/** What is wrong with the `/mask`, `-end` or `-address` behind an address. */
function rangeProblem(text: string, start: SocketAddress): string | undefined {
  const width = start.family === 'ipv4' ? 32 : 128;
  const slash = text.indexOf('/');
  const from = ipNumber(start);
  if (slash >= 0) {
    const mask = /^[ \t]*\+?\d+$/.test(text.slice(slash + 1)) ? Number(text.slice(slash + 1)) : 0;
    if (mask === 0 || mask > width) return `has no mask from 1 to ${width}`;
    return (from & ((1n << BigInt(width - mask)) - 1n)) === 0n ? undefined : 'has bits behind its mask';
  }
  const dash = text.indexOf('-');
  if (dash < 0) return undefined;
  const tail = text.slice(dash + 1);
  if (tail.includes(start.family === 'ipv4' ? '.' : ':')) {
    const to = readSocketAddress(tail);
    if (to === undefined) return 'has no end that is an address';
    if (to.family !== start.family) return 'ends in another family';
    return ipNumber(to) < from ? 'ends before it begins' : undefined;
  }
  const ipv6 = start.family === 'ipv6';
  const last = (ipv6 ? /^[\da-f]+$/i : /^\d+$/).test(tail) ? Number.parseInt(tail, ipv6 ? 16 : 10) : Number.NaN;
  const most = ipv6 ? 0xffff : 255;
  if (!(last <= most)) return `does not end in a number up to ${ipv6 ? 'ffff' : '255'}`;
  return Number(from & BigInt(most)) >= last ? 'ends before it begins' : undefined;
}

export const SERVER_GROUP_HANDLERS: ReadonlyMap<string, Handler> = new Map([['virtual_server_group', group]]);
