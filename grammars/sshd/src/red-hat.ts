import { compareVersions, type Targets } from '@halint/core';

/**
 * Options that sshd of Red Hat's packages knows beyond its release, by the first major version of the system that has them. Sources: `sshd -t -o
 * KEYWORD=yes` on Rocky 8.10 (8.0p1), 9.8 and 10.2 (9.9p1), as github.com/rulesteward/rulesteward lists it; for 8.7p1 the patch
 * openssh-8.7p1-minrsabits of RHEL 9, whose opensshserver.config (crypto-policies) says RequiredRSASize.
 */
const PATCHED = new Map<string, number>([
  ['gssapienablek5users', 8],
  ['gssapikexalgorithms', 8],
  ['gssapikeyexchange', 8],
  ['gssapistorecredentialsonrekey', 8],
  ['gssapiusesessioncredcache', 8],
  ['gssusesessionccache', 8],
  ['include', 8],
  ['kerberosuniqueccache', 8],
  ['kerberosusekuserok', 8],
  ['x11maxdisplays', 8],
  ['requiredrsasize', 9],
  ['rsaminsize', 9],
  ['gssapidelegatecredentials', 10],
]);

/** Known to the build of 9.9p1; whether that of 8.7p1 has them is not known. */
const SINCE_9_9: readonly string[] = ['canonicalmatchuser', 'gssapiindicators'];

/** Does Red Hat's build of the target know an option that its release does not? */
export function redHatKnows(keyword: string, { os, openssh }: Targets): 'yes' | 'no' | 'perhaps' {
  const major = /^rhel(\d+)/.exec(os ?? '')?.[1];
  if (major === undefined) return 'no';
  const word = keyword.toLowerCase();
  if (SINCE_9_9.includes(word) && Number(major) >= 9) return compareVersions(openssh, '9.9') >= 0 ? 'yes' : 'perhaps';
  const since = PATCHED.get(word);
  return since !== undefined && Number(major) >= since ? 'yes' : 'no';
}
