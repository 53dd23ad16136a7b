/** Levels of a YAML file that anybody writes are below ten; the parser takes exponential time or the whole stack for some hundreds. */
export const MOST_YAML_LEVELS = 50;

/** Quoted text, and comments, of one line. */
const NO_STRUCTURE = /"(?:[^"\\]|\\.)*"|'[^']*'|(?<=^|\s)#.*/g;

/**
 * The first line, from 1, on which collections of a YAML text stand deeper in each other than {@link MOST_YAML_LEVELS}; undefined where none does.
 * Counted before it is parsed: by columns, by `- ` and `? ` in front, and by open brackets.
 */
export function tooDeepLine(text: string): number | undefined {
  const columns: number[] = [];
  let brackets = 0;
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    const content = line.trimStart();
    if (content.trim() === '' || content.startsWith('#')) continue;
    const column = line.length - content.length;
    if (column === 0) brackets = 0;
    if (brackets === 0) {
      while ((columns.at(-1) ?? -1) >= column) columns.pop();
      columns.push(column);
    }
    const marks = /^(?:[-?:][ \t]+)*/.exec(content)?.[0].match(/[-?:]/g)?.length ?? 0;
    for (const sign of content.replace(NO_STRUCTURE, '')) {
      if (sign === '[' || sign === '{') brackets++;
      else if ((sign === ']' || sign === '}') && brackets > 0) brackets--;
      if (columns.length + marks + brackets > MOST_YAML_LEVELS) return number;
    }
  }
  return undefined;
}
