import { invalid, need } from '../process/arguments.ts';
import type { Handler } from '../process/call.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import { atLeast23 } from './versions.ts';

const UMASK_BITS = /^I(?:[RWX](?:USR|GRP|OTH)|RWX[UGO])/;

/** A number in C notation, or bits with a | between them. */
export const umask: Handler = (call) => {
  const value = need(call);
  if (value === undefined || isPlaceholder(value.text)) return;
  if (/^\d/.test(value.text)) {
    const extra = call.args[1];
    if (extra !== undefined) return invalid(call, extra.at, 'umask takes one number');
    const number = /^0[0-7]*$/.test(value.text)
      ? Number.parseInt(value.text, 8)
      : /^(?:[1-9]\d*|0[xX][\da-fA-F]+)$/.test(value.text)
        ? Number(value.text)
        : Number.NaN;
    if (!(number >= 0 && number <= 0o777)) invalid(call, value.at, `${value.text} is no umask from 0 to 0777`);
    return;
  }
  let bit = false;
  for (const word of call.args) {
    let rest = word.text;
    while (rest !== '') {
      if (bit) {
        if (!rest.startsWith('|')) return invalid(call, word.at, `a | is missing in umask ${word.text}`);
        rest = rest.slice(1);
        bit = false;
        continue;
      }
      const found = UMASK_BITS.exec(rest)?.[0];
      // The whole of a group is known since 2.3.
      if (found === undefined || (found.startsWith('IRWX') && !atLeast23(call.version)))
        return invalid(call, word.at, `${rest} is no bit of a umask: IRUSR, IWGRP, IXOTH …`);
      rest = rest.slice(5);
      bit = true;
    }
  }
  if (!bit) invalid(call, value.at, 'a bit is missing behind the last |');
};
