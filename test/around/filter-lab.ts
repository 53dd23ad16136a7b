import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { Packet } from '@halint/model';
import { startSender } from './packet-sender.ts';

const has = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Can packets be sent through real rules here? */
export const canFilter =
  process.getuid?.() === 0 && has('nft', '--version') && has('ip', 'netns', 'list') && has('python3', '--version');

/** Counts what passes the rules under test: a chain behind all of them. Only what is sent here, for a new interface speaks IPv6 and IGMP by itself. */
const PROBE =
  'table inet probe {\n chain i {\n type filter hook input priority 500;\n iifname "e0" ip protocol { 6, 17, 51, 112 } counter\n }\n}\n';

/** First packets from 10.98.0.1 to a host that is 10.98.0.2 and in the group of VRRP. */
export const PACKETS: readonly Packet[] = [
  { protocol: 112, destination: '224.0.0.18' },
  { protocol: 112, destination: '10.98.0.2' },
  { protocol: 51, destination: '224.0.0.18' },
  { protocol: 6, destination: '10.98.0.2', port: 443 },
  { protocol: 17, destination: '10.98.0.2', port: 112 },
].map((packet) => ({ ...packet, family: 'ipv4', source: '10.98.0.1', interface: 'e0', state: 'new' }));

/** Two hosts with one wire, in network namespaces of their own. */
export interface FilterLab {
  /** The namespace of the host that has the rules. */
  readonly namespace: string;
  /** Loads rules in the place of all others. False: nft refuses the text, such as two protocols in one rule. */
  load(text: string): boolean;
  /** Puts the counter behind rules that something else loads. */
  probe(): void;
  /** Does the kernel let a packet in? */
  passes(packet: Packet): Promise<boolean>;
  stop(): void;
}

/** @param name tells the namespaces of tests that run at the same time apart. */
export async function startFilterLab(name: string): Promise<FilterLab> {
  const [a, b] = [`halint-${name}-a-${process.pid}`, `halint-${name}-b-${process.pid}`] as const;
  const run = (...words: string[]): void => void execFileSync('ip', words);
  const inside = (netns: string, ...words: string[]): void => run('netns', 'exec', netns, ...words);
  run('netns', 'add', a);
  run('netns', 'add', b);
  run('link', 'add', 'e0', 'netns', a, 'type', 'veth', 'peer', 'name', 'e0', 'netns', b);
  for (const [netns, address] of [
    [a, '10.98.0.1/24'],
    [b, '10.98.0.2/24'],
  ] as const) {
    inside(netns, 'ip', 'link', 'set', 'lo', 'up');
    inside(netns, 'ip', 'addr', 'add', address, 'dev', 'e0');
    inside(netns, 'ip', 'link', 'set', 'e0', 'up');
    inside(netns, 'ip', 'route', 'add', '224.0.0.0/4', 'dev', 'e0');
  }
  const join224 =
    'import socket,sys\ns=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)\ns.setsockopt(0,socket.IP_ADD_MEMBERSHIP,socket.inet_aton("224.0.0.18")+socket.inet_aton("10.98.0.2"))\nsys.stdin.read()';
  const member = spawn('ip', ['netns', 'exec', b, 'python3', '-c', join224], { stdio: ['pipe', 'ignore', 'ignore'] });
  const sender = startSender(a);
  const nft = (text: string): boolean =>
    spawnSync('ip', ['netns', 'exec', b, 'nft', '-f', '-'], { input: text }).status === 0;
  const counted = (): number =>
    Number(
      /packets (\d+)/.exec(
        execFileSync('ip', ['netns', 'exec', b, 'nft', 'list', 'table', 'inet', 'probe']).toString(),
      )?.[1],
    );
  const lab: FilterLab = {
    namespace: b,
    load: (text) => nft(`flush ruleset\n${text}\n${PROBE}`),
    probe: () => void nft(`table inet probe\ndelete table inet probe\n${PROBE}`),
    async passes({ protocol, destination, port }) {
      const before = counted();
      await sender.send(protocol, destination ?? '', port ?? 0);
      return counted() > before;
    },
    stop() {
      sender.stop();
      member.stdin.end();
      for (const netns of [a, b]) run('netns', 'del', netns);
    },
  };
  lab.load('');
  const [first, second] = PACKETS as readonly [Packet, Packet];
  // The group is joined and the neighbour is known once a packet of each kind has arrived.
  for (let i = 0; i < 50 && !((await lab.passes(first)) && (await lab.passes(second))); i++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  return lab;
}
