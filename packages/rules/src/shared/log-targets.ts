import { isLoopback, parseIp } from '@halint/core';
import { ownsAddress, stockUnitOf, unitOf, type Host, type LogInput } from '@halint/model';

const SYSLOG_PORT = 514;

export interface UdpTarget {
  readonly address: string;
  readonly port: number;
}

/** Where a `log` line of haproxy sends: `127.0.0.1`, `127.0.0.1:514`, `udp@[::1]:514`; undefined for anything that is no UDP address. */
export function udpTarget(written: string): UdpTarget | undefined {
  const bare = written.replace(/^(?:udp[46]?|ipv[46])@/, '');
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:\s/@$]+))(?::(\d+))?$/.exec(bare) ?? [];
  const name = bracketed ?? plain ?? bare;
  const ip = parseIp(name === 'localhost' ? '127.0.0.1' : name);
  return ip === undefined ? undefined : { address: ip.address, port: port === undefined ? SYSLOG_PORT : Number(port) };
}

export function isLoopbackAddress(address: string): boolean {
  const ip = parseIp(address);
  return ip !== undefined && isLoopback(ip);
}

/** Does a target lie on the host itself? */
export function isOwnTarget(host: Host, { address }: UdpTarget): boolean {
  const ip = parseIp(address);
  return ip !== undefined && (isLoopback(ip) || ownsAddress(host, ip) === true);
}

/** The inputs of rsyslog that take what is sent to an address of their own host. */
export function udpInputs(host: Host, { address, port }: UdpTarget): readonly LogInput[] {
  const mine = [undefined, '0.0.0.0', '::', 'localhost', address];
  return (host.rsyslog?.inputs ?? []).filter(
    (input) => input.kind === 'udp' && input.ports.includes(port) && mine.includes(input.address?.value),
  );
}

/** Does the unit of haproxy show the host's file of that name there, or a folder around it? */
export function isBound(host: Host, wanted: string): boolean {
  return bound(host).some((path) => wanted === path || wanted.startsWith(`${path}/`));
}

/** Where the unit shows paths of the host: `[-]SOURCE[:TARGET[:OPTIONS]]` (systemd.exec(5)). */
function bound(host: Host): readonly string[] {
  const unit = unitOf(host, 'haproxy');
  const stock = unit?.hasUnitFile === true ? undefined : stockUnitOf(host.targets.os, 'haproxy');
  const written = ['BindPaths', 'BindReadOnlyPaths'].flatMap((key) => unit?.values('Service', key) ?? []);
  return [...written.flatMap(({ value }) => value.split(/\s+/)), ...(stock?.bindReadOnlyPaths ?? [])].map((each) => {
    const [source = '', target] = each.replace(/^-/, '').split(':');
    return normalPath(target ?? source);
  });
}

export function normalPath(path: string): string {
  return path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
}
