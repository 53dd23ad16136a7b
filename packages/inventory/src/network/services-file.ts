import type { Services } from '@halint/core';

/** Of a greater number the lower 16 bits are left (htons(3)). */
const PORTS = 65_536;
/** Behind this the rest of a line is a comment (services(5)). */
const COMMENT = /#.*$/;

/**
 * The TCP services of /etc/services by name and alias, in the spelling of the file: `ssh 22/tcp`. The first line with a name counts, and one that
 * cannot be read is passed over, as glibc does (nss/nss_files/files-service.c).
 */
export function readServices(text: string): Services {
  const services = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [name, written = '', ...aliases] = line.replace(COMMENT, '').trim().split(/\s+/);
    const port = /^\+?(\d{1,9})\/tcp$/.exec(written)?.[1];
    if (name === undefined || port === undefined) continue;
    for (const each of [name, ...aliases]) if (!services.has(each)) services.set(each, Number(port) % PORTS);
  }
  return services;
}
