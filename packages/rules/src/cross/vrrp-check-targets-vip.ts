import { type Rule, vipsOf } from '@halint/model';
import { trackedScripts } from '../shared/commands.ts';

export default {
  id: 'cross/vrrp-check-targets-vip',
  scope: 'host',
  severity: 'error',
  summary: 'A tracked script asks the VIP itself: on the standby the master answers.',
  since: '0.1.0',
  sources: ['keepalived.conf(5) track_script', 'NeoAssist/docker-keepalived#3'],
  check(host, report) {
    const vips = [...vipsOf(host).keys()];
    for (const instance of host.keepalived?.instances ?? []) {
      for (const script of trackedScripts(host, instance)) {
        const text = script.command?.value ?? '';
        const vip = vips.find((address) =>
          new RegExp(`(^|[^\\d.:a-f])${address.replaceAll('.', '\\.')}($|[^\\d.])`, 'i').test(text),
        );
        if (vip === undefined || script.command?.at === undefined || looksAtHost(text)) continue;
        report({
          at: script.command.at,
          message: `${script.name.value} asks the VIP ${vip}: while ${host.id} stands by, the master answers for it`,
          help: 'A broken standby looks healthy until it takes over. Ask an address of the host itself, or 127.0.0.1 with a bind of its own.',
        });
      }
    }
  },
} satisfies Rule<'host'>;

/** Programs that show what the host itself has, and send nothing. */
const LOCAL = /(?:^|[\s/'"`(;|&])(?:ss|netstat|ip|ifconfig|lsof|fuser)\s/;
/** Programs that ask over the network. */
const ASKING =
  /(?:^|[\s/'"`(;|&])(?:curl|wget|nc|ncat|netcat|socat|ping6?|arping|nmap|telnet|openssl|ssh|dig|httping)\s|\/dev\/tcp\//;

function looksAtHost(text: string): boolean {
  return LOCAL.test(text) && !ASKING.test(text);
}
