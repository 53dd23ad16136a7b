import { compareVersions, nearest } from '@halint/core';
import { CERTIFICATE_WORDS } from '../check/sections/crt-store.ts';
import type { Entry, Part } from './ast.ts';
import { parseCrtList } from './parse.ts';

/** What haproxy refuses in a crt-list, with its place in the text. */
export interface CrtFault {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

interface Option {
  readonly args: 0 | 1;
  readonly since?: string;
  readonly until?: string;
  readonly values?: readonly string[];
}

const VERSIONS = ['SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** ssl_crtlist_kws of each version (`haproxy -dKcfg`, class crt-list). */
const OPTIONS: ReadonlyMap<string, Option> = new Map<string, Option>([
  ['allow-0rtt', { args: 0 }],
  ['alpn', { args: 1 }],
  ['ca-file', { args: 1 }],
  ['ca-verify-file', { args: 1 }],
  ['ciphers', { args: 1 }],
  ['ciphersuites', { args: 1 }],
  ['client-sigalgs', { args: 1, since: '2.7' }],
  ['crl-file', { args: 1 }],
  ['curves', { args: 1 }],
  ['ecdhe', { args: 1 }],
  ['ktls', { args: 1, since: '3.3', values: ['on', 'off'] }],
  ['no-alpn', { args: 0, since: '2.7' }],
  ['no-ca-names', { args: 0 }],
  ['npn', { args: 1 }],
  ['ocsp-update', { args: 1, since: '2.7', values: ['on', 'off'] }],
  ['sigalgs', { args: 1, since: '2.7' }],
  ['ssl-max-ver', { args: 1, values: VERSIONS }],
  ['ssl-min-ver', { args: 1, values: VERSIONS }],
  ['verify', { args: 1, values: ['none', 'optional', 'required'] }],
]);

/** Words of a line and of the whole (MAX_CRT_ARGS, CRT_LINESIZE). */
const MOST_WORDS = 2048;
const LONGEST = 65_534;

/** The options of a version; since 3.0 the words of a crt-store stand here too. */
function optionsOf(version: string): ReadonlyMap<string, Option> {
  const known = new Map<string, Option>();
  for (const [word, option] of OPTIONS)
    if (option.since === undefined || compareVersions(version, option.since) >= 0) known.set(word, option);
  for (const [word, since, value] of CERTIFICATE_WORDS)
    if (!known.has(word) && word !== 'alias' && compareVersions(version, since) >= 0)
      known.set(word, value === 'switch' ? { args: 1, values: ['on', 'off'] } : { args: 1 });
  return known;
}

function checkOptions(
  entry: Entry,
  known: ReadonlyMap<string, Option>,
  fault: (at: Part, message: string) => void,
): void {
  const options = entry.options ?? [];
  for (let i = 0; i < options.length; i++) {
    const word = options[i] as Part;
    const option = known.get(word.text);
    if (option === undefined) {
      const near = nearest(word.text, known.keys());
      return fault(
        word,
        `'${word.text}' is no option of a crt-list${near === undefined ? '' : `, did you mean '${near}'?`}`,
      );
    }
    if (option.args === 0) continue;
    const value = options[++i];
    if (value === undefined) return fault(word, `'${word.text}' needs a value inside the brackets`);
    if (option.values !== undefined && !option.values.includes(value.text))
      return fault(value, `'${word.text}' takes ${option.values.join(', ')}, not '${value.text}'`);
  }
}

/** What haproxy of a version refuses in a crt-list; whether its certificates are there depends on the machine. */
export function checkCrtList(text: string, version: string): readonly CrtFault[] {
  const list = parseCrtList(text);
  const known = optionsOf(version);
  const faults: CrtFault[] = [];
  const fault = ({ start, end }: Pick<Part, 'start' | 'end'>, message: string): void => {
    faults.push({ start, end, message });
  };
  for (const line of list.lines) {
    if (line.end - line.start > LONGEST) fault(line, `the line is longer than ${LONGEST} characters`);
    if (line.kind === 'unreadable') fault(line.at, line.why);
    else if (line.kind === 'entry') {
      if (1 + (line.options?.length ?? 0) + line.filters.length > MOST_WORDS)
        fault(line, `more than ${MOST_WORDS} words`);
      checkOptions(line, known, fault);
    }
  }
  // A file without a final line feed may have been cut off.
  if (list.cut && compareVersions(version, '2.3') >= 0) {
    const end = text.length;
    fault({ start: end - 1, end }, 'the last line does not end with a newline');
  }
  return faults;
}
