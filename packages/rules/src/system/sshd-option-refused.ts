import type { Rule } from '@halint/model';

export default {
  id: 'system/sshd-option-refused',
  scope: 'host',
  severity: 'error',
  summary: 'The unit of sshd gives it an option with which it does not start, or does not listen.',
  since: '0.1.0',
  sources: ['sshd(8)', 'sshd.c main()', 'sshd -T with options: 9.2, 10.0, 10.6'],
  check(host, report) {
    const { command } = host.sshd ?? {};
    const when =
      command?.isPerConnection === true
        ? 'Every connection starts sshd anew, and nobody can log in any more:'
        : 'It does so at the next start, when nobody can log in to mend it:';
    for (const { at, option, message, related } of command?.refused ?? []) {
      report({
        at,
        message: `${command?.unit ?? 'sshd'} of ${host.id} fails with ${option}: ${message}`,
        help: `${when} \`sshd -t\` reads the files and not this option. Correct it, or write the setting into sshd_config.`,
        related,
      });
    }
  },
} satisfies Rule<'host'>;
