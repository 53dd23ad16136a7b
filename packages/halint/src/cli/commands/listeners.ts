import { listenersJson, listenersTable } from '@halint/report';
import { listenersOf } from '../../predict.ts';
import { openWorkspace } from '../context.ts';
import { EXIT } from '../exit.ts';
import type { CommonFlags } from '../flags.ts';
import { sayErrors, sayNotes } from '../notes.ts';
import { terminalWidth } from '../output.ts';

export interface ListenersFlags extends CommonFlags {
  readonly format: 'table' | 'json';
}

/** `halint listeners PATH…`: what each host's sshd and haproxy will listen on. Conflicts are findings of `halint lint`; here the code is 0. */
export async function listenersCommand(paths: readonly string[], flags: ListenersFlags): Promise<number> {
  const workspace = await openWorkspace(paths, flags);
  const reports = listenersOf(workspace);
  process.stdout.write(flags.format === 'json' ? listenersJson(reports) : listenersTable(reports, terminalWidth()));
  sayNotes(workspace.notes);
  sayErrors(workspace.guard.errors);
  return workspace.guard.errors.length > 0 ? EXIT.bug : EXIT.ok;
}
