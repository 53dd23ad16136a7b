/** The bytes of a text, a character each: what sshd compares, so that `?` is half an ö. */
function bytesOf(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

/** `*` and `?` in a pattern (match_pattern() in match.c). */
export function matchesPattern(text: string, pattern: string): boolean {
  return matchesBytes(bytesOf(text), bytesOf(pattern));
}

/** Linear but for the retries of the last `*`. */
function matchesBytes(text: string, pattern: string): boolean {
  let [at, in_, star, mark] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[in_] === '*') {
      star = in_++;
      mark = at;
    } else if (in_ < pattern.length && (pattern[in_] === '?' || pattern[in_] === text[at])) {
      in_++;
      at++;
    } else if (star >= 0) {
      in_ = star + 1;
      at = ++mark;
    } else return false;
  }
  while (pattern[in_] === '*') in_++;
  return in_ === pattern.length;
}

/** Longest item of a pattern list that sshd looks at; a longer one makes the whole list match nothing. */
const LONGEST = 1023;

/** match_pattern_list(): `yes` when an item matches and none with `!` does, `no` when one with `!` does. */
export function matchesList(text: string, list: string): 'yes' | 'no' | 'none' {
  let found: 'yes' | 'none' = 'none';
  for (const item of list.split(',')) {
    const negated = item.startsWith('!');
    const pattern = negated ? item.slice(1) : item;
    if (pattern.length >= LONGEST) return 'none';
    if (pattern === '' && item === '' && text === '') continue;
    if (!matchesPattern(text, pattern)) continue;
    if (negated) return 'no';
    found = 'yes';
  }
  return found;
}

/** Host names match in any case. */
export function matchesHost(host: string, list: string): boolean {
  return matchesList(host.toLowerCase(), list.toLowerCase()) === 'yes';
}
