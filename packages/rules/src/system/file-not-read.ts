import type { Place, SourceFile } from '@halint/core';
import type { Rule } from '@halint/model';

export default {
  id: 'system/file-not-read',
  scope: 'host',
  severity: 'warning',
  summary: 'A configuration file at the usual place is read neither by the command of the unit nor by an Include.',
  since: '0.1.0',
  sources: [
    'haproxy management.txt 3, -f',
    'keepalived(8) -f',
    'sshd(8) -f',
    'sshd_config(5) Include',
    'systemd.service(5) ExecStart',
  ],
  check(host, report) {
    for (const { start, unread } of host.started?.values() ?? []) {
      const { daemon, unit, command, paths, places } = start;
      const [startedAt] = [...places.values()];
      for (const file of unread) {
        const by = command.at === undefined ? ` The command is that of ${command.default}, with its variables.` : '';
        const sure = start.unread.length === 0;
        report({
          ...(sure ? {} : { severity: 'info' as const, missing: start.unread.join(', ') }),
          at: headOf(file, host.id),
          message: `${unit} starts ${daemon} with ${paths.map((path) => `-f ${path}`).join(' ')}: this file is ${sure ? '' : 'probably '}not read`,
          help: `What is changed here changes nothing. Name the file in the command of the unit, or remove it.${by}`,
          related: startedAt === undefined ? [] : [{ at: startedAt, message: 'started here' }],
        });
      }
    }
    for (const { file, main } of host.leftOver ?? []) {
      report({
        at: headOf(file, host.id),
        message: `no Include that ${main.path} leads to reads this file: sshd does not know it`,
        help: howToInclude(file.path, main.path),
      });
    }
  },
} satisfies Rule<'host'>;

function howToInclude(path: string, main: string): string {
  const [folder, name] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
  if (name.startsWith('.'))
    return `What is changed here changes nothing: \`*\` of an Include meets no hidden file. Name it ${name.slice(1)}, or remove it.`;
  const pattern = folder.endsWith('.d') ? `${folder}/*.conf` : path;
  return `What is changed here changes nothing. Write \`Include ${pattern}\` at the head of ${main}, or remove the file.`;
}

/** The first line of a file that has something in it. */
function headOf(file: SourceFile, host: string): Place {
  const [section] = file.document.sections;
  if (section === undefined) throw new Error(`${file.path} has no section`);
  const [line = '', start] = firstLine(section.text);
  return { host, file, section, start, end: start + line.trimEnd().length };
}

function firstLine(text: string): readonly [string, number] {
  const found = /^[ \t]*(\S.*)$/m.exec(text);
  return found === null ? ['', 0] : [found[1] ?? '', found.index + found[0].length - (found[1] ?? '').length];
}
