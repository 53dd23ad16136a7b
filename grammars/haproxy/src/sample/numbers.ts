/** The text is an integer as read_int64() and make_arg_list() of the daemon take it. */
export function isInteger(text: string): boolean {
  return /^[+-]?\d+$/.test(text);
}

/** strl2llrc() of src/tools.c: an optional minus and digits, or nothing but the minus; a value outside 64 bits is refused. */
export function isPatternNumber(text: string): boolean {
  return /^(?:\d+|-\d*)$/.test(text) && (text.length < 19 || fits(text));
}

function fits(text: string): boolean {
  if (text === '-') return true;
  const value = BigInt(text);
  return value <= 9_223_372_036_854_775_807n && value >= -9_223_372_036_854_775_808n;
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  if (!/^[0-9A-Fa-f:.]*$/.test(text) || !text.includes(':')) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [i, half] of halves.entries()) {
    if (half === '') continue;
    const parts = half.split(':');
    for (const [j, part] of parts.entries()) {
      const last = i === halves.length - 1 && j === parts.length - 1;
      if (part.includes('.')) {
        if (!last || !isIpv4(part)) return false;
        groups += 2;
      } else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups++;
      else return false;
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}

/** A number of leading bits as strtol() reads it, from 0 to `most`. */
function isLength(text: string, most: number): boolean {
  return /^\s*\+?\d+$/.test(text) && Number(text) <= most;
}

export const ADDRESSES = {
  ipv4: isIpv4,
  ipv6: isIpv6,
  /** str2mask(): a dotted mask or a number of bits. */
  mask4: (text: string): boolean => (text.includes('.') ? isIpv4(text) : isLength(text, 32)),
  /** str2mask6() */
  mask6: (text: string): boolean => (text.includes(':') ? isIpv6(text) : isLength(text, 128)),
  /** str62net(): an IPv6 address with or without a number of bits. */
  net6: (text: string): boolean => {
    const slash = text.lastIndexOf('/');
    if (slash < 0) return isIpv6(text);
    return isIpv6(text.slice(0, slash)) && isLength(text.slice(slash + 1), 128);
  },
};
