/** What stands for a secret in every message, frame, tree and report. */
export const MASK = '***';
