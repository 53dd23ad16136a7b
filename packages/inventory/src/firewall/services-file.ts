import { linesOf } from '../network/source.ts';

/** Where names of ports stand (services(5)). */
export const SERVICES_FILE = '/etc/services';

/** Ports by name and alias: that of TCP goes before that of UDP, whatever the rule is about (nft 1.0.6, test/around/nft-services.test.ts). */
export function readServices(text: string): ReadonlyMap<string, number> {
  const byProtocol = { tcp: new Map<string, number>(), udp: new Map<string, number>() };
  for (const { text: line } of linesOf(text)) {
    const [name, port, ...aliases] = line.replace(/#.*$/, '').trim().split(/\s+/);
    const [, number, protocol] = /^(\d{1,5})\/(tcp|udp)$/.exec(port ?? '') ?? [];
    if (name === undefined || number === undefined) continue;
    const names = protocol === 'tcp' ? byProtocol.tcp : byProtocol.udp;
    for (const each of [name, ...aliases]) if (!names.has(each)) names.set(each, Number(number));
  }
  return new Map([...byProtocol.udp, ...byProtocol.tcp]);
}
