import { isMulticast, type Ip } from '@halint/core';
import { invalid, need } from '../process/arguments.ts';
import type { Call } from '../process/call.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import type { Instance } from '../process/state.ts';
import type { Value } from '../stream/logical.ts';
import { addressLine, plainAddress } from './addresses.ts';
import type { Use } from './on-instance.ts';
import { atLeast23 } from './versions.ts';

/** The address of a statement, of the family of the instance; undefined once it is said why there is none. */
function addressOf(
  call: Call,
  instance: Instance,
  help?: string,
): { readonly word: Value; readonly ip: Ip } | undefined {
  const word = need(call);
  if (word === undefined || isPlaceholder(word.text)) return undefined;
  const ip = plainAddress(word.text);
  if (ip === undefined) invalid(call, word.at, `${word.text} is no IP address`);
  else if (instance.family !== undefined && instance.family !== ip.family) {
    call.messages.reject(
      'vrrp/address-family-mixed',
      word.at,
      `${call.keyword.text} ${word.text} is of another family than the instance`,
      help === undefined ? {} : { help },
    );
  } else {
    instance.family = ip.family;
    return { word, ip };
  }
  return undefined;
}

/** The source address of adverts (vrrp_srcip_handler). */
export const source: Use = (call, instance) => {
  const found = addressOf(call, instance, 'keepalived drops the statement.');
  if (found !== undefined) instance.sourceAddress = found.ip.address;
};

export const multicastDestination: Use = (call, instance) => {
  const found = addressOf(call, instance);
  if (found === undefined) return;
  const { word, ip } = found;
  // Of IPv6 groups those of the link alone.
  if (!isMulticast(ip) || (ip.family === 'ipv6' && !/^ff.2:/i.test(ip.address)))
    return invalid(call, word.at, `${word.text} is no multicast address`);
  instance.mcastDestination = true;
};

/** An address of an instance; a second one of the same value is ignored, but an excluded one of another device (vrrp_data.c vip_is_duplicate). */
export const vips =
  (excluded: boolean): Use =>
  (call, instance) => {
    for (const words of call.values()) {
      const vip = addressLine(call, words, false);
      if (vip === undefined) continue;
      if (!excluded && instance.family !== undefined && instance.family !== vip.family) {
        call.messages.reject(
          'vrrp/address-family-mixed',
          vip.at,
          `${words[0]?.text} is of another family than the instance: keepalived ignores it`,
          {
            help: 'All virtual_ipaddress of an instance are of one family; those of the other go into virtual_ipaddress_excluded or an instance of their own.',
          },
        );
        continue;
      }
      if (!excluded) instance.family ??= vip.family;
      const twin = instance.vips.find(
        (each) =>
          each.address === vip.address &&
          each.family === vip.family &&
          ((!excluded && !each.excluded) || each.device === vip.device),
      );
      // Since 2.3 it is said, before it was taken twice.
      if (twin !== undefined && atLeast23(call.version)) {
        call.messages.reject(
          'vrrp/repeated-statement',
          vip.at,
          `${words[0]?.text} stands above: keepalived ignores it here`,
          {
            related: [{ at: twin.at, message: 'the one that counts' }],
          },
        );
        continue;
      }
      instance.vips.push({ ...vip, excluded });
    }
  };
