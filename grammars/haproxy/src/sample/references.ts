import { CONVERTERS } from '../keywords/converters.ts';
import { FETCHES } from '../keywords/fetches.ts';
import { isNameCode } from './tokens.ts';

/** A name in the arguments of a fetch or converter that the daemon looks up behind the last line (smp_resolve_args() in src/sample.c). */
export interface SampleReference {
  readonly space: 'backend' | 'frontend' | 'server' | 'table' | 'userlist' | 'acl';
  readonly label: string;
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
}

type Space = SampleReference['space'];

const SPACES: ReadonlySet<string> = new Set(['backend', 'frontend', 'server', 'table', 'userlist']);

/** For each call with such arguments: the space of each, '' for other arguments. */
const CALLS = new Map<string, readonly (Space | '')[]>();
for (const { word, usage } of [...FETCHES, ...CONVERTERS]) {
  const types = usage
    .replace(/[()[\]]/g, ',')
    .split(',')
    .filter((type) => type !== '');
  if (!CALLS.has(word) && types.some((type) => SPACES.has(type)))
    CALLS.set(
      word,
      types.map((type) => (SPACES.has(type) ? (type as Space) : '')),
    );
}
CALLS.set('acl', new Array<Space>(12).fill('acl'));

/** Signs before a call: it starts a word, follows a comma or a bracket of a log-format string, or is negated or quoted. */
const BEFORE = /[\s,["'!{]/;
const OPEN = 40;
const ARGUMENTS = /\(([A-Za-z0-9_.:/,!-]*)\)/y;

/** Finds names in the calls between two offsets; arguments with quotes, escapes or variables are left out. */
export function sampleReferences(text: string, from: number, to: number, found: (use: SampleReference) => void): void {
  for (let open = from; open < to; open++) {
    if (text.charCodeAt(open) !== OPEN) continue;
    let start = open;
    // No name of a call is longer.
    const least = Math.max(from, open - 40);
    while (start > least && isNameCode(text.charCodeAt(start - 1))) start--;
    const spaces = CALLS.get(text.slice(start, open));
    if (spaces === undefined || (start > from && !BEFORE.test(text[start - 1] as string))) continue;
    ARGUMENTS.lastIndex = open;
    const args = ARGUMENTS.exec(text)?.[1];
    if (args !== undefined) eachName(args, open + 1, spaces, found);
  }
}

function eachName(
  args: string,
  at: number,
  spaces: readonly (Space | '')[],
  found: (use: SampleReference) => void,
): void {
  let start = at;
  for (const [i, arg] of args.split(',').entries()) {
    const space = spaces[i] ?? '';
    const bang = space === 'acl' && arg.startsWith('!') ? 1 : 0;
    if (space !== '' && arg.length > bang)
      found({ space, label: arg.slice(bang), start: start + bang, end: start + arg.length });
    start += arg.length + 1;
  }
}
