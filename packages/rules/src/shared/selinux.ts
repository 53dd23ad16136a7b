import type { Host } from '@halint/model';

type Ranges = readonly (readonly [number, number])[];

/** Port types of the reference policy as Fedora ships it (corenetwork.te); RHEL 9 was not looked at. */
const STOCK: Readonly<Record<string, Ranges>> = {
  http_port_t: [80, 81, 443, 488, 8008, 8009, 8443, 9000].map((port) => [port, port] as const),
  http_cache_port_t: [
    [8080, 8080],
    [8118, 8118],
    [8123, 8123],
    [10001, 10010],
  ],
  commplex_main_port_t: [[5000, 5000]],
  ssh_port_t: [[22, 22]],
};

export const PORT_FACT = 'facts/selinux-ports.txt';
export const BOOLEAN_FACT = 'facts/selinux-booleans.txt';

const COMMANDS: Readonly<Record<string, string>> = { [PORT_FACT]: 'semanage port -l', [BOOLEAN_FACT]: 'getsebool -a' };

/** How to bring a fact of SELinux that is missing, as the end of a help. */
export function bringFact(missing: string | undefined): string {
  const command = COMMANDS[missing ?? ''];
  return command === undefined ? '' : ` Store the output of ${command} as ${missing}, and halint can tell.`;
}

export function isEnforcing(host: Host): boolean {
  return host.facts.selinux?.mode === 'enforcing';
}

/** Has one of the types the port? From `semanage port -l`, else the stock policy. */
export function hasPort(host: Host, types: readonly string[], port: number): boolean {
  const known = host.facts.selinux?.ports;
  return types.some((type) =>
    (known?.get(type) ?? (known === undefined ? STOCK[type] : undefined) ?? []).some(
      ([from, to]) => from <= port && port <= to,
    ),
  );
}
