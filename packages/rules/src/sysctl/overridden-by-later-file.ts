import type { Rule, SysctlAssignment } from '@halint/model';

export default {
  id: 'sysctl/overridden-by-later-file',
  scope: 'host',
  severity: 'warning',
  summary: 'A kernel setting is set again, to another value, by a file that is read later.',
  since: '0.1.0',
  sources: ['sysctl.d(5): the entry in the file with the lexicographically latest name wins'],
  check(host, report) {
    const last = new Map<string, SysctlAssignment>();
    const overridden: [SysctlAssignment, SysctlAssignment][] = [];
    for (const assignment of host.sysctl?.assignments ?? []) {
      // What the kernel refuses says so itself, and where it undoes an earlier line the value differs at boot.
      if (assignment.taken === undefined || /[*?[]/.test(assignment.key)) continue;
      const before = last.get(assignment.key);
      if (before !== undefined && before.taken !== assignment.taken) overridden.push([before, assignment]);
      last.set(assignment.key, assignment);
    }
    for (const [before, after] of overridden) {
      if (before.at.file === after.at.file) continue;
      report({
        at: before.at,
        message: `${before.key} = ${before.value} does not last: ${after.at.file.path} is read later and sets ${after.value}`,
        help: 'Files are read in the order of their names, whatever their folder, and the last value wins. Remove one of the two, or give yours the later name.',
        related: [{ at: after.at, message: `set to ${after.value} here` }],
      });
    }
  },
} satisfies Rule<'host'>;
