import { badSign, isOpaque } from '../../values.ts';
import { refuse, since, suggestion, warn, type Checker, type Run } from '../run.ts';
import { repeated } from './repeated.ts';

function checkGroup(run: Run, line: number): void {
  const { lines } = run;
  const name = lines.value(line, 1);
  if (isOpaque(name)) return;
  if (name === '') return refuse(run, 'missing-argument', lines.at(line, 0), "'group' needs a name");
  const sign = badSign(name);
  if (sign !== undefined)
    return refuse(run, 'invalid-name', lines.at(line, 1), `'${sign}' is not allowed in the name of a group`);
  if (repeated(run, 'group', name))
    return warn(
      run,
      'ignored-keyword',
      lines.at(line, 1),
      `group '${name}' is defined above already: this line has no effect`,
    );
  let users = false;
  for (let i = 2; lines.value(line, i) !== ''; i += 2) {
    const word = lines.value(line, i);
    if (isOpaque(word) || isOpaque(lines.value(line, i + 1))) return;
    if (word !== 'users') {
      const { near, extra } = suggestion(lines.at(line, i), word, ['users']);
      return refuse(run, 'unknown-keyword', lines.at(line, i), `'group' takes users, not '${word}'${near}`, extra);
    }
    if (users && since(run, '2.9'))
      return refuse(run, 'duplicate-keyword', lines.at(line, i), "'users' stands on the line already");
    users = true;
  }
}

/** Only double quotes make a dollar sign a variable: a password may hold it elsewhere. */
function isVariable(raw: string): boolean {
  return isOpaque(raw) && !/^[^"{<]*$/.test(raw);
}

const USER_WORDS = ['password', 'insecure-password', 'groups'];

function checkUser(run: Run, line: number): void {
  const { lines } = run;
  const name = lines.value(line, 1);
  if (isOpaque(name)) return;
  if (name === '') return refuse(run, 'missing-argument', lines.at(line, 0), "'user' needs a name");
  if (repeated(run, 'user', name))
    return warn(
      run,
      'ignored-keyword',
      lines.at(line, 1),
      `user '${name}' is defined above already: this line has no effect`,
    );
  for (let i = 2; lines.value(line, i) !== ''; i += 2) {
    const word = lines.value(line, i);
    if (isVariable(lines.raw(line, i))) return;
    if (USER_WORDS.includes(word)) continue;
    const { near, extra } = suggestion(lines.at(line, i), word, USER_WORDS);
    // What stands there may be a piece of a password: it is not repeated.
    return refuse(
      run,
      'unknown-keyword',
      lines.at(line, i),
      `'user' takes password, insecure-password and groups${near}`,
      extra,
    );
  }
}

interface Member {
  readonly line: number;
  readonly index: number;
  readonly names: readonly string[];
}

/** Lists behind a word of the lines of a keyword, and the names that these lines define. */
function membersOf(run: Run, keyword: string, word: string): { readonly names: Set<string>; readonly lists: Member[] } {
  const { lines } = run;
  const names = new Set<string>();
  const lists: Member[] = [];
  for (let line = lines.body; line < lines.count; line++) {
    if (lines.keywords[line] !== keyword || names.has(lines.value(line, 1))) continue;
    names.add(lines.value(line, 1));
    let last: Member | undefined;
    for (let i = 2; lines.value(line, i) !== ''; i += 2) {
      const parts = lines.value(line, i + 1).split(',');
      if (lines.value(line, i) === word) last = { line, index: i + 1, names: parts.filter((part) => part !== '') };
    }
    if (last !== undefined && last.names.length > 0) lists.push(last);
  }
  return { names, lists };
}

/** Groups of users and users of groups that the list does not define (userlist_postinit). */
export function checkUserlist(run: Run): void {
  const { lines } = run;
  if (lines.directives || lines.templated || !/\b(?:groups|users)\b/.test(lines.text)) return;
  // A variable may be any name; a dollar sign outside double quotes is a plain one.
  if (lines.text.includes('$') && lines.text.includes('"')) return;
  const users = membersOf(run, 'user', 'groups');
  const groups = membersOf(run, 'group', 'users');
  const report = (lists: readonly Member[], known: ReadonlySet<string>, what: string): void => {
    for (const { line, index, names } of lists) {
      const missing = names.find((name) => !known.has(name));
      if (missing === undefined) continue;
      const { near, extra } = suggestion(lines.at(line, index), missing, known);
      // The daemon stops at the first one too.
      const fix = names.length === 1 ? extra : {};
      refuse(run, 'userlist-undefined', lines.at(line, index), `the list has no ${what} '${missing}'${near}`, fix);
      return;
    }
  };
  report(users.lists, groups.names, 'group');
  report(groups.lists, users.names, 'user');
}

export const USERLIST: ReadonlyMap<string, Checker> = new Map<string, Checker>([
  ['group', checkGroup],
  ['user', checkUser],
]);
