import type { Targets } from '@halint/core';
import { Workspace, type HostState, type Snapshot } from '@halint/engine';
import { effective, type Connection, type Effective } from '@halint/grammar-sshd';
import { parts } from './knowledge.ts';

export interface EffectiveOptions {
  /** Who connects: what `sshd -T -C` is told. */
  readonly connection?: Connection;
  /** Versions that win over what is known of the host. */
  readonly targets?: Partial<Targets>;
}

/**
 * What `sshd -T` of a host prints, each value with the line that it comes from. Undefined when the snapshot has no such host, or no
 * sshd_config of it.
 */
export function effectiveSshd(
  snapshot: Snapshot,
  host: string,
  { connection, targets }: EffectiveOptions = {},
): Effective | undefined {
  const workspace = new Workspace(snapshot, parts, targets === undefined ? {} : { targets });
  const state = workspace.hosts.find(({ id }) => id === host);
  return state === undefined ? undefined : effectiveOf(state, connection);
}

/** The same for a host that is parsed already. */
export function effectiveOf(state: HostState, connection?: Connection): Effective | undefined {
  const reading = state.readingOf('sshd');
  return reading === undefined ? undefined : effective(reading.entries, reading.context, connection);
}

/**
 * A connection from `user=alice,addr=192.0.2.1,lport=22` (the words of `sshd -T -C`), or what is wrong with it. `group=wheel`, once for each
 * group of the user, is halint's own: sshd looks groups up.
 */
export function parseConnection(spec: string): Connection | { readonly problem: string } {
  let connection: Connection = {};
  for (const word of spec.split(',')) {
    const [, name = '', value] = /^([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if ((name === 'invalid-user') !== (value === undefined)) return { problem: `NAME=VALUE, not ${word}` };
    switch (name) {
      case 'user':
      case 'host':
      case 'addr':
      case 'laddr':
      case 'rdomain':
        connection = { ...connection, [name]: value };
        break;
      case 'group':
        connection = { ...connection, groups: [...(connection.groups ?? []), value ?? ''] };
        break;
      case 'lport':
        if (!/^\d{1,5}$/.test(value ?? '') || Number(value) > 65_535) return { problem: `no port: ${value}` };
        connection = { ...connection, lport: Number(value) };
        break;
      case 'invalid-user':
        connection = { ...connection, invalidUser: true };
        break;
      default:
        return {
          problem: `no word of a connection: ${word} (user, group, addr, host, laddr, lport, rdomain, invalid-user)`,
        };
    }
  }
  return connection;
}
