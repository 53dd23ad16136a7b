import { hostPort } from '@halint/core';
import type { UnitFacts } from '../facts/systemd.ts';
import type { Host } from '../host.ts';
import { addressesOf } from './presence.ts';
import { excludedAddress, sshdSockets, unresolvedNames } from './sockets.ts';
import type { Stream } from './ssh-socket.ts';

/** The drop-in that the generator writes below /run/systemd/generator/ssh.socket.d. */
const DROP_IN = 'addresses.conf';

/**
 * Does the openssh-server of a host bring sshd-socket-generator? It came with Ubuntu 24.04; 22.10 to 23.10 wrote the addresses once,
 * at an upgrade, into /etc/systemd/system/ssh.socket.d (Ubuntu's announcement of socket activation).
 */
export function hasGenerator({ targets }: Host): boolean {
  const version = /^ubuntu(\d+)/.exec(targets.os ?? '')?.[1];
  return version !== undefined && Number(version) >= 24;
}

export interface Generated {
  /** What the drop-in sets; undefined: the generator writes none. */
  readonly streams: readonly Stream[] | undefined;
  readonly missing: string | undefined;
}

const NOTHING: Generated = { streams: undefined, missing: undefined };

/**
 * What the generator makes of sshd_config: for every address of sshd, ADDR:PORT behind a reset, and nothing at all for the two
 * wildcards on port 22 without AddressFamily, which is what the unit has anyway (sshd-socket-generator.c
 * write_systemd_socket_file(), listen_addr_is_default(); read in a copy of Ubuntu's source of 9.6p1). `oneForBoth`: the unit is of the
 * first releases of 24.04, whose generator wrote a bare port for both wildcards (its autopkgtest: `^ListenStream=1234`).
 *
 * Not confirmed by running Ubuntu: neither form of the drop-in, nor the sort position of a generated one among those of /etc; the
 * latter is systemd.unit(5), which sorts the drop-ins of all directories by file name.
 */
export function generatedStreams(host: Host, unit: UnitFacts | undefined, oneForBoth: boolean): Generated {
  // One of the same name in /etc or /run/systemd/system hides it; one that was copied from the machine is what it wrote.
  if (unit?.files.some(({ path }) => path.endsWith(`.d/${DROP_IN}`)) === true) return NOTHING;
  if (isOverruled(unit)) return NOTHING;
  if (host.sshd === undefined) return { streams: undefined, missing: '/etc/ssh/sshd_config' };
  // It reads the files, and never the command line of ssh.service.
  const sshd = host.sshd.command?.files ?? host.sshd;
  const told = { ...host, sshd };
  const [name] = unresolvedNames(told);
  const bad = name?.host.value ?? excludedAddress(sshd)?.host.value;
  if (bad !== undefined) {
    return { streams: undefined, missing: `what the generator makes of ListenAddress ${bad} (/run/systemd/generator)` };
  }
  const sockets = sshdSockets(told, addressesOf(host, undefined));
  const texts = new Set(sockets.map(({ address, port }) => hostPort(address, port)));
  const isStock = ({ address, port }: (typeof sockets)[number]): boolean =>
    sshd.addressFamily.value === 'any' && port === 22 && (address === '0.0.0.0' || address === '::');
  if (sockets.every(isStock)) return NOTHING;
  const streams = sockets.flatMap(({ address, port, declared }) => {
    const both = oneForBoth && texts.has(hostPort('0.0.0.0', port)) && texts.has(hostPort('::', port));
    if (both && address === '0.0.0.0') return [];
    return [{ value: both && address === '::' ? String(port) : hostPort(address, port), at: declared }];
  });
  return { streams, missing: undefined };
}

/** Does a drop-in that is read later begin the list anew? */
function isOverruled(unit: UnitFacts | undefined): boolean {
  const path = unit?.resetAt('Socket', 'ListenStream')?.file.path;
  return path !== undefined && isBehind(path);
}

/** Is a file of the unit read after the generated drop-in? */
function isBehind(path: string): boolean {
  const [folder = '', name = ''] = path.split('/').slice(-2);
  return folder.endsWith('.d') && name > DROP_IN;
}

/** The list of a unit with the generated drop-in in its place. */
export function withGenerated(written: readonly Stream[], generated: readonly Stream[]): readonly Stream[] {
  return [...generated, ...written.filter(({ at }) => at !== undefined && isBehind(at.file.path))];
}
