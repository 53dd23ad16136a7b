import type { Rule } from '@halint/model';

export default {
  id: 'system/started-file-missing',
  scope: 'host',
  severity: 'warning',
  summary: 'A unit starts its daemon with a configuration file that is not among the files of the host.',
  since: '0.1.0',
  sources: [
    'haproxy.c cfgfiles_expand_directories()',
    'keepalived main.c check_conf_file()',
    'sshd.c load_server_config()',
  ],
  check(host, report) {
    for (const { start, missing } of host.started?.values() ?? []) {
      const sure = start.unread.length === 0;
      for (const { path, folderIsKnown } of missing) {
        const at = start.places.get(path) ?? start.command.at;
        // The command of a package's unit as it is: where its file is missing, so are others of the host.
        if (at === undefined) continue;
        const lacks = folderIsKnown && sure ? undefined : sure ? path : start.unread.join(', ');
        report({
          ...(lacks === undefined ? {} : { severity: 'info' as const, missing: lacks }),
          at,
          message:
            lacks === undefined
              ? `${start.daemon} is started with ${path}, which ${host.id} does not have`
              : `${start.daemon} is started with ${path}, which is not among the files of ${host.id}`,
          help:
            lacks === undefined
              ? `${start.daemon} does not start without it. Correct the path, or put the file in its place.`
              : `What ${start.daemon} does on this host is not known without it. Add it below the directory of the host.`,
        });
      }
    }
  },
} satisfies Rule<'host'>;
