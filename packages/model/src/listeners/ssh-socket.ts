import { hostPort, isWildcard, parseIp, type Place } from '@halint/core';
import { isSwitchedOn, sysctlValue, type Host } from '../host.ts';
import { unitOf, unitState } from '../units.ts';
import { ROOT } from './opener.ts';
import { addressesOf } from './presence.ts';
import type { PredictedSocket } from './types.ts';

/** What systemd listens on for sshd when ssh.socket is enabled. */
export interface SshSocket {
  readonly unit: string;
  readonly sockets: readonly PredictedSocket[];
  /** The line to point at; undefined for what the package sets. */
  readonly at: Place | undefined;
  /** What is not known of it. */
  readonly missing: string | undefined;
}

/** Debian 12 to 14 ship ssh.socket with this one line. */
const STOCK_OF_DEBIAN = '22';

export function sshSocket(host: Host): SshSocket | undefined {
  const { unit: name, state } = unitState(host, 'sshSocket');
  if (state !== 'enabled') return undefined;
  const unit = unitOf(host, 'sshSocket');
  const { os } = host.targets;
  const written = unit?.values('Socket', 'ListenStream') ?? [];
  const known = unit !== undefined && (unit.hasUnitFile || unit.isReset('Socket', 'ListenStream'));
  const stock = !known && os?.startsWith('debian') === true ? [STOCK_OF_DEBIAN] : [];
  const isOn = (directive: string): boolean =>
    /^(?:yes|true|on|1)$/i.test(unit?.value('Socket', directive)?.value ?? '');
  const freeBind = isOn('FreeBind');
  const reuseport = isOn('ReusePort');
  const only = unit?.value('Socket', 'BindIPv6Only')?.value;
  const v6only =
    only === 'ipv6-only' || (only !== 'both' && isSwitchedOn(sysctlValue(host, 'net.ipv6.bindv6only', '0')));
  const addresses = addressesOf(host, undefined);
  const sockets = [...stock.map((value) => ({ value, at: undefined })), ...written].flatMap(({ value, at }) => {
    const stream = streamOf(value);
    if (stream === undefined) return [];
    return [
      {
        service: 'sshd' as const,
        family: stream.family,
        address: stream.address,
        port: stream.port,
        v6only: stream.family === 'ipv6' && v6only,
        unit: name,
        reuseport,
        // systemd itself listens; SocketUser= is for sockets that are files (systemd.socket(5)).
        ...ROOT,
        // FreeBind (IP_FREEBIND) makes an absent address as good as IP_TRANSPARENT does.
        transparent: freeBind,
        ...(at === undefined ? {} : { declared: at }),
        origin: 'explicit' as const,
        presence: addresses.presence(stream.address),
      },
    ];
  });
  // Ubuntu 22.10 and later make the addresses from sshd_config by a generator: what it made stands below /run.
  const generated =
    os?.startsWith('ubuntu') === true && unit?.files.some(({ path }) => path.startsWith('/run/')) !== true;
  const missing = generated
    ? `what the generator of ${os ?? ''} made of sshd_config (/run/systemd/generator/${name}.d)`
    : known || stock.length > 0
      ? undefined
      : `the unit file of ${name}`;
  return { unit: name, sockets, at: written[0]?.at, missing };
}

/** `22` is every address of both families; a path or a name of another kind is no TCP socket (systemd.socket(5)). */
function streamOf(
  value: string,
): { readonly family: 'ipv4' | 'ipv6'; readonly address: string; readonly port: number } | undefined {
  const port = /^\d+$/.test(value) ? Number(value) : undefined;
  if (port !== undefined) return { family: 'ipv6', address: '::', port };
  const [, bracketed, plain, written] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(value) ?? [];
  const ip = parseIp(bracketed ?? plain ?? '');
  return ip === undefined ? undefined : { ...ip, port: Number(written) };
}

/** `*:22` for a socket that takes both families, as ss shows it. */
export function socketName({ address, family, v6only, port }: PredictedSocket): string {
  return family === 'ipv6' && !v6only && isWildcard({ family, address }) ? `*:${port}` : hostPort(address, port);
}
