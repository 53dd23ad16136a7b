import type { Rule } from '@halint/model';

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
    const main = host.files.find(({ path }) => path === '/etc/sysctl.conf');
    if (main === undefined) return;
    for (const key of sysctl.systemKeys) {
      const after = sysctl.afterSystem(key);
      const boot = sysctl.value(key);
      if (after?.at === undefined || after.at.file !== main || after.value === boot?.value) continue;
      const system = host.targets.os === undefined ? 'Where no link leads to it' : `On ${host.targets.os}`;
      report({
        at: after.at,
        message: `${key} = ${after.value} holds after sysctl --system only: at boot it is ${boot === undefined ? 'not set' : boot.value}`,
        help:
          boot?.at === undefined
            ? `${system} systemd-sysctl never reads /etc/sysctl.conf. Move the line into a file of /etc/sysctl.d.`
            : `At boot files are read in the order of their names, and ${boot.at.file.path} comes behind /etc/sysctl.conf. Remove one of the two.`,
        ...(boot?.at === undefined ? {} : { related: [{ at: boot.at, message: `${boot.value} at boot, from here` }] }),
      });
    }
  },
} satisfies Rule<'host'>;
