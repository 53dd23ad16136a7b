/** Tokens of a condition, in the order of the token types of its grammar. */
export const TOKEN = { Not: 0, Or: 1, Open: 2, Close: 3, Word: 4 } as const;

const BANG = 33;

/** Words of one condition, as the line they stand on gives them. */
export interface Words {
  readonly count: number;
  /** Decoded word, or '' behind the last one. */
  value(index: number): string;
}

type Emit = (type: number, word: number, offset: number) => void;

/**
 * Splits the words of a condition as parse_acl_cond() does (src/acl.c): any number of `!` before a word, `or` and `||`,
 * braces as words of their own. Between braces every word but the closing one belongs to the criterion.
 */
export function scanCondition(words: Words, from: number, emit: Emit): void {
  let inside = false;
  for (let i = from; i < words.count; i++) {
    const word = words.value(i);
    if (word === '') return;
    if (inside) {
      inside = word !== '}';
      emit(inside ? TOKEN.Word : TOKEN.Close, i, 0);
      continue;
    }
    let bangs = 0;
    while (word.charCodeAt(bangs) === BANG) emit(TOKEN.Not, i, bangs++);
    const bare = bangs === 0 ? word : word.slice(bangs);
    if (bare === '') continue;
    inside = bare === '{';
    emit(inside ? TOKEN.Open : isOr(bare) ? TOKEN.Or : TOKEN.Word, i, bangs);
  }
}

function isOr(word: string): boolean {
  return word.length === 2 && (word === '||' || word.toLowerCase() === 'or');
}
