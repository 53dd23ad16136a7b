import type { ArgumentKind, NamedKind, SshdRow } from '../../keywords.ts';
import { from } from './form.ts';

/** Number of arguments that an option takes at most. */
export function mostArguments(row: SshdRow, openssh: string): number {
  const { kind } = row.argument;
  if (kind === 'revoked') return from(openssh, '10.3') ? Infinity : 1;
  return MOST[kind] ?? 1;
}

const MOST: Partial<Record<ArgumentKind['kind'], number>> = {
  anything: Infinity,
  'channel-timeouts': Infinity,
  command: Infinity,
  criteria: Infinity,
  env: Infinity,
  files: Infinity,
  flags: Infinity,
  groups: Infinity,
  'ip-qos': 2,
  listen: 3,
  'log-verbose': Infinity,
  methods: Infinity,
  penalties: Infinity,
  'permit-listen': Infinity,
  'permit-open': Infinity,
  rekey: 2,
  rest: Infinity,
  'set-env': Infinity,
  subsystem: Infinity,
  users: Infinity,
  words: Infinity,
};

/** Lists that a comment may leave empty until 9.7. */
const EMPTY_UNTIL_9_7: ReadonlySet<string> = new Set<NamedKind>([
  ...(['channel-timeouts', 'env', 'files', 'groups', 'log-verbose', 'set-env', 'users'] as const),
]);

/** Does the option need an argument that is no comment? */
export function needsArgument(row: SshdRow, openssh: string): boolean {
  const { kind } = row.argument;
  if (kind === 'flags') return false;
  return from(openssh, '9.7') || !EMPTY_UNTIL_9_7.has(kind);
}
