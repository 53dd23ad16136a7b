import { hangsOnLink, type Host } from '@halint/model';

/** What the missing link to the main file is called in `missing`. */
export const LINK_FACT = '/etc/sysctl.d/99-sysctl.conf';

export const LINK_HELP =
  'The link 99-sysctl.conf of the package is assumed to be there: it is not among the files. Without it systemd-sysctl does not read /etc/sysctl.conf. Copy the links with the files, or move the line into a file of /etc/sysctl.d.';

/** What a report claims that rests on a switch: less where the switch hangs on the link. */
export function claimOf(host: Host, key: string): { readonly severity: 'info'; readonly missing: string } | undefined {
  return hangsOnLink(host, key) ? { severity: 'info', missing: LINK_FACT } : undefined;
}
