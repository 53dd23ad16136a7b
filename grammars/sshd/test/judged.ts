import { DEFAULT_TARGETS, type LocalFinding, type LowerContext, type SourceFile } from '@halint/core';
import { parseSshd, sshd } from '../src/index.ts';

export const MAIN = '/etc/ssh/sshd_config';

/** Files of a row of a table: ⏎ between lines, ␀ for a NUL, ␌ for a form feed, `⟪path⟫` in front of another file (test/conformance/answers.mjs). */
export function filesOf(text: string): Readonly<Record<string, string>> {
  const lines = (part: string): string => `${part.replaceAll('⏎', '\n').replaceAll('␀', '\0').replaceAll('␌', '\f')}\n`;
  const [first = '', ...others] = text.split(/⏎?⟪([^⟫]+)⟫⏎/);
  const files: Record<string, string> = { [MAIN]: lines(first) };
  for (let i = 0; i < others.length; i += 2) files[others[i] as string] = lines(others[i + 1] as string);
  return files;
}

/** A host with these files and nothing else, for a version. */
export function hostOf(
  texts: Readonly<Record<string, string>>,
  openssh: string,
): { readonly files: readonly SourceFile[]; readonly entries: readonly SourceFile[]; readonly context: LowerContext } {
  const files = Object.entries(texts).map(
    ([path, text]) => ({ path, display: path, language: 'sshd', document: parseSshd(text) }) as unknown as SourceFile,
  );
  const context: LowerContext = {
    host: 'ha0',
    hostName: 'ha0',
    targets: { ...DEFAULT_TARGETS, openssh },
    included: (_file, { pattern, base, globOf }) => {
      const matches = globOf?.(pattern.startsWith('/') ? pattern : `${base}/${pattern}`);
      return files.filter(({ path }) => matches?.(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
    },
  };
  return { files, entries: files.filter(({ path }) => path === MAIN), context };
}

/** What is said of a host's files, with the file each is said of. */
export function judged(
  texts: Readonly<Record<string, string>>,
  openssh: string,
): readonly { readonly path: string; readonly line: number; readonly finding: LocalFinding }[] {
  const { files, entries, context } = hostOf(texts, openssh);
  const local = files.flatMap(({ path, document }) =>
    document.sections.flatMap((section) =>
      sshd.check(document as never, section as never, context.targets).map((finding) => ({ path, finding })),
    ),
  );
  const whole = (sshd.checkHost?.(entries, context) ?? []).map((finding) => ({ path: finding.at.file.path, finding }));
  return [...local, ...whole].map(({ path, finding }) => ({
    path,
    finding,
    line: finding.at.section.positionAt(finding.at.start).line,
  }));
}
