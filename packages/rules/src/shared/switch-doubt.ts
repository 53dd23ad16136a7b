import { MAIN_FILE_LINK, type SwitchDoubt } from '@halint/model';

export const LINK_HELP =
  'The link 99-sysctl.conf of the package is assumed to be there: it is not among the files. Without it systemd-sysctl does not read /etc/sysctl.conf. Copy the links with the files, or move the line into a file of /etc/sysctl.d.';

/** What a report claims that rests on a switch: less where the switch hangs on a file that is not at hand. */
export function claimOf(
  doubt: SwitchDoubt | undefined,
): { readonly severity: 'info'; readonly missing: string } | undefined {
  return doubt === undefined ? undefined : { severity: 'info', missing: doubt.missing };
}

/** What to do about it. */
export function helpOf({ missing, why }: SwitchDoubt): string {
  return missing === MAIN_FILE_LINK
    ? LINK_HELP
    : `${missing}, ${why}, may set it. Run as a user who may read it, or put a copy in its place.`;
}

/** `a link to /etc/sysctl.conf`: what a switch hangs on. */
export function fileOf({ missing, why }: SwitchDoubt): string {
  return missing === MAIN_FILE_LINK ? 'a link to /etc/sysctl.conf' : `${missing}, ${why}`;
}
