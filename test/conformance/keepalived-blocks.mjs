// The blocks of a keepalived.conf by its braces alone: enough to say where a line stands, in files that are right and in mutants.

/**
 * For each line: { words, path, head, name, end }. path: keywords of the blocks it stands in, outermost first; head: it opens a block;
 * name: the words between the block's keyword and its brace; end: index of the line that closes the block. words is empty for blank lines
 * and comments. A brace on the line after the keyword belongs to the keyword's line.
 */
export function blocksOf(lines) {
  const open = [];
  const found = [];
  let last;
  for (const [i, raw] of lines.entries()) {
    const text = raw.replace(/(^|[^\\"])[#!].*$/, '$1').trim();
    const words = text.split(/[\s{}]+/).filter((word) => word !== '');
    const line = { words, path: open.map(({ words: [keyword] }) => keyword ?? ''), head: false, name: [], end: i };
    found.push(line);
    for (const brace of text.match(/[{}]/g) ?? []) {
      if (brace === '}') {
        const block = open.pop();
        if (block !== undefined) block.end = i;
        continue;
      }
      const head = words.length === 0 && last !== undefined ? last : line;
      head.head = true;
      head.name = head.words.slice(1);
      open.push(head);
    }
    if (words.length > 0) last = line;
  }
  for (const block of open) block.end = lines.length - 1;
  return found;
}
