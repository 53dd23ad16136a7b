/** `include FILE` and its kin with r, m, w, b, a: what stands behind the keyword, else undefined (lib/parser.c is_include). */
export function includeOf(raw: string): string | undefined {
  return /^include[rmwba]?\s+(.*)$/.exec(raw)?.[1];
}
