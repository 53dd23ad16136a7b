import { isDigit } from '../quantity/tokens.ts';

/** Four numbers up to 255 without leading zeros (inet_pton). */
export function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return (
    parts.length === 4 &&
    parts.every(
      (part) =>
        part.length > 0 &&
        part.length < 4 &&
        isNumber(part) &&
        Number(part) < 256 &&
        (part.length === 1 || part[0] !== '0'),
    )
  );
}

function isNumber(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isDigit(text.charCodeAt(i))) return false;
  return true;
}

/** An IPv6 address without brackets and zone, the last 32 bits possibly as IPv4 (inet_pton). */
export function isIpv6(text: string): boolean {
  if (text.length > 45 || !text.includes(':')) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [i, half] of halves.entries()) {
    if (half === '') continue;
    const parts = half.split(':');
    const last = parts.length - 1;
    for (const [j, part] of parts.entries()) {
      if (j === last && i === halves.length - 1 && part.includes('.')) {
        if (!isIpv4(part)) return false;
        groups += 2;
      } else if (isGroup(part)) groups++;
      else return false;
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}

function isGroup(part: string): boolean {
  if (part.length === 0 || part.length > 4) return false;
  for (let i = 0; i < part.length; i++) {
    const code = part.charCodeAt(i) | 32;
    if (!isDigit(part.charCodeAt(i)) && (code < 97 || code > 102)) return false;
  }
  return true;
}

/** A host made of digits and dots that is no IPv4 address in any spelling of inet_aton(): never a name either. */
export function isBadIpv4(host: string): boolean {
  let dots = 0;
  for (let i = 0; i < host.length; i++) {
    const code = host.charCodeAt(i);
    if (code === 46) dots++;
    else if (!isDigit(code)) return false;
  }
  if (host === '') return false;
  if (dots === host.length || dots > 3) return true;
  const parts = host.split('.');
  if (parts.some((part) => part === '')) return true;
  return parts.some((part, i) => {
    const octal = part.length > 1 && part.startsWith('0');
    if (octal && /[89]/.test(part)) return true;
    const most = i < parts.length - 1 ? 255 : 256 ** (5 - parts.length) - 1;
    return Number.parseInt(part, octal ? 8 : 10) > most;
  });
}

/** Longest name and label (DNS_MAX_NAME_SIZE, DNS_MAX_LABEL_SIZE). */
const LONGEST_NAME = 255;
const LONGEST_LABEL = 63;

/** May a resolver be asked for it (resolv_hostname_validation())? Digits and dots alone must make an address. */
export function isHostName(text: string): boolean {
  if (text.length > LONGEST_NAME || isBadIpv4(text)) return false;
  let label = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      label = 0;
      continue;
    }
    const lower = code | 32;
    if (!isDigit(code) && code !== 45 && code !== 95 && (lower < 97 || lower > 122)) return false;
    if (++label > LONGEST_LABEL) return false;
  }
  return true;
}

/** What is inside brackets; undefined when they do not close or are too short or too long (str2ip2()). */
export function inBrackets(host: string): string | undefined {
  if (host[0] !== '[') return host;
  return host.length >= 4 && host.length < 48 && host.endsWith(']') ? host.slice(1, -1) : undefined;
}
