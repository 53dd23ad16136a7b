import { effectiveJson, effectiveText, visible } from '@halint/report';
import { effectiveOf, parseConnection } from '../../effective.ts';
import { openWorkspace } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { CommonFlags } from '../flags.ts';
import { sayErrors, sayNotes } from '../notes.ts';

export interface EffectiveFlags extends CommonFlags {
  readonly format: 'text' | 'json';
  readonly match?: string;
}

/** `halint effective HOST sshd PATH…`: the configuration that the daemon of a host works with, and where each value comes from. */
export async function effectiveCommand(
  host: string,
  daemon: string,
  paths: readonly string[],
  flags: EffectiveFlags,
): Promise<number> {
  if (daemon !== 'sshd') throw new UsageError(`effective: ${daemon}: only sshd has an effective configuration here`);
  const connection = flags.match === undefined ? undefined : parseConnection(flags.match);
  if (connection !== undefined && 'problem' in connection) throw new UsageError(`--match: ${connection.problem}`);
  const workspace = await openWorkspace(paths, flags);
  const state = workspace.hosts.find(({ id }) => id === host);
  if (state === undefined) {
    const unread = workspace.notes.find((note) => note.host === host && note.kind !== 'same-id');
    if (unread !== undefined)
      throw new UsageError(`effective: nothing of ${host} could be read: ${unread.file}: ${unread.message}`);
    const ids = workspace.hosts.map(({ id }) => id);
    throw new UsageError(`effective: no host ${host}; there are ${ids.join(', ') || 'none'}`);
  }
  const found = effectiveOf(state, connection);
  if (found === undefined) {
    const unread = workspace.notes.find((note) => note.host === host && note.path === '/etc/ssh/sshd_config');
    throw new UsageError(
      unread === undefined
        ? `effective: ${host} has no sshd_config`
        : `effective: sshd_config of ${host} could not be read: ${unread.file}: ${unread.message}`,
    );
  }
  const options = found.options.map((option) => {
    const encoding = option.at && state.snapshot.files.get(option.at.file.path)?.encoding;
    return encoding === undefined ? option : { ...option, encoding };
  });
  process.stdout.write(flags.format === 'json' ? effectiveJson(host, options) : effectiveText(options));
  for (const doubt of found.doubts) process.stderr.write(`halint: ${visible(doubt)}\n`);
  const refused = workspace
    .findings()
    .filter(({ rejects, rule, hosts }) => rejects && rule.startsWith('sshd/') && hosts.includes(host));
  if (refused.length > 0)
    process.stderr.write(`halint: sshd refuses ${refused.length} of these lines: they are passed over here\n`);
  sayNotes(workspace.notes);
  sayErrors(workspace.guard.errors);
  return workspace.guard.errors.length > 0 ? EXIT.bug : EXIT.ok;
}
