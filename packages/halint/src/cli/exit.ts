/** Exit codes of every command and format (contract, section 3); the highest wins. */
export const EXIT = { ok: 0, findings: 1, usage: 2, bug: 70 } as const;

/** Something the user has to mend: one line on stderr, exit 2, no stack. */
export class UsageError extends Error {}
