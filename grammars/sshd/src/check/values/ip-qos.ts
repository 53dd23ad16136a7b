import { readInt } from '../numbers.ts';
import { from } from './form.ts';

/** IPQoS names of misc.c parse_ipqos(). */
const IP_QOS = /^(?:af[1-4][1-3]|cs[0-7]|ef|le|lowdelay|throughput|reliability|none)$/i;

export function isIpQos(value: string, openssh: string): boolean {
  if (IP_QOS.test(value)) return true;
  if (/^va$/i.test(value)) return from(openssh, '10.3');
  if (from(openssh, '9.8')) return readInt(value, 255) !== undefined;
  // strtol() with base 0: a leading 0 makes the number octal, 0x hexadecimal.
  const [, digits = ''] = /^\s*\+?(0[0-7]*|0x[0-9a-f]+|[1-9]\d*)$/i.exec(value) ?? [];
  return digits !== '' && (/^0[0-7]*$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits)) <= 255;
}
