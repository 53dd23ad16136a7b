import { readDuration, readInt, readSize, readTime, scanInts } from '../numbers.ts';
import { both, each, from, isNone, noneAlone, type Check, type Given, type Problem } from './form.ts';

/** start[:rate:full] */
export function isMaxStartups(value: string): boolean {
  const [start, rate, full] = scanInts(value, 3) ?? [];
  if (start === undefined || start < 1) return false;
  if (rate === undefined) return true;
  if (full === undefined) return false;
  return start <= full && rate >= 1 && rate <= 100;
}

/** prefix4[:prefix6] */
export function isNetBlock(value: string): boolean {
  const [v4, v6 = 0] = scanInts(value, 2) ?? [];
  return v4 !== undefined && v4 >= 0 && v4 <= 32 && v6 >= 0 && v6 <= 128;
}

export const rekey: Check = ({ row, args: [size, time], openssh }) => {
  if (size !== undefined && size.value !== 'default') {
    const bytes = readSize(size.value, openssh);
    if (bytes === undefined)
      return { argument: size, message: `${row.word} takes default or a size, not \`${size.value}\`` };
    if (bytes !== 0n && bytes < 16n) return { argument: size, message: `${row.word} takes at least 16 bytes` };
  }
  if (time === undefined || time.value === 'none' || readTime(time.value, openssh) !== undefined) return undefined;
  return { argument: time, message: `${row.word} takes none or a time, not \`${time.value}\`` };
};

const PENALTIES: Record<string, string> = {
  crash: '9.8',
  authfail: '9.8',
  invaliduser: '10.3',
  noauth: '9.8',
  'grace-exceeded': '9.8',
  refuseconnection: '9.9',
  max: '9.8',
  min: '9.8',
};

function isPenalty(value: string, openssh: string): boolean {
  const colon = value.indexOf(':');
  const [name, given] = [value.slice(0, Math.max(0, colon)), value.slice(colon + 1)];
  if (Object.hasOwn(PENALTIES, name)) {
    return from(openssh, PENALTIES[name] ?? '') && readDuration(given, openssh) !== undefined;
  }
  if (/^max-sources[46]$/.test(name)) return readInt(given) !== undefined;
  return /^overflow6?$/.test(name) && /^(?:deny-all|permissive)$/.test(given);
}

/** `yes` and `no` may come last only. */
export const penalties: Check = ({ row, args, openssh }) => {
  for (const [i, argument] of args.entries()) {
    const switched = /^(?:yes|no)$/i.test(argument.value);
    if (switched && i < args.length - 1)
      return { argument, message: `\`${argument.value}\` must stand alone in ${row.word}` };
    if (!switched && !isPenalty(argument.value, openssh))
      return { argument, message: `${row.word} takes yes, no or name:value, not \`${argument.value}\`` };
  }
  return undefined;
};

/** ChannelTimeout: until 9.7 the words in front of `none` were not counted. */
function noneFirst(given: Given): Problem | undefined {
  if (from(given.openssh, '9.7')) return noneAlone(given);
  const none = given.args.slice(0, -1).find(({ value }) => isNone(value));
  return none && { argument: none, message: `\`${none.value}\` must stand alone in ${given.row.word}` };
}

function isChannelTimeout(value: string, openssh: string): boolean {
  const equals = value.indexOf('=');
  return isNone(value) || (equals > 0 && readDuration(value.slice(equals + 1), openssh) !== undefined);
}

export const channelTimeouts = both(noneFirst, each('none or type=time', isChannelTimeout));
