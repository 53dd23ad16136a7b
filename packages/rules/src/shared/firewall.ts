import { AH, UDP, type FirewallFacts, type Packet } from '@halint/model';

/**
 * The command of ufw that lets a packet through, for packets of hosts that have it; undefined for other filters. Protocol 112 has a name since
 * 0.36.2 (Ubuntu 22.04 has 0.36.1): before, all protocols between two addresses are let through.
 */
export function ufwCommand({ service }: FirewallFacts, packet: Packet): string | undefined {
  if (service !== 'ufw') return undefined;
  const way = packet.way === 'out' ? ' out' : '';
  if (packet.port !== undefined) return `\`ufw allow${way} ${packet.port}/${packet.protocol === UDP ? 'udp' : 'tcp'}\``;
  const ends = packet.way === 'out' ? `to ${packet.destination ?? 'PEER'}` : `from ${packet.source ?? 'PEER'}`;
  const named = `\`ufw allow${way} proto ${packet.protocol === AH ? 'ah' : 'vrrp'} ${ends}\``;
  if (packet.protocol === AH) return named;
  const destination = packet.way === 'out' || packet.destination === undefined ? '' : ` to ${packet.destination}`;
  return `${named} (before ufw 0.36.2 \`ufw allow${way} ${ends}${destination}\`)`;
}

/** The command that shows what is loaded, whatever wrote it. */
export function lookCommand({ service }: FirewallFacts, family: Packet['family']): string {
  if (service === 'ufw') return 'ufw show raw';
  // Those of iptables-nft are shown by nft too, those of the older one only here.
  if (service === 'iptables') return family === 'ipv4' ? 'iptables-save' : 'ip6tables-save';
  return 'nft list ruleset';
}
