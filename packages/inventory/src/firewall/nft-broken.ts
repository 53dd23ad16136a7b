import type { FactNote } from '../network/source.ts';
import { statementEnd, type Token } from './nft-tokens.ts';

/** Words that a command may start with; `add` may be left out (nftables 1.0.6, parser_bison.y line, base_cmd and add_cmd). */
const COMMANDS = new Set(
  (
    'add create insert replace delete destroy get list reset flush rename import export monitor describe include define redefine undefine ' +
    'table chain rule set map element flowtable counter quota ct limit secmark synproxy'
  ).split(' '),
);

/** Places for which nft refuses the whole script: an open quote or brace, a brace too many, a line that starts with no command. */
export function brokenPlaces(tokens: readonly Token[]): readonly (FactNote & { readonly line: number })[] {
  const found: (FactNote & { readonly line: number })[] = [];
  const note = ({ path, line }: Token, message: string): void => void found.push({ path, line, message });
  const open: Token[] = [];
  for (const token of tokens) {
    if (token.isOpen === true) note(token, 'the quote is not closed: nft loads nothing');
    if (token.quoted) continue;
    if (token.text === '{') open.push(token);
    else if (token.text === '}' && open.pop() === undefined) note(token, '`}` closes nothing: nft loads nothing');
  }
  for (const token of open) note(token, '`{` is not closed: nft loads nothing');
  for (let i = 0; i < tokens.length; i = statementEnd(tokens, i) + 1) {
    const token = tokens[i] as Token;
    if (!token.quoted && (token.text === ';' || token.text === '}')) continue;
    if (token.quoted || !COMMANDS.has(token.text))
      note(token, `\`${token.text}\` is no command of nft: it loads nothing`);
  }
  return found;
}
