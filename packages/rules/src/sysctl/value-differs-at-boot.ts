import type { Cited, Place } from '@halint/core';
import { MAIN_FILE_LINK, type Host, type Report, type Rule, type SysctlFacts } from '@halint/model';
import { LINK_HELP } from '../shared/switch-doubt.ts';

const MAIN_FILE = '/etc/sysctl.conf';

export default {
  id: 'sysctl/value-differs-at-boot',
  scope: 'host',
  severity: 'warning',
  summary: 'A kernel setting has another value after the next boot than `sysctl --system` leaves.',
  since: '0.1.0',
  sources: [
    'sysctl.d(5): systemd-sysctl reads sysctl.d, /etc/sysctl.conf only through a link',
    'sysctl(8) --system: /etc/sysctl.conf is read last',
    'lab: procps 3.3.17 to 4.0.7, systemd 247 to 262',
  ],
  check(host, report) {
    const { sysctl } = host;
    if (sysctl === undefined) return;
    for (const key of sysctl.systemKeys) {
      const after = sysctl.afterSystem(key);
      const boot = sysctl.value(key);
      const atBoot = boot?.value ?? sysctl.kernelDefault(key);
      // What sysctl --system does not write stays as the boot left it.
      if (after?.at === undefined) continue;
      if (hangsOnLink(sysctl, key, after.value, atBoot)) {
        report({
          severity: 'info',
          missing: MAIN_FILE_LINK,
          at: after.at,
          message: `cannot tell whether ${key} = ${after.value} holds at boot: no link to ${MAIN_FILE} is among the files`,
          help: LINK_HELP,
        });
        continue;
      }
      if (after.value === atBoot) continue;
      const is = boot?.value ?? (atBoot === undefined ? 'not set' : `${atBoot}, the kernel's default`);
      report({
        at: after.at,
        message: `${key} = ${after.value} holds after sysctl --system only: at boot it is ${is}`,
        ...why(host, sysctl, key, after.at, boot),
      });
    }
  },
} satisfies Rule<'host'>;

/** Is the value at boot that of sysctl --system with the link 99-sysctl.conf, and another without it, or the other way round? */
function hangsOnLink(sysctl: SysctlFacts, key: string, after: string, atBoot: string | undefined): boolean {
  if (sysctl.withoutLink === undefined) return false;
  const without = sysctl.withoutLink(key)?.value ?? sysctl.kernelDefault(key);
  return (without === after) !== (atBoot === after);
}

type Why = Pick<Report, 'help' | 'related'>;

/** Where systemd-sysctl and sysctl part. `by`: the line whose value sysctl leaves. */
function why(host: Host, sysctl: SysctlFacts, key: string, by: Place, boot: Cited<string> | undefined): Why {
  const left = sysctl.leftAtBoot(key);
  if (left !== undefined) {
    const { file } = left.at;
    return left.exclusion
      ? {
          help: `At boot \`-${key}\` in ${file.path} takes back what lines before it set; sysctl --system writes them all the same. Remove one of the two.`,
          related: [{ at: left.at, message: 'taken back here' }],
        }
      : {
          help: `At boot only the last line of a key is written, in ${file.path}, and the kernel refuses its value; sysctl --system writes every line in turn. Correct or remove that line.`,
          related: [{ at: left.at, message: 'refused here' }],
        };
  }
  const related = boot?.at === undefined ? undefined : [{ at: boot.at, message: `${boot.value} at boot, from here` }];
  return { help: difference(host, sysctl, by, boot), ...(related === undefined ? {} : { related }) };
}

function difference(host: Host, sysctl: SysctlFacts, by: Place, boot: Cited<string> | undefined): string {
  const { path } = by.file;
  if (/\/\.[^/]*$/.test(path))
    return `systemd-sysctl passes over files whose names begin with a dot, sysctl --system reads ${path}. Give it another name, or remove it.`;
  const lineAt = (place: Place | undefined): SysctlFacts['assignments'][number] | undefined =>
    sysctl.assignments.find(
      ({ at }) => at.file === place?.file && at.start === place.start && at.section === place.section,
    );
  const line = lineAt(boot?.at);
  if (line?.bootOnly === true)
    return 'sysctl --system takes the blank behind `-` for a part of the key and sets nothing there; systemd-sysctl passes over it. Remove the blank.';
  if (path === MAIN_FILE && boot?.at === undefined) {
    const system = host.targets.os === undefined ? 'Where no link leads to it' : `On ${host.targets.os}`;
    return `${system} systemd-sysctl never reads ${MAIN_FILE}. Move the line into a file of /etc/sysctl.d.`;
  }
  if (path === MAIN_FILE && boot?.at?.file.path !== MAIN_FILE)
    return `At boot files are read in the order of their names, and ${boot?.at?.file.path ?? ''} comes behind ${MAIN_FILE}. Remove one of the two.`;
  if (path !== MAIN_FILE && lineAt(by) === undefined)
    return 'systemd-sysctl refuses a key with `..`, sysctl --system goes where it leads. Write the key without it.';
  return 'Of equal keys systemd-sysctl keeps the last line only, sysctl --system writes every line in turn. Name the key in one line.';
}
