import { MAIN_FILE_LINK, type KernelSwitch } from '@halint/model';

export const LINK_HELP =
  'The link 99-sysctl.conf of the package is assumed to be there: it is not among the files. Without it systemd-sysctl does not read /etc/sysctl.conf. Copy the links with the files, or move the line into a file of /etc/sysctl.d.';

/** What a report claims that rests on a switch: less where the switch hangs on the link. */
export function claimOf({
  hangsOnLink,
}: KernelSwitch): { readonly severity: 'info'; readonly missing: string } | undefined {
  return hangsOnLink ? { severity: 'info', missing: MAIN_FILE_LINK } : undefined;
}
