import type { Place } from '@halint/core';
import type { Rule } from '@halint/model';
import { isShell, shellSyntax } from '../shared/commands.ts';

/** Output redirections that only silence the command: keepalived gives it /dev/null anyway (notify.c system_call_script). */
const SILENCING = /\s*(?:\d?>>?\s*\/dev\/null|&>\s*\/dev\/null|2>&1)/g;

export default {
  id: 'vrrp/script-not-via-shell',
  scope: 'host',
  severity: 'error',
  summary: 'A script line uses shell syntax, but keepalived runs no shell.',
  fix: 'safe',
  since: '0.1.0',
  sources: [
    'keepalived lib/notify.c system_call_script',
    'lab: argv = [pidof, haproxy, ">/dev/null"]',
    'acassen/keepalived#1107, #1290',
  ],
  check(host, report) {
    for (const script of host.keepalived?.scripts ?? []) {
      const { command } = script;
      if (command?.at === undefined || isShell(script.argv)) continue;
      const syntax = shellSyntax(command.value);
      if (syntax === undefined) continue;
      const quiet = command.value.replace(SILENCING, '');
      const harmless = shellSyntax(quiet) === undefined;
      report({
        at: command.at,
        message: `"${syntax}" in the script of ${script.name.value} is handed to ${script.argv[0] ?? 'the program'} as an argument: keepalived runs no shell`,
        help: harmless
          ? 'The output goes nowhere anyway: leave the redirection out. As an argument it makes some programs fail always (killall) and is ignored by others by luck (pidof).'
          : `Put the command into a script file, or write: script "/bin/sh -c '…'".`,
        ...(harmless && quiet.trim() !== ''
          ? {
              fix: {
                title: 'Leave the redirection out',
                safety: 'safe',
                edits: edits(command.at, command.value, quiet),
              },
            }
          : {}),
      });
    }
  },
} satisfies Rule<'host'>;

/** Replaces the command inside its quotes; nothing when the text of the file is not the command as read (escapes, definitions). */
function edits(at: Place, command: string, quiet: string): readonly { at: Place; text: string }[] {
  const written = at.section.text.slice(at.start, at.end);
  const from = written.indexOf(command);
  if (from < 0) return [];
  return [{ at: { ...at, start: at.start + from, end: at.start + from + command.length }, text: quiet }];
}
