/** What is known of SELinux on one host. */
export interface SelinuxFacts {
  /** `SELINUX=` of /etc/selinux/config. */
  readonly mode: 'enforcing' | 'permissive' | 'disabled';
  /** Line of it, from 1. */
  readonly line: number;
  /** facts/selinux-booleans.txt, the output of `getsebool -a`. */
  readonly booleans: ReadonlyMap<string, boolean> | undefined;
  /** facts/selinux-ports.txt, the output of `semanage port -l`: ports of TCP by type. */
  readonly ports: ReadonlyMap<string, readonly (readonly [number, number])[]> | undefined;
}
