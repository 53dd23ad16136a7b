import { ipNumber, parseCidr, parseIp, type Cidr, type Family } from '@halint/core';

/** The networks of a prefix, an address, or a range `FIRST-LAST`; undefined for anything else, such as a name. */
export function networksOf(text: string): readonly Cidr[] | undefined {
  const [from, to, more] = text.split('-');
  if (to === undefined || more !== undefined) {
    const net = parseCidr(text);
    return net === undefined ? undefined : [net];
  }
  const [first, last] = [parseIp(from ?? ''), parseIp(to)];
  if (first === undefined || first.family !== last?.family) return undefined;
  const bits = first.family === 'ipv4' ? 32 : 128;
  const nets: Cidr[] = [];
  const end = ipNumber(last);
  for (let start = ipNumber(first); start <= end;) {
    // The widest network that begins here and does not go beyond the end.
    let size = 0;
    while (size < bits && start % (1n << BigInt(size + 1)) === 0n && start + (1n << BigInt(size + 1)) - 1n <= end)
      size++;
    const net = parseCidr(`${addressOf(start, first.family)}/${bits - size}`);
    if (net === undefined) return undefined;
    nets.push(net);
    start += 1n << BigInt(size);
  }
  return nets;
}

function addressOf(number: bigint, family: Family): string {
  if (family === 'ipv4') return [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 255n).join('.');
  return [7n, 6n, 5n, 4n, 3n, 2n, 1n, 0n].map((group) => ((number >> (group * 16n)) & 0xffffn).toString(16)).join(':');
}
