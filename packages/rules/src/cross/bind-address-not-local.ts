import { hostPort, isLoopback, mappedIpv4, nearest, type Family, type Ip } from '@halint/core';
import {
  addressesOf,
  addressOfBind,
  inKernel,
  ipv6SwitchOf,
  isV6onlyOnIpv4,
  listeningBindsAt,
  realAddresses,
  vipsOf,
  type Addresses,
  type Bind,
  type Fleet,
  type Host,
  type Report,
  type Rule,
} from '@halint/model';
import { addressDoubt, ownersOf } from '../shared/addresses.ts';

export default {
  id: 'cross/bind-address-not-local',
  scope: 'fleet',
  severity: 'error',
  summary: 'haproxy binds an address that its host does not have.',
  fix: 'manual',
  since: '0.1.0',
  sources: [
    'lab: binds 1, 3, 11',
    'haproxy: "cannot bind socket (Cannot assign requested address)", exit 1',
    'ip-sysctl: ip_nonlocal_bind',
    'haproxy manual 5.1 transparent',
  ],
  check(fleet, report) {
    const owners = ownersOf(fleet);
    for (const host of fleet.hosts) {
      const addresses = addressesOf(host, undefined);
      // One line is enough where all that is to do is to bring a fact.
      const asked = new Set<string>();
      const mayLack = (address: string): boolean => !['present', 'vip'].includes(addresses.presence(address));
      for (const bind of listeningBindsAt(host, mayLack)) {
        // What fails in any case is for cross/bind-mapped-v6only.
        if (bind.transparent || isV6onlyOnIpv4(bind, addresses)) continue;
        const found = judge(bind, { fleet, host, addresses, owners });
        if (found === undefined) continue;
        const { key, ...text } = found;
        if (text.missing !== undefined && asked.has(key)) continue;
        asked.add(key);
        report({ at: bind.address.at ?? bind.at, ...text });
      }
    }
  },
} satisfies Rule<'fleet'>;

interface Around {
  readonly fleet: Fleet;
  readonly host: Host;
  readonly addresses: Addresses;
  readonly owners: ReadonlyMap<string, Host>;
}

/** What is wrong with the address of a bind; `key`: the address, or the name that stands for it. */
type Judgement = Omit<Report, 'at'> & { readonly key: string };

function judge(bind: Bind, around: Around): Judgement | undefined {
  const { host, addresses, owners } = around;
  const first = addressOfBind(bind, addresses);
  if (first === 'none' || first === 'several') return unresolved(bind.lookUp?.name ?? '', first, host, addresses);
  if (first === undefined) return undefined;
  const ip = mappedIpv4(first) ?? first;
  const presence = addresses.presence(first.address);
  const { isOn, doubt } = addresses.nonlocal(inKernel(first).family);
  // A VIP is for cross/bind-vip-without-nonlocal, and what can be bound anyhow, or may be, for cross/nonlocal-bind-hides-typo.
  if (presence === 'present' || presence === 'vip' || isOn || doubt !== undefined) return undefined;
  const shown = bind.lookUp === undefined ? first.address : `${bind.lookUp.name} (${first.address})`;
  const key = first.address;
  const off = ipv6SwitchOf(host, ip);
  if (off !== undefined) {
    const { at } = off.setting;
    return {
      key,
      message: `haproxy cannot start on ${host.id}: ${off.key} is ${off.setting.value}, and ${shown} is an IPv6 address`,
      help: `${FAILS} Bind an IPv4 address, or let ${host.id} have IPv6.`,
      related: at === undefined ? [] : [{ at, message: `set to ${off.setting.value} here` }],
    };
  }
  const owner = owners.get(ip.address);
  if (owner === undefined) return ownerless(ip, shown, presence === 'unknown', around);
  return {
    key,
    message: `haproxy cannot start on ${host.id}: ${shown} is the address of ${owner.id}, not of ${host.id}`,
    help: `${FAILS} Bind ${ownOf(host, ip.family) ?? `an address of ${host.id}`} here; hosts that share one haproxy.cfg can bind ${hostPort(anyOf(ip.family), bind.portFrom)}, or take the address from a variable.`,
  };
}

const FAILS = 'haproxy -c does not see this: the bind fails with "Cannot assign requested address" and haproxy exits.';

/** An address that no host of the fleet has. */
function ownerless(ip: Ip, shown: string, isUnknown: boolean, { fleet, host }: Around): Judgement {
  const key = ip.address;
  const doubt = (missing: string, why: string, help: string): Judgement => ({
    key,
    severity: 'info',
    missing,
    message: `cannot tell whether ${host.id} has the address ${shown}: ${why}`,
    help: `Without it haproxy does not start. ${help}`,
  });
  const master = fleet.hosts.find((other) => other !== host && vipsOf(other).has(ip.address));
  if (master !== undefined && host.keepalived === undefined) {
    const file = `keepalived.conf of ${host.id}`;
    return doubt(file, `it is a VIP of ${master.id}, and ${file} is not at hand`, 'Add the file.');
  }
  const lacking = isUnknown ? addressDoubt(host, ip) : undefined;
  if (lacking !== undefined) {
    const { missing, why, help } = lacking;
    return doubt(missing, why, help ?? 'Let haproxy.service start After=keepalived.service, or set ip_nonlocal_bind.');
  }
  if (/^(?:enabled|static)/.test(host.facts.units.get('pacemaker.service') ?? ''))
    return doubt('the addresses of pacemaker', 'pacemaker may bring it', 'Start haproxy behind the address.');
  if (master !== undefined) {
    return {
      key,
      message: `haproxy cannot start on ${host.id}: ${shown} is a VIP of ${master.id}, and keepalived of ${host.id} does not have it`,
      help: `${FAILS} Give both the same virtual_ipaddress lines, or take the bind off ${host.id}.`,
      related: [...vipsOf(master).values()]
        .filter(({ address }) => address === ip.address)
        .map(({ at, instance }) => ({ at, message: `the VIP of ${instance.name.value}` })),
    };
  }
  return {
    key,
    message: `haproxy cannot start on ${host.id}: ${shown} is no address of ${host.id} and no VIP`,
    help: `${FAILS} ${nearestTo(ip, host) ?? `Bind an address of ${host.id} or a VIP.`}`,
  };
}

function unresolved(name: string, found: 'none' | 'several', host: Host, addresses: Addresses): Judgement | undefined {
  const known = host.facts.names.get(name) ?? [];
  if (found === 'several' && known.every((address) => addresses.presence(address) === 'present')) return undefined;
  return {
    key: name,
    severity: 'info',
    missing: found === 'none' ? `the address of ${name} (/etc/hosts)` : `which address of ${name} comes first`,
    message: `cannot tell whether ${name} is an address of ${host.id}: its /etc/hosts ${found === 'none' ? 'does not have the name' : `has ${known.join(', ')}`}`,
    help:
      found === 'none'
        ? 'Where DNS does not answer when haproxy starts, it refuses the file ("invalid address") and exits. Write the address.'
        : 'haproxy binds the one that is looked up first, and exits where the host does not have it. Write the address.',
  };
}

function nearestTo({ address, family }: Ip, host: Host): string | undefined {
  const vip = nearest(address, vipsOf(host).keys());
  if (vip !== undefined) return `The nearest VIP is ${vip}.`;
  const own = nearest(address, addressesIn(host, family));
  return own === undefined ? undefined : `The nearest address of ${host.id} is ${own}.`;
}

/** Addresses of a host that others can reach; a list of a hundred helps nobody. */
function ownOf(host: Host, family: Family): string | undefined {
  const own = addressesIn(host, family);
  return own.length === 0 || own.length > 3 ? undefined : own.join(' or ');
}

function addressesIn(host: Host, family: Family): readonly string[] {
  const own = realAddresses(host) ?? [];
  return own.flatMap(({ address }) => (address.family === family && !isLoopback(address) ? [address.address] : []));
}

function anyOf(family: Family): string {
  return family === 'ipv4' ? '*' : '::';
}
