import { parseIp } from '@halint/core';
import { readC, readUnsigned } from '../process/arguments.ts';
import type { Call } from '../process/call.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import type { Vip } from '../process/state.ts';
import type { Value } from '../stream/logical.ts';

/** An address with its prefix as keepalived reads it, IPv6 where there is a colon (vrrp_ipaddress.c parse_ipaddress); undefined behind a complaint. */
export function readAddress(call: Call, word: Value, withPrefix = true): Omit<Vip, 'excluded' | 'device'> | undefined {
  if (isPlaceholder(word.text)) return undefined;
  const slash = withPrefix ? word.text.indexOf('/') : -1;
  const text = slash < 0 ? word.text : word.text.slice(0, slash);
  const family = word.text.includes(':') ? 'ipv6' : 'ipv4';
  const longest = family === 'ipv6' ? 128 : 32;
  const written = slash < 0 ? longest : readUnsigned(word.text.slice(slash + 1), 0, longest);
  if (written === undefined) {
    call.messages.reject(
      'vrrp/invalid-address',
      word.at,
      `the prefix of ${word.text} is not a number from 0 to ${longest}`,
      {
        help: `keepalived takes ${longest}.`,
      },
    );
  }
  const ip = isDotted(text, family) ? parseIp(text) : undefined;
  if (ip === undefined || ip.family !== family) {
    call.messages.reject('vrrp/invalid-address', word.at, `${word.text} is no IP address: keepalived drops the line`);
    return undefined;
  }
  return { address: ip.address, prefix: written ?? longest, family, at: word.at };
}

const OCTET = '(?:0|1\\d{0,2}|2(?:[0-4]\\d?|5[0-5]?|[6-9])?|[3-9]\\d?)';
const DOTTED = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);

/** inet_pton() takes four decimal numbers without leading zeros. */
export function isDotted(text: string, family: 'ipv4' | 'ipv6'): boolean {
  return family === 'ipv6' ? !text.includes('%') : DOTTED.test(text);
}

/** An address; a range or prefix behind it is cut off (lib/utils.c inet_stosockaddr). */
export function plainAddress(text: string): ReturnType<typeof parseIp> {
  const family = text.includes(':') ? 'ipv6' : 'ipv4';
  const bare = text.replace(text.includes('-') ? /-.*$/ : /\/.*$/, '');
  return isDotted(bare, family) ? parseIp(bare) : undefined;
}

const FLAGS: ReadonlySet<string> = new Set(['home', '-nodad', 'mngtmpaddr', 'noprefixroute', 'autojoin', 'no_track']);
const WITH_VALUE: ReadonlySet<string> = new Set(['dev', 'scope', 'broadcast', 'brd', 'label', 'peer', 'preferred_lft']);
/** IFNAMSIZ, the closing zero not counted. */
const LONGEST_NAME = 15;
const SCOPES = /^(?:global|site|link|host|nowhere)$/;
/** Numbers are cut to so many bits before they are looked at (lib/rttables.c find_entry). */
const SCOPE_BITS = 2 ** 32;

/** A line of virtual_ipaddress, virtual_ipaddress_excluded or static_ipaddress (vrrp_ipaddress.c alloc_ipaddress); undefined when it is dropped. */
export function addressLine(call: Call, words: readonly Value[], isStatic: boolean): Omit<Vip, 'excluded'> | undefined {
  const [first, ...rest] = words as readonly [Value, ...Value[]];
  const address = readAddress(call, first);
  if (address === undefined) return undefined;
  const drop = (word: Value, message: string): undefined => {
    if (!isPlaceholder(word.text))
      call.messages.reject('vrrp/invalid-address', word.at, message, { help: 'keepalived drops the address.' });
    return undefined;
  };
  const ignore = (word: Value, message: string): void => {
    if (!isPlaceholder(word.text))
      call.messages.reject('vrrp/invalid-address', word.at, message, { help: 'keepalived ignores it.' });
  };
  let device: string | undefined;
  let peer = false;
  let broadcast: Value | undefined;
  let computed = false;
  const onlyIpv4: Value[] = [];
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] as Value;
    const name = word.text;
    const takesValue = WITH_VALUE.has(name) || (isStatic && name === 'track_group');
    if (!takesValue) {
      if (!FLAGS.has(name) && (isStatic || name !== 'use_vmac')) ignore(word, `${name} is no option of an address`);
      continue;
    }
    const value = rest[++i];
    if (value === undefined) return drop(word, `${name} needs a value`);
    switch (name) {
      case 'dev':
        if (device !== undefined) return drop(word, 'dev stands twice');
        device = value.text;
        break;
      case 'scope': {
        const number = value.text === 'global' ? 0 : readC(value.text) % SCOPE_BITS;
        if (!SCOPES.test(value.text) && !(number <= 255))
          ignore(value, `${value.text} is no scope: global, site, link, host, nowhere or a number up to 255`);
        else if (number !== 0) onlyIpv4.push(word);
        break;
      }
      case 'broadcast':
      case 'brd':
        if (address.family === 'ipv6') return drop(word, 'an IPv6 address has no broadcast address');
        if (value.text !== '+' && value.text !== '-' && !isDotted(value.text, 'ipv4')) {
          return drop(value, `${value.text} is no broadcast address`);
        }
        broadcast = word;
        computed = value.text === '+' || value.text === '-';
        break;
      case 'label':
        if (value.text.length > LONGEST_NAME)
          return drop(value, `label ${value.text} is longer than ${LONGEST_NAME} characters`);
        onlyIpv4.push(word);
        break;
      case 'peer': {
        if (peer) {
          ignore(word, 'peer stands twice');
          // The word of the peer is read as an option again.
          i--;
          continue;
        }
        const other = readAddress(call, value, false);
        if (other === undefined) ignore(value, `${value.text} is no peer address`);
        else if (other.family !== address.family) ignore(value, `peer ${value.text} is of another family`);
        else {
          if (address.prefix !== (address.family === 'ipv6' ? 128 : 32))
            ignore(first, 'an address with a peer has no prefix of its own');
          peer = true;
        }
        break;
      }
      case 'preferred_lft':
        if (value.text !== 'forever' && readUnsigned(value.text, 0, 4_294_967_295) === undefined) {
          ignore(value, `preferred_lft ${value.text} is neither a number nor forever`);
        }
        break;
      case 'track_group':
        if (!call.state.trackGroups.has(value.text)) ignore(value, `track_group ${value.text} is not defined above`);
        break;
    }
  }
  if (broadcast !== undefined && peer) ignore(broadcast, 'an address with a peer has no broadcast address');
  else if (broadcast !== undefined && computed && address.prefix > 30) {
    ignore(broadcast, `a network of prefix ${address.prefix} has no broadcast address`);
  }
  if (address.family === 'ipv6') for (const word of onlyIpv4) ignore(word, `an IPv6 address has no ${word.text}`);
  return { ...address, device };
}
