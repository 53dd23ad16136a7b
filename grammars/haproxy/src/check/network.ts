import { isIpv6 } from '../address/hosts.ts';
import { isBadIpv4 } from '../values.ts';

/** Is the text an IPv4 address, perhaps with a mask (str2net), or an IPv6 address with a prefix length (str62net)? */
export function isNetwork(text: string, six: boolean): boolean {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const mask = slash < 0 ? undefined : text.slice(slash + 1);
  if (isIpv4(address)) return mask === undefined || isMask(mask);
  return isIpv6(address) ? six && (mask === undefined || (/^\d+$/.test(mask) && Number(mask) <= 128)) : isName(address);
}

function isMask(mask: string): boolean {
  return (mask.split('.').length === 4 && isIpv4(mask)) || (/^\d+$/.test(mask) && Number(mask) <= 32);
}

/** In any spelling of inet_aton(): 10.1 and 2147483648 are addresses for the resolver. */
function isIpv4(text: string): boolean {
  return /^[\d.]+$/.test(text) && !isBadIpv4(text);
}

/** A host name is looked up, which depends on the machine. */
function isName(text: string): boolean {
  return /[A-Za-z]/.test(text) && !text.includes(':');
}
