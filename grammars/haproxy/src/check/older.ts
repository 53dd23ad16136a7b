import { compareVersions, type LocalFinding, type Section } from '@halint/core';

/** The oldest version whose answers the tables hold. */
const OLDEST = '2.2';

/**
 * What is said for a target. Of older ones the tables know which keywords went since, and little of what they took: said is what holds for the
 * oldest known version too, and that the target refuses it is said of words alone that had gone before it.
 */
export function judgedBy(
  version: string,
  check: (version: string) => readonly LocalFinding[],
): readonly LocalFinding[] {
  if (compareVersions(version, OLDEST) >= 0) return check(version);
  const places = new Map<Section, Set<string>>();
  for (const finding of check(OLDEST)) {
    const { section } = finding.at;
    const known = places.get(section);
    if (known === undefined) places.set(section, new Set([keyOf(finding)]));
    else known.add(keyOf(finding));
  }
  return check(version)
    .filter((finding) => places.get(finding.at.section)?.has(keyOf(finding)) === true)
    .map((finding) => lowered(finding, version));
}

/** Messages may name the version. */
function keyOf({ rule, at: { start, end } }: LocalFinding): string {
  return `${rule} ${start} ${end}`;
}

function lowered(finding: LocalFinding, version: string): LocalFinding {
  if (finding.rejects !== true || finding.rule === 'haproxy/removed-or-deprecated-keyword') return finding;
  const help = `Whether haproxy ${version} does, \`haproxy -c\` on the host tells: halint knows it from ${OLDEST} on.`;
  return {
    ...finding,
    severity: 'warning',
    rejects: false,
    daemon: 'none',
    message: `haproxy ${OLDEST} refuses this: ${finding.message}`,
    help: finding.help === undefined ? help : `${finding.help} ${help}`,
  };
}
