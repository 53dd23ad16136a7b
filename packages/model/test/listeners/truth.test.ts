import { readFileSync } from 'node:fs';
import { hostPort } from '@halint/core';
import { predictListeners, type ListenersReport } from '@halint/model';
import { describe, expect, test } from 'vitest';
import { shared } from '../../../../test/support/shared.ts';
import { hostOf } from './hosts.ts';

const { path: table, present } = shared('truth/binds.tsv');

type Row = Readonly<Record<string, string>>;

function rows(): Row[] {
  if (!present) return [];
  const [head = '', ...lines] = readFileSync(table, 'utf8').trimEnd().split('\n');
  const names = head.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
  });
}

function lines(cell: string): string[] {
  return cell === '' ? [] : cell.split('\\n');
}

/** What the report says of the row's start order, in the table's words. */
function predicted(report: ListenersReport, row: Row): { sshd: string; haproxy: string } {
  const count = (service: string, lost: number): string => {
    const open = report.sockets.filter((socket) => socket.service === service).length - lost;
    return open > 0 ? `up (${open} listen)` : 'exit 255';
  };
  const first = row['start_order'] === 'haproxy-first' ? 'haproxy' : 'sshd';
  const order = report.conflicts[0]?.orders.find((each) => each.first === first);
  const lostOf = (outcome: string): number => {
    if (outcome === 'exit') return report.sockets.length;
    if (!outcome.startsWith('up-without')) return 0;
    const family = outcome.slice('up-without-'.length);
    return report.sockets.filter((socket) => socket.service === 'sshd' && socket.family === family).length;
  };
  const alone = report.starts;
  const sshdLost =
    order !== undefined ? lostOf(order.sshd) : alone.sshd?.startsWith('fails') ? Infinity : without(alone.sshd);
  const haproxyFails = order !== undefined ? order.haproxy === 'exit' : alone.haproxy?.startsWith('fails');
  return {
    sshd: row['start_order'] === 'haproxy-only' ? '-' : count('sshd', sshdLost),
    haproxy: row['start_order'] === 'sshd-only' ? '-' : haproxyFails ? 'exit 1' : 'up',
  };
}

function without(start: string | undefined): number {
  return start?.startsWith('ok: without') ? start.split(',').length : 0;
}

/** The sockets that listen, as the table shows them; where a conflict decides, the counts above are the proof. */
function listening(report: ListenersReport): string[] {
  return report.sockets.map((socket) => {
    const dual = socket.address === '::' && !socket.v6only;
    const address = dual
      ? '*'
      : socket.interface === undefined
        ? socket.address
        : `${socket.address}%${socket.interface}`;
    return `${socket.service}=${hostPort(address, socket.port)}`;
  });
}

function reportOf(row: Row): ListenersReport {
  const config = lines(row['sshd_config'] ?? '');
  const binds = lines(row['haproxy_binds'] ?? '');
  const vips = row['vip_present'] === '1' ? ['10.99.0.100/24', 'fd99::100/64'] : [];
  const host = hostOf({
    ...(config.length > 0 ? { sshd: `${config.join('\n')}\n` } : {}),
    ...(binds.length > 0 ? { binds } : {}),
    addresses: ['127.0.0.1/8', '::1/128', '10.99.0.11/24', 'fd99::11/64', ...vips],
    sysctl: {
      'net.ipv4.ip_nonlocal_bind': row['ip4_nonlocal'] ?? '0',
      'net.ipv6.ip_nonlocal_bind': row['ip6_nonlocal'] ?? '0',
      'net.ipv6.bindv6only': row['bindv6only'] ?? '0',
    },
  });
  return predictListeners(host, undefined);
}

describe.skipIf(!present)('observed binds', () => {
  test('the table is complete', () => {
    expect(rows().length).toBeGreaterThanOrEqual(103);
  });

  test.each(rows().map((row) => [`${row['id']} ${row['scenario']} (${row['start_order']})`, row] as const))(
    '%s',
    (_name, row) => {
      const report = reportOf(row);
      expect(predicted(report, row)).toEqual({ sshd: row['sshd'], haproxy: row['haproxy'] });
      const observed = (row['listening_sockets'] ?? '').split(' ').filter((socket) => socket !== '');
      const expected = listening(report);
      for (const socket of observed) expect(expected).toContain(socket);
      const nothingLost =
        report.conflicts.length === 0 && Object.values(report.starts).every((start) => start === 'ok');
      if (nothingLost) expect(observed.toSorted()).toEqual(expected.toSorted());
    },
  );
});
