import {
  MAIN_FILE_LINK,
  nonlocalBind,
  ownsAddress,
  realAddresses,
  type Rule,
  unresolvedNames,
  vipsOf,
} from '@halint/model';
import { isLoopback } from '@halint/core';
import { addressDoubt, ownersOf } from '../shared/addresses.ts';
import { restartsSshd } from '../shared/sshd-restart.ts';
import { sshdListens } from '../shared/sshd-listens.ts';

/** What follows the exit, by what restartsSshd() tells. */
const AFTER_EXIT = {
  true: ', as often as systemd starts it again: the host is locked.',
  false: ', and systemd does not restart it: the host is locked.',
  undefined: ': the host is locked. Whether systemd starts it again its unit would tell, which is not at hand.',
} as const;

export default {
  id: 'cross/sshd-listenaddress-not-local',
  scope: 'fleet',
  severity: 'error',
  summary: 'sshd listens on an address that its host does not have.',
  fix: 'manual',
  since: '0.1.0',
  sources: [
    'lab: binds 12-14',
    'sshd.c: exit 255 "Cannot bind any address"',
    'ssh.service RestartPreventExitStatus=255',
    'servconf.c add_one_listen_addr(): "bad addr or host"',
  ],
  check(fleet, report) {
    const owners = ownersOf(fleet);
    for (const host of fleet.hosts) {
      const { sshd } = host;
      if (sshd === undefined) continue;
      const own = realAddresses(host);
      const vips = vipsOf(host);
      for (const { host: name } of unresolvedNames(host)) {
        report({
          severity: 'info',
          missing: `the address of ${name.value} (/etc/hosts)`,
          at: name.at ?? sshd.at,
          message: `cannot tell whether ${name.value} is an address of ${host.id}: its /etc/hosts does not have the name`,
          help: 'Where DNS does not answer when sshd starts, it says "bad addr or host" and exits with 255, whatever its other lines say. Write the address.',
        });
      }
      for (const listen of sshdListens(host)) {
        if (listen.wildcard || isLoopback(listen) || vips.has(listen.address)) continue;
        if (ownsAddress(host, listen) === true) continue;
        const owner = owners.get(listen.address);
        const doubt = owner === undefined ? addressDoubt(host, listen) : undefined;
        const { isOn, doubt: unsure } = nonlocalBind(host, listen.family);
        const outcome =
          unsure !== undefined
            ? `Whether sshd starts all the same hangs on ${unsure.missing === MAIN_FILE_LINK ? 'the link ' : ''}${unsure.missing}, ${unsure.why}.`
            : isOn
              ? 'With ip_nonlocal_bind sshd starts all the same, and nobody can reach it.'
              : listen.presence === 'present'
                ? 'The kernel lets sshd bind a group or a broadcast address: it starts all the same, and nobody can reach it there.'
                : `sshd exits with 255 when it can bind nothing else${AFTER_EXIT[String(restartsSshd(host)) as keyof typeof AFTER_EXIT]}`;
        report({
          ...(doubt === undefined ? {} : { severity: 'info' as const, missing: doubt.missing }),
          at: listen.at,
          message:
            doubt === undefined
              ? `ListenAddress ${listen.address} is ${owner === undefined ? 'no address' : `the address of ${owner.id}, not`} of ${host.id}`
              : `cannot tell whether ${host.id} has the address ${listen.address}: ${doubt.why}`,
          help: `${outcome} Use ${
            own?.[0] === undefined
              ? `an address of ${host.id}`
              : own
                  .map(({ address }) => address.address)
                  .filter((each) => !each.startsWith('127.') && each !== '::1')
                  .join(' or ')
          }.`,
        });
      }
    }
  },
} satisfies Rule<'fleet'>;
