import { parseIp } from '@halint/core';
import { invalid, need } from '../process/arguments.ts';
import type { Call } from '../process/call.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import type { Instance } from '../process/state.ts';
import type { Value } from '../stream/logical.ts';
import { isDotted } from './addresses.ts';
import { atLeast23 } from './versions.ts';

/** IFNAMSIZ, the closing zero not counted. */
const LONGEST_NAME = 15;
/** Words that the use_vmac of 2.2 looks at. */
const WORDS_OF_22 = 2;
const IGNORED = 'keepalived ignores it.';

/** Octets of a MAC address, at least five: the sixth is the VRID then; more than six are passed over (vrrp_parser.c vrrp_vmac_handler). */
function readMac(text: string): readonly number[] | undefined {
  const octets = text.split(':');
  // A colon behind the fifth octet counts for nothing.
  if (octets.length === 6 && octets[5] === '') octets.pop();
  const read = octets.slice(0, 6);
  if (read.length < 5 || !/^[\da-f:]+$/i.test(text)) return undefined;
  return read.every((octet) => /^[\da-f]{1,2}$/i.test(octet))
    ? read.map((octet) => Number.parseInt(octet, 16))
    : undefined;
}

function mac(call: Call, instance: Instance, word: Value): void {
  if (instance.macGiven) return again(call, word, 'use_vmac has a MAC address already');
  const octets = readMac(word.text);
  if (octets === undefined) return invalid(call, word.at, `${word.text} is no MAC address`, IGNORED);
  const [first = 0, second, third, fourth, fifth = 0] = octets;
  if ((first & 1) === 1) invalid(call, word.at, `the MAC address ${word.text} is a multicast address`, IGNORED);
  else if (first === 0 && second === 0 && third === 0x5e && fourth === 0 && (fifth === 1 || fifth === 2))
    invalid(call, word.at, `${word.text} is an address that VRRP itself makes of the VRID (RFC 9568 7.3)`, IGNORED);
  else instance.macGiven = true;
}

function again(call: Call, word: Value, message: string): void {
  call.messages.reject('vrrp/repeated-statement', word.at, `${message}: keepalived ignores ${word.text}`);
}

/** The name of the interface to make; no two instances have the same. */
function interfaceName(call: Call, instance: Instance, word: Value, isValid: boolean): void {
  const { text } = word;
  if (isPlaceholder(text)) return;
  if (instance.madeInterface !== undefined)
    return again(
      call,
      word,
      `${call.keyword.text} of ${instance.name} has the interface ${instance.madeInterface} already`,
    );
  if (!isValid) {
    const why = text.length > LONGEST_NAME ? `is longer than ${LONGEST_NAME} characters` : 'is no name of an interface';
    return invalid(call, word.at, `${text} ${why}`, IGNORED);
  }
  // An empty name is that of every instance without one; 2.2 finds the instance itself among them.
  const users = atLeast23(call.version) ? call.state.instances : [...call.state.instances, instance];
  const other = users.find(({ madeInterface }) => (madeInterface ?? '') === text);
  if (other !== undefined) {
    const message =
      text === '' ? 'the name of the interface is empty' : `${other.name} uses the interface ${text} already`;
    call.messages.reject('vrrp/duplicate-name', word.at, message, {
      help: IGNORED,
      related: [{ at: other.at, message: `vrrp_instance ${other.name}` }],
    });
    return;
  }
  if (text !== '') instance.madeInterface = text;
}

const isDeviceName = (text: string): boolean =>
  text !== '' && text.length <= LONGEST_NAME && text !== '.' && text !== '..' && !/[/:\s]/.test(text);

/** `use_vmac [name] NAME, MAC, group GROUP, netlink_notify_msg`; before 2.3 NAME and MAC only. */
export function useVmac(call: Call, instance: Instance): void {
  instance.vmac = true;
  const recent = atLeast23(call.version);
  const words = recent ? call.args : call.args.slice(0, WORDS_OF_22);
  for (let i = 0; i < words.length; i++) {
    let word: Value | undefined = words[i];
    if (word?.text.includes(':') === true) {
      if (!isPlaceholder(word.text)) mac(call, instance, word);
      continue;
    }
    if (recent && word?.text === 'netlink_notify_msg') continue;
    if (recent && (word?.text === 'group' || word?.text === 'name')) {
      const isGroup = word.text === 'group';
      word = need(call, ++i);
      // Which groups there are is the machine's.
      if (isGroup && word !== undefined) continue;
    }
    if (word === undefined) return;
    interfaceName(call, instance, word, isDeviceName(word.text));
  }
}

/** An address with an optional prefix; one that cannot be read is taken for a name (lib/utils.c check_valid_ipaddress). */
function readSource(text: string): ReturnType<typeof parseIp> {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  if (rest.length > 0 || !/[.:]/.test(address) || !isDotted(address, family)) return undefined;
  if (prefix !== undefined && !(/^\d+$/.test(prefix) && Number(prefix) <= (family === 'ipv6' ? 128 : 32)))
    return undefined;
  return parseIp(address);
}

const TYPES: ReadonlySet<string> = new Set(['bridge', 'private', 'vepa']);

/** `use_ipvlan [name] NAME, ADDRESS, bridge|private|vepa, group GROUP`; it stands once. */
export function useIpvlan(call: Call, instance: Instance): void {
  if (instance.ipvlan) {
    call.messages.reject(
      'vrrp/repeated-statement',
      call.line.at,
      'use_ipvlan stands above: keepalived ignores it here',
    );
    return;
  }
  instance.ipvlan = true;
  const recent = atLeast23(call.version);
  let typed = false;
  for (let i = 0; i < call.args.length; i++) {
    let word = call.args[i];
    if (word !== undefined && TYPES.has(word.text)) {
      if (typed) again(call, word, 'use_ipvlan has a type already');
      typed = true;
      continue;
    }
    if (recent && (word?.text === 'group' || word?.text === 'name')) {
      const isGroup = word.text === 'group';
      word = need(call, ++i);
      if (isGroup && word !== undefined) continue;
    } else {
      const source = readSource(word?.text ?? '');
      if (source !== undefined && word !== undefined) {
        sourceAddress(call, instance, word, source);
        continue;
      }
    }
    if (word === undefined) return;
    interfaceName(call, instance, word, word.text.length <= LONGEST_NAME);
  }
}

function sourceAddress(
  call: Call,
  instance: Instance,
  word: Value,
  source: NonNullable<ReturnType<typeof parseIp>>,
): void {
  if (instance.ipvlanAddress) return again(call, word, 'use_ipvlan has an address already');
  if (instance.family !== undefined && instance.family !== source.family) {
    call.messages.reject(
      'vrrp/address-family-mixed',
      word.at,
      `${word.text} is of another family than the instance: keepalived ignores it`,
    );
    return;
  }
  instance.family = source.family;
  instance.ipvlanAddress = true;
  instance.sourceAddress ??= source.address;
}
