import { parseIp, type Family, type Place } from '@halint/core';
import type { Host, SshdFacts } from '@halint/model';

/** A socket that sshd asks for, and the line that says so (the main file when it is the default). */
export interface SshdListen {
  readonly family: Family;
  readonly address: string;
  readonly port: number;
  readonly wildcard: boolean;
  readonly at: Place;
  readonly isDefault: boolean;
}

/** Port x ListenAddress x AddressFamily (sshd servconf.c add_listen_addr); a ListenAddress with a port does not take the Port lines. */
export function sshdListens(host: Host): readonly SshdListen[] {
  const { sshd } = host;
  if (sshd === undefined) return [];
  if (sshd.listenAddresses.length === 0) return wildcards(sshd);
  return sshd.listenAddresses.flatMap(({ host: name, port }) => {
    const at = name.at ?? sshd.at;
    const ports = port === undefined ? sshd.ports.map((each) => each.value) : [port.value];
    // glibc turns `*` into the loopback addresses; a name cannot be resolved here.
    const literals = name.value === '*' ? ['127.0.0.1', '::1'] : [name.value];
    return literals.flatMap((literal) => {
      const ip = parseIp(literal);
      if (ip === undefined) return [];
      const wildcard = ip.address === '0.0.0.0' || ip.address === '::';
      return ports.map((each) => ({ ...ip, port: each, wildcard, at, isDefault: false }));
    });
  });
}

function wildcards(sshd: SshdFacts): readonly SshdListen[] {
  const families: readonly (readonly [Family, string])[] =
    sshd.addressFamily.value === 'inet'
      ? [['ipv4', '0.0.0.0']]
      : sshd.addressFamily.value === 'inet6'
        ? [['ipv6', '::']]
        : [
            ['ipv4', '0.0.0.0'],
            ['ipv6', '::'],
          ];
  return sshd.ports.flatMap((port) =>
    families.map(([family, address]) => ({
      family,
      address,
      port: port.value,
      wildcard: true,
      at: port.at ?? sshd.at,
      isDefault: true,
    })),
  );
}
