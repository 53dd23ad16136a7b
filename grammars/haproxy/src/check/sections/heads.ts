import { badSign, isOpaque } from '../../values.ts';
import { sectionName } from '../../head.ts';
import { refuse, since, warn, type Run } from '../run.ts';
import { exposed } from '../global/settings.ts';

/** What may stand behind a section word that is no proxy. */
interface Head {
  /** Words that must be there, and that may be there. */
  readonly least: 0 | 1;
  readonly most?: 0 | 1;
  /** The name has letters, digits and -_.: only (invalid_char). */
  readonly signs?: true;
}

const HEADS: ReadonlyMap<string, Head> = new Map<string, Head>([
  ['global', { least: 0, most: 0 }],
  ['peers', { least: 1, most: 1, signs: true }],
  ['resolvers', { least: 1, signs: true }],
  ['mailers', { least: 1, signs: true }],
  ['userlist', { least: 1, most: 1, signs: true }],
  ['cache', { least: 1, most: 1 }],
  ['ring', { least: 1, signs: true }],
  ['http-errors', { least: 1, signs: true }],
  ['fcgi-app', { least: 1, most: 1, signs: true }],
  ['program', { least: 1, most: 1 }],
  ['log-forward', { least: 1, most: 1, signs: true }],
  ['log-profile', { least: 1, most: 1, signs: true }],
  ['crt-store', { least: 0, most: 1 }],
  ['traces', { least: 0, most: 0 }],
  ['acme', { least: 1, most: 1 }],
  ['healthcheck', { least: 1, most: 1, signs: true }],
  ['namespace_list', { least: 0 }],
]);

/** Judges the line that starts a section that is no proxy; false when nothing below it can be judged. */
export function checkSectionHead(run: Run): boolean {
  const { lines } = run;
  const head = HEADS.get(lines.kind);
  if (head === undefined) return true;
  const name = lines.value(0, 1);
  if (isOpaque(name)) return true;
  if (head.least > 0 && name === '') {
    refuse(run, 'missing-argument', lines.at(0, 0), `'${lines.kind}' needs a name`);
    return false;
  }
  const extra = head.most === undefined || name === '' ? '' : lines.value(0, head.most + 1);
  if (head.most !== undefined && extra !== '') {
    const what = head.most === 0 ? 'nothing' : 'a name only';
    refuse(run, 'unexpected-argument', lines.at(0, head.most + 1), `'${lines.kind}' takes ${what}, found '${extra}'`);
    return false;
  }
  const sign = head.signs === true ? badSign(name) : undefined;
  if (sign !== undefined) {
    refuse(run, 'invalid-name', lines.at(0, 1), `'${sign}' is not allowed in the name of a ${lines.kind}`);
    return false;
  }
  return checkKind(run);
}

/** What a kind of section asks of its head besides the name. */
function checkKind(run: Run): boolean {
  const { lines } = run;
  const at = lines.at(0, 0);
  if (lines.kind === 'acme' && !exposed(run, 0, 'experimental')) {
    const help = "Allow it with 'expose-experimental-directives' in the global section above.";
    refuse(run, 'misplaced-keyword', at, "section 'acme' is experimental", { help });
    return false;
  }
  if (lines.kind === 'program' && since(run, '3.1') && !exposed(run, 0, 'deprecated')) {
    const help = "Allow it with 'expose-deprecated-directives' in the global section above, or use a process manager.";
    refuse(run, 'removed-or-deprecated-keyword', at, "section 'program' is deprecated since haproxy 3.1", { help });
    return false;
  }
  if (lines.kind === 'cache' && sectionName(lines).length > 32)
    warn(run, 'invalid-name', lines.at(0, 1), 'the name of a cache is cut behind 32 characters');
  return true;
}
