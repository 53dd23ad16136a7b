import { hostPort, isWildcard, type Place } from '@halint/core';
import { isSwitchedOn, sysctlValue, type Host } from '../host.ts';
import { isTrue, unitOf, unitState } from '../units.ts';
import type { UnitFacts } from '../facts/systemd.ts';
import { parseListenStream } from './listen-stream.ts';
import { ROOT } from './opener.ts';
import { addressesOf } from './presence.ts';
import { generatedStreams, hasGenerator, withGenerated } from './ssh-socket-generator.ts';
import type { PredictedSocket } from './types.ts';

/** What systemd listens on for sshd when ssh.socket is enabled. */
export interface SshSocket {
  readonly unit: string;
  readonly sockets: readonly PredictedSocket[];
  /** The line to point at; undefined for what the package sets. */
  readonly at: Place | undefined;
  /** What is not known of it. */
  readonly missing: string | undefined;
  /** None of its lines is one to listen on: systemd does not load the unit ("has no Listen setting … Refusing"). */
  readonly refused?: true;
}

/** Directives of which one is enough for systemd to load a socket unit (socket.c socket_verify()). */
const OTHER_LISTENS = ['Datagram', 'SequentialPacket', 'FIFO', 'Special', 'Netlink', 'MessageQueue', 'USBFunction'];

/** One ListenStream=; the place is undefined for what the package sets. */
export interface Stream {
  readonly value: string;
  readonly at: Place | undefined;
}

/** Debian 12 to 14, and Ubuntu before 24.04, ship ssh.socket with this one line; copies of RHEL's sshd.socket have it too. */
const STOCK: readonly Stream[] = [{ value: '22', at: undefined }];

/** The unit beside Ubuntu's generator; it has BindIPv6Only=ipv6-only and FreeBind=yes besides (comment in the generator's source). */
const STOCK_BESIDE_GENERATOR: readonly Stream[] = ['0.0.0.0:22', '[::]:22'].map((value) => ({ value, at: undefined }));

export function sshSocket(host: Host): SshSocket | undefined {
  const { unit: name, state } = unitState(host, 'sshSocket');
  if (state !== 'enabled') return undefined;
  const unit = unitOf(host, 'sshSocket');
  const generator = hasGenerator(host);
  const setting = (directive: string): string | undefined => unit?.value('Socket', directive)?.value;
  // What the package's unit says, where its file is not at hand.
  const packaged = generator && unit?.hasUnitFile !== true;
  const only = setting('BindIPv6Only') ?? (packaged ? 'ipv6-only' : undefined);
  const generated = generator
    ? generatedStreams(host, unit, only !== 'ipv6-only')
    : { streams: undefined, missing: undefined };
  const { streams, known } = streamsOf(host, unit, generated.streams);
  const isOn = (directive: string, stock = false): boolean =>
    stock && setting(directive) === undefined ? true : isTrue(setting(directive) ?? '');
  const freeBind = isOn('FreeBind', packaged);
  const reuseport = isOn('ReusePort');
  const v6only =
    only === 'ipv6-only' || (only !== 'both' && isSwitchedOn(sysctlValue(host, 'net.ipv6.bindv6only', '0')));
  const addresses = addressesOf(host, undefined);
  const sockets = streams.flatMap(({ value, at }) => {
    const stream = parseListenStream(value);
    if (stream.kind !== 'ip') return [];
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
  const missing = generated.missing ?? (known ? undefined : `the unit file of ${name}`);
  const isListening =
    streams.some(({ value }) => parseListenStream(value).kind !== 'refused') ||
    OTHER_LISTENS.some((kind) => (unit?.values('Socket', `Listen${kind}`) ?? []).length > 0);
  const at = streams.find(({ at }) => at !== undefined)?.at;
  return { unit: name, sockets, at, missing, ...(isListening || missing !== undefined ? {} : { refused: true }) };
}

/** Every ListenStream= that counts, in order; `known`: there is none beside them. */
function streamsOf(
  host: Host,
  unit: UnitFacts | undefined,
  generated: readonly Stream[] | undefined,
): { readonly streams: readonly Stream[]; readonly known: boolean } {
  const written = (unit?.values('Socket', 'ListenStream') ?? []).map(({ value, at }) => ({ value, at }));
  if (generated !== undefined) return { streams: withGenerated(written, generated), known: true };
  if (unit?.hasUnitFile === true || unit?.isReset('Socket', 'ListenStream') === true)
    return { streams: written, known: true };
  const stock = hasGenerator(host)
    ? STOCK_BESIDE_GENERATOR
    : /^(?:debian|ubuntu|rhel)/.test(host.targets.os ?? '')
      ? STOCK
      : undefined;
  return { streams: [...(stock ?? []), ...written], known: stock !== undefined };
}

/** A drop-in says where ssh.socket listens, and nothing says whether it is enabled: the unit, else undefined. */
export function doubtfulSocket(host: Host): string | undefined {
  const { unit: name, state } = unitState(host, 'sshSocket');
  if (state !== undefined) return undefined;
  const written = unitOf(host, 'sshSocket')?.values('Socket', 'ListenStream') ?? [];
  return written.some(({ at }) => at?.file.path.includes('.socket.d/')) ? name : undefined;
}

/** `*:22` for a socket that takes both families, as ss shows it. */
export function socketName({ address, family, v6only, port }: PredictedSocket): string {
  return family === 'ipv6' && !v6only && isWildcard({ family, address }) ? `*:${port}` : hostPort(address, port);
}
