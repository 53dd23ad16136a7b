// Small changes to files of sysctl.d. Operators are as in mutate.mjs: lines and a random source in, new lines and the line that is another now
// out. What the tools make of it is asked, never assumed.
const spliced = (lines, at, count, ...texts) => [...lines.slice(0, at), ...texts, ...lines.slice(at + count)];

/** Picks a line that sets something and replaces it by what `change(key, value, random)` makes of it. */
function onLine(change) {
  return (lines, random) => {
    const found = lines.map((_, i) => i).filter((i) => /^\s*-?[\w./*-]+\s*=/.test(lines[i]));
    if (found.length === 0) return undefined;
    const at = found[random(found.length)];
    const [, key, value] = /^\s*-?([^=]*?)\s*=\s*(.*?)\s*$/.exec(lines[at]);
    const made = change(key, value, random);
    if (made === undefined) return undefined;
    const texts = Array.isArray(made) ? made : [made];
    return { lines: spliced(lines, at, 1, ...texts), line: at + texts.length };
  };
}

/** Stand-ins for settings outside net/ take any value, so that only the real ones tell what the kernel takes. */
const isReal = (key) => /^net[./]/.test(key);
const real = (change) => onLine((key, value, random) => (isReal(key) ? change(key, value, random) : undefined));

/** Folders of which one setting writes into another: conf/all/forwarding is ip_forward. */
const pattern = (key) => (/conf[./]all/.test(key) ? undefined : key.replace(/[^./]+$/, '*'));

/** Lines with a pattern for the folder of the key. */
const withPattern = (change) =>
  onLine((key, value) => (pattern(key) === undefined ? undefined : change(key, value, pattern(key))));

/** Another value that the kernel takes too: one number for one, a range for a range. */
const other = (value) => (/\s/.test(value) ? '2000 3000' : value === '0' ? '1' : '0');

export const OPERATORS = {
  'no equals sign': onLine((key, value) => `${key} ${value}`),
  'colon for equals': onLine((key, value) => `${key}: ${value}`),
  'no value': onLine((key) => `${key} =`),
  'no key': onLine((_, value) => `= ${value}`),
  'key alone': onLine((key) => key),
  'minus in front': onLine((key, value) => `-${key} = ${value}`),
  'minus and a blank': onLine((key, value) => `- ${key} = ${value}`),
  'minus and no value': onLine((key) => `-${key}`),
  slashes: onLine((key, value) => `${key.replaceAll('.', '/')} = ${value}`),
  'a slash among dots': onLine((key, value, random) => {
    const dots = [...key.matchAll(/\./g)].map(({ index }) => index);
    const at = dots[random(dots.length || 1)];
    return at === undefined ? undefined : `${key.slice(0, at)}/${key.slice(at + 1)} = ${value}`;
  }),
  'two dots': onLine((key, value) => `${key.replace('.', '..')} = ${value}`),
  'dot in front': onLine((key, value) => `.${key} = ${value}`),
  '/proc/sys in front': onLine((key, value) => `/proc/sys/${key.replaceAll('.', '/')} = ${value}`),
  'key in capitals': onLine((key, value) => `${key.toUpperCase()} = ${value}`),
  'blanks around': onLine((key, value) => `   ${key}   =   ${value}   `),
  tabs: onLine((key, value) => `\t${key}\t=\t${value}\t`),
  'no blanks': onLine((key, value) => `${key}=${value}`),
  'blank in the key': onLine((key, value) => `${key.replace('.', ' .')} = ${value}`),
  'comment behind the value': real((key, value) => `${key} = ${value} # note`),
  'number sign in front': onLine((key, value) => `#${key} = ${value}`),
  'semicolon in front': onLine((key, value) => `  ; ${key} = ${value}`),
  'value in quotes': real((key, value) => `${key} = "${value}"`),
  'two equals signs': real((key, value) => `${key} == ${value}`),
  'another value behind': onLine((key, value) => [`${key} = ${value}`, `${key} = ${other(value)}`]),
  'another value behind, with slashes': onLine((key, value) => [
    `${key} = ${value}`,
    `${key.replaceAll('.', '/')} = ${other(value)}`,
  ]),
  'another value in front': onLine((key, value) => [`${key} = ${other(value)}`, `${key} = ${value}`]),
  'a word behind': real((key, value) => (/^\d+$/.test(value) ? [`${key} = ${value}`, `${key} = yes`] : undefined)),
  'no value behind': real((key, value) => (/^\d+$/.test(value) ? [`${key} = ${value}`, `${key} =`] : undefined)),
  'an exclusion behind': onLine((key, value) => [`${key} = ${value}`, `-${key}`]),
  'minus and a blank behind': onLine((key, value) => [`${key} = ${value}`, `- ${key} = ${other(value)}`]),
  hexadecimal: real((key, value) => (/^\d+$/.test(value) ? `${key} = 0x${Number(value).toString(16)}` : undefined)),
  'a pattern behind': withPattern((key, value, folder) => [`${key} = ${value}`, `${folder} = ${other(value)}`]),
  'a pattern in front': withPattern((key, value, folder) => [`${folder} = ${other(value)}`, `${key} = ${value}`]),
  'a pattern with an exclusion': withPattern((key, value, folder) => [`-${key}`, `${folder} = ${value}`]),
  'carriage return': onLine((key, value) => `${key} = ${value}\r`),
  'two values': real((key, value) => (/\s/.test(value) ? undefined : `${key} = ${value} ${value}`)),
  backslash: real((key, value) => [`${key} = \\`, value]),
};
