import { compareVersions, type NameSpace } from '@halint/core';

function missing(rule: string, what: string, help?: string): NonNullable<NameSpace['undefined']> {
  return {
    rule: `haproxy/${rule}`,
    severity: 'error',
    rejects: true,
    daemon: 'error',
    message: (label, near) => `there is no ${what} '${label}'${near === undefined ? '' : `, did you mean '${near}'?`}`,
    ...(help === undefined ? {} : { help }),
  };
}

export const NAME_SPACES: readonly NameSpace[] = [
  { id: 'backend', undefined: missing('backend-undefined', 'backend') },
  { id: 'frontend', undefined: missing('frontend-undefined', 'frontend') },
  {
    id: 'table',
    undefined: missing(
      'table-undefined',
      'stick table',
      'A table has the name of the proxy that it is in, or PEERS/TABLE.',
    ),
  },
  {
    id: 'acl',
    local: true,
    undefined: missing(
      'acl-undefined',
      'acl',
      'Define it above in the same section, or write { … } around a criterion.',
    ),
  },
  {
    id: 'server',
    local: true,
    undefined: missing('server-undefined', 'server'),
    duplicate: {
      rule: 'haproxy/duplicate-server-name',
      severity: 'error',
      rejects: true,
      daemon: 'error',
      message: (label) => `server '${label}' is defined twice in this backend`,
      applies: (targets) => compareVersions(targets.haproxy, '2.2') >= 0,
    },
  },
  { id: 'defaults', undefined: missing('defaults-undefined', 'defaults section') },
  { id: 'userlist', undefined: missing('userlist-undefined', 'userlist') },
  { id: 'resolvers', undefined: missing('resolvers-undefined', 'resolvers section') },
  { id: 'cache', undefined: missing('cache-undefined', 'cache') },
  { id: 'peers', undefined: missing('peers-undefined', 'peers section') },
  { id: 'http-errors', undefined: missing('http-errors-undefined', 'http-errors section') },
  { id: 'fcgi-app', undefined: missing('fcgi-app-undefined', 'fcgi-app') },
  // A missing one is only refused together with other email-alert words: no rule here.
  { id: 'mailers' },
];
