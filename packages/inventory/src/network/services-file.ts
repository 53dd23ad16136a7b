import type { Services } from '@halint/core';

/** Where names of ports stand (services(5)). */
export const SERVICES_FILE = '/etc/services';

/** Of a greater number the lower 16 bits are left (htons(3)). */
const PORTS = 65_536;
/** Behind this the rest of a line is a comment (services(5)). */
const COMMENT = /#.*$/;

/**
 * The services of a protocol by name and alias, in the spelling of the file: `ssh 22/tcp`. The first line with a name counts, and one that
 * cannot be read is passed over, as glibc does (nss/nss_files/files-service.c).
 */
export function readServices(text: string, protocol: 'tcp' | 'udp'): Services {
  const services = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [name, written = '', ...aliases] = line.replace(COMMENT, '').trim().split(/\s+/);
    const [, port, of] = /^\+?(\d{1,9})\/(\w+)$/.exec(written) ?? [];
    if (name === undefined || of !== protocol) continue;
    for (const each of [name, ...aliases]) if (!services.has(each)) services.set(each, Number(port) % PORTS);
  }
  return services;
}
