/**
 * Judges a text for a version and keeps the verdict: most words of a file stand there many times. At most so many are kept for a
 * version, so that a long-running server does not fill its memory.
 */
export function keptByText<Verdict extends object>(
  most: number,
  judge: (text: string, version: string) => Verdict,
): (text: string, version: string) => Verdict {
  const byVersion = new Map<string, Map<string, Verdict>>();
  return (text, version) => {
    let known = byVersion.get(version);
    if (known === undefined) byVersion.set(version, (known = new Map()));
    let verdict = known.get(text);
    if (verdict === undefined) {
      if (known.size >= most) known.clear();
      known.set(text, (verdict = judge(text, version)));
    }
    return verdict;
  };
}
