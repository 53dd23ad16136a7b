import { invalid, need } from '../process/arguments.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import { addressLine, plainAddress } from './addresses.ts';
import type { Use } from './on-instance.ts';
import { atLeast23 } from './versions.ts';

/** The source address of adverts, of the family of the instance (vrrp_srcip_handler). */
export const source: Use = (call, instance) => {
  const word = need(call);
  if (word === undefined || isPlaceholder(word.text)) return;
  const ip = plainAddress(word.text);
  if (ip === undefined) return invalid(call, word.at, `${word.text} is no IP address`);
  if (instance.family !== undefined && instance.family !== ip.family) {
    call.messages.reject(
      'vrrp/address-family-mixed',
      word.at,
      `${call.keyword.text} ${word.text} is of another family than the instance`,
      {
        help: 'keepalived drops the statement.',
      },
    );
    return;
  }
  instance.family = ip.family;
  instance.sourceAddress = ip.address;
};

export const multicastDestination: Use = (call, instance) => {
  const word = need(call);
  if (word === undefined || isPlaceholder(word.text)) return;
  const ip = plainAddress(word.text);
  if (ip === undefined) return invalid(call, word.at, `${word.text} is no IP address`);
  if (instance.family !== undefined && instance.family !== ip.family) {
    call.messages.reject(
      'vrrp/address-family-mixed',
      word.at,
      `mcast_dst_ip ${word.text} is of another family than the instance`,
    );
    return;
  }
  instance.family = ip.family;
  const first = Number(ip.address.split('.')[0]);
  const isMulticast = ip.family === 'ipv4' ? first >= 224 && first < 240 : /^ff.2:/i.test(ip.address);
  if (!isMulticast) return invalid(call, word.at, `${word.text} is no multicast address`);
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
