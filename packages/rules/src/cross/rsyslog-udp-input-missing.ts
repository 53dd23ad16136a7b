import { isLoopback, parseIp } from '@halint/core';
import type { Host, Rule } from '@halint/model';
import { ownsAddress } from '../shared/addresses.ts';
import { unknownLoggers } from '../shared/logging.ts';

const SYSLOG_PORT = 514;

export default {
  id: 'cross/rsyslog-udp-input-missing',
  scope: 'host',
  severity: 'warning',
  summary: 'haproxy logs to a UDP port of its own host on which nothing listens.',
  since: '0.1.0',
  sources: ['haproxy configuration manual 4.2 log', 'rsyslog imudp: off unless it is configured'],
  check(host, report) {
    const { haproxy } = host;
    if (haproxy === undefined) return;
    const told = new Set<string>();
    for (const { address } of haproxy.logs) {
      const target = targetOf(address.value);
      if (target === undefined || address.at === undefined || told.has(address.value)) continue;
      told.add(address.value);
      if (!isOwn(host, target.address) || listens(host, target) || forwards(host)) continue;
      const missing = unknownLoggers(host);
      report({
        ...(missing.length === 0 ? {} : { severity: 'info' as const, missing: missing.join(', ') }),
        at: address.at,
        message:
          missing.length === 0
            ? `haproxy logs nowhere: nothing listens on UDP port ${target.port} of ${target.address}`
            : `cannot tell what listens on UDP port ${target.port} of ${target.address}, where haproxy logs`,
        help: `rsyslog listens on no port by itself: add module(load="imudp") and input(type="imudp" address="127.0.0.1" port="${target.port}"), or log to /dev/log.`,
      });
    }
  },
} satisfies Rule<'host'>;

interface Target {
  readonly address: string;
  readonly port: number;
}

/** `127.0.0.1`, `127.0.0.1:514`, `udp@[::1]:514`; undefined for anything that is no UDP address. */
function targetOf(written: string): Target | undefined {
  const bare = written.replace(/^(?:udp[46]?|ipv[46])@/, '');
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:\s/@$]+))(?::(\d+))?$/.exec(bare) ?? [];
  const name = bracketed ?? plain ?? bare;
  const ip = parseIp(name === 'localhost' ? '127.0.0.1' : name);
  return ip === undefined ? undefined : { address: ip.address, port: port === undefined ? SYSLOG_PORT : Number(port) };
}

function isOwn(host: Host, address: string): boolean {
  const ip = parseIp(address);
  return ip !== undefined && (isLoopback(ip) || ownsAddress(host, address) === true);
}

function listens(host: Host, { address, port }: Target): boolean {
  const mine = [undefined, '0.0.0.0', '::', 'localhost', address];
  return (
    host.rsyslog?.inputs.some(
      (input) => input.kind === 'udp' && input.ports.includes(port) && mine.includes(input.address?.value),
    ) === true
  );
}

/** haproxy may take its own messages and hand them on (log-forward, dgram-bind). */
function forwards(host: Host): boolean {
  return host.files.some((file) => file.language === 'haproxy' && /^\s*dgram-bind\s/m.test(file.document.print()));
}
