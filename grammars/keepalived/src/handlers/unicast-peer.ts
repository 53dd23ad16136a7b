import { outside, readUnsigned } from '../process/arguments.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import { plainAddress } from './addresses.ts';
import type { Use } from './on-instance.ts';
import { atLeast23 } from './versions.ts';

export const peers: Use = (call, instance) => {
  instance.unicast = true;
  for (const [word, ...options] of call.values()) {
    if (word === undefined || isPlaceholder(word.text)) continue;
    const ip = plainAddress(word.text);
    if (ip === undefined) {
      call.messages.reject(
        'vrrp/unicast-peer-malformed',
        word.at,
        `unicast peer ${word.text} is no IP address: keepalived skips it`,
      );
      continue;
    }
    if (instance.family !== undefined && instance.family !== ip.family) {
      call.messages.reject(
        'vrrp/address-family-mixed',
        word.at,
        `unicast peer ${word.text} is of another family than the instance: keepalived skips it`,
      );
      continue;
    }
    instance.family = ip.family;
    for (let i = 0; i < options.length; i += 2) {
      const [option, value] = [options[i], options[i + 1]];
      if (option === undefined) break;
      if (value === undefined) {
        call.messages.reject('vrrp/missing-argument', option.at, `${option.text} needs a value`);
        break;
      }
      if (readUnsigned(value.text, 0, 255) === undefined)
        outside(call, value, 'a whole number from 0 to 255', 'keepalived ignores it.');
      else if (option.text !== 'min_ttl' && option.text !== 'max_ttl') {
        call.messages.reject(
          'vrrp/invalid-argument',
          option.at,
          `${option.text} is no option of a unicast peer: min_ttl, max_ttl`,
        );
        break;
      }
    }
    if (instance.peers.some((each) => each.address === ip.address)) {
      if (atLeast23(call.version)) {
        call.messages.reject(
          'vrrp/repeated-statement',
          word.at,
          `unicast peer ${word.text} stands above: keepalived ignores it here`,
        );
      }
      continue;
    }
    instance.peers.push({ address: ip.address, at: word.at });
    const [low = 0, high = 255] = ['min_ttl', 'max_ttl'].map((name) => {
      const at = options.findIndex((each) => each.text === name);
      return at < 0 ? undefined : Number(options[at + 1]?.text);
    });
    if (low > high) {
      call.messages.complain(
        'vrrp/incompatible-statements',
        word.at,
        `min_ttl ${low} is above max_ttl ${high}: keepalived takes no packet of ${word.text}`,
      );
    }
  }
};
