/** The folder that `npm run daemons` fills. */
export const DAEMONS: string;
