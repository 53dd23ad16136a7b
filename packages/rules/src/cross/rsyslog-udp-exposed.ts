import { parseIp, type Fix, type Place } from '@halint/core';
import {
  firewallVerdict,
  realAddresses,
  UDP,
  vipsOf,
  type Host,
  type LogInput,
  type Report,
  type Rule,
} from '@halint/model';
import { isLoopbackAddress, udpTarget, type UdpTarget } from '../shared/log-targets.ts';

export default {
  id: 'cross/rsyslog-udp-exposed',
  scope: 'fleet',
  severity: 'warning',
  summary: 'rsyslog takes UDP messages from the whole network, and only haproxy of its own host needs them.',
  fix: 'safe',
  since: '0.1.0',
  sources: [
    'rsyslog imudp: address, default all',
    'rsyslogd 8.2302: without address, with "*" and with 0.0.0.0 it is bound to all addresses',
  ],
  check(fleet, report) {
    const sent = sendersOf(fleet.hosts);
    for (const host of fleet.hosts) {
      const locals = localTargets(host);
      if (locals.length === 0 || isLogServer(host, sent)) continue;
      for (const input of host.rsyslog?.inputs ?? []) {
        const [port, ...others] = input.ports;
        const senders = locals.filter((target) => target.port === port);
        if (port === undefined || others.length > 0 || senders.length === 0 || !isOpen(input)) continue;
        const found = judged(host, input, port, senders);
        if (found !== undefined) report(found);
      }
    }
  },
} satisfies Rule<'fleet'>;

interface LocalTarget extends UdpTarget {
  readonly at: Place;
}

/** Loopback addresses that haproxy logs to; none when it also logs to another address of the host, which is then needed. */
function localTargets(host: Host): readonly LocalTarget[] {
  const locals: LocalTarget[] = [];
  for (const { address } of host.haproxy?.logs ?? []) {
    const target = udpTarget(address.value);
    if (target === undefined || address.at === undefined) continue;
    if (isLoopbackAddress(target.address)) locals.push({ ...target, at: address.at });
    else if (mayBelongTo(host, target.address)) return [];
  }
  return locals;
}

function isOpen({ kind, address, confined, ruleset }: LogInput): boolean {
  return kind === 'udp' && !confined && ruleset === undefined && [undefined, '0.0.0.0', '::'].includes(address?.value);
}

/** Targets outside of the sender's loopback -> who sends there. */
type Senders = ReadonlyMap<string, ReadonlySet<Host>>;

function sendersOf(hosts: readonly Host[]): Senders {
  const senders = new Map<string, Set<Host>>();
  for (const host of hosts) {
    for (const target of remoteTargets(host)) senders.set(target, (senders.get(target) ?? new Set<Host>()).add(host));
  }
  return senders;
}

function remoteTargets(host: Host): readonly string[] {
  const logs = (host.haproxy?.logs ?? []).flatMap(({ address: { value } }) =>
    /^(?:[/@]|std(?:out|err)$|(?:fd|unix|ring|backend|sockpair|tcp\d?|abns)@)/.test(value)
      ? []
      : [udpTarget(value)?.address ?? value],
  );
  return [...logs, ...(host.rsyslog?.forwards ?? []).map(({ value }) => value)];
}

/** Does anything say that other hosts send their messages here? */
function isLogServer(host: Host, sent: Senders): boolean {
  const { rsyslog } = host;
  if (rsyslog === undefined || rsyslog.senderRules.length > 0) return true;
  const takesTcp = rsyslog.inputs.some(
    ({ kind, address }) => kind === 'tcp' && !isLoopbackAddress(address?.value ?? ''),
  );
  // Where the host itself sends is another one.
  return takesTcp || [...sent].some(([target, senders]) => !senders.has(host) && mayBelongTo(host, target));
}

/** An address of the host, a VIP that it may hold; also a name, and any address when the host's own are not known. */
function mayBelongTo(host: Host, target: string): boolean {
  if (parseIp(target) === undefined) return target !== 'localhost';
  if (isLoopbackAddress(target)) return false;
  const own = realAddresses(host);
  if (own === undefined || host.facts.dynamic.length > 0 || vipsOf(host).has(target)) return true;
  return own.some(({ address }) => address.address === target);
}

function judged(host: Host, input: LogInput, port: number, senders: readonly LocalTarget[]): Report | undefined {
  const guarded = guardOf(host, port);
  if (guarded === 'yes') return undefined;
  const missing = host.rsyslog?.hasMainFile === true ? guarded : '/etc/rsyslog.conf';
  const [first] = senders as [LocalTarget, ...LocalTarget[]];
  const same = senders.every(({ address }) => address === first.address);
  const fix = same ? fixOf(host, input, first.address) : undefined;
  const where = input.address === undefined ? 'all addresses' : `all addresses (${input.address.value})`;
  return {
    ...(missing === undefined ? {} : { severity: 'info' as const, missing }),
    at: input.at,
    message: `rsyslog of ${host.id} takes messages on UDP port ${port} of ${where}, and haproxy only sends them to ${first.address}`,
    help: `Anybody who reaches the port writes into the logs of ${host.id}: UDP has no sender that could be trusted. Bind the input to ${first.address}, or to a ruleset of its own if other hosts are meant to send.`,
    related: [{ at: first.at, message: 'haproxy logs here' }],
    ...(fix === undefined ? {} : { fix }),
  };
}

/** `yes`: the packet filter keeps others out, or lets some in on purpose; else what is not known of it; undefined: nothing is in the way. */
function guardOf(host: Host, port: number): string | undefined {
  const onPurpose = host.facts.firewalls.some(({ chains }) =>
    chains.some(({ rules }) =>
      rules.some(
        ({ matches, action }) =>
          action.kind === 'accept' &&
          matches.some((match) => match?.kind === 'port' && match.ranges.some(([a, b]) => a === port && b === port)),
      ),
    ),
  );
  if (onPurpose) return 'yes';
  const verdicts = (['ipv4', 'ipv6'] as const).map((family) =>
    firewallVerdict(host, { family, protocol: UDP, port, state: 'new' }),
  );
  if (verdicts.every((verdict) => verdict?.verdict === 'drop')) return 'yes';
  const open = verdicts.find((verdict) => verdict === undefined || verdict.verdict === 'accept');
  if (open !== undefined || verdicts[0] === undefined) return open?.missing;
  return verdicts.find((verdict) => verdict?.missing !== undefined)?.missing ?? 'a rule that is followed';
}

/** One input, one address. `$UDPServerAddress` stays in force for the inputs behind it, which is only right when there are none. */
function fixOf(host: Host, input: LogInput, address: string): Fix<Place> | undefined {
  const { at } = input;
  const text = at.section.text.slice(at.start, at.end);
  const title = `Bind it to ${address}`;
  if (text.startsWith('$')) {
    const udp = host.rsyslog?.inputs.filter(({ kind }) => kind === 'udp') ?? [];
    if (udp.at(-1) !== input) return undefined;
    const line = `$UDPServerAddress ${address}\n`;
    return { title, safety: 'safe', edits: [{ at: { ...at, end: at.start }, text: line }] };
  }
  const [whole, head = ''] = /(\baddress\s*=\s*)"[^"]*"/i.exec(text) ?? [];
  const from = whole === undefined ? text.lastIndexOf(')') : text.indexOf(whole) + head.length;
  const to = whole === undefined ? from : text.indexOf(whole) + whole.length;
  if (from < 0) return undefined;
  const written = whole === undefined ? ` address="${address}"` : `"${address}"`;
  return {
    title,
    safety: 'safe',
    edits: [{ at: { ...at, start: at.start + from, end: at.start + to }, text: written }],
  };
}
