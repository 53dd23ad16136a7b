import { parseIp } from '@halint/core';
import { prefixOf, shorten, type Collector } from './source.ts';

/**
 * Commands of `up` and PostUp lines that give no interface an address. `systemctl` is none of them: a unit may do anything. What ifup and
 * wg-quick bring up stands in files of their own.
 */
const HARMLESS = new Set(
  (
    ': [ [[ arp arping brctl bridge cat chgrp chmod chown conntrack date echo ethtool exit false ifdown ifenslave ifup install ip6tables ' +
    'ip6tables-restore ip6tables-save ipset iptables iptables-restore iptables-save iw iwconfig ln logger mii-tool mkdir modprobe nft ping ping6 ' +
    'printf resolvconf resolvectl rfkill rm rmmod route set sleep sysctl tc test touch true ufw vconfig wait wg wg-quick'
  ).split(' '),
);

/** Objects of ip(8) that are something else than addresses, as short as ip takes them. */
const ADDRESS_OBJECT = /^a(?:d(?:d(?:r(?:e(?:s(?:s)?)?)?)?)?)?$/;

/** Options of ip(8) with a value of their own. */
const WITH_VALUE = /^-{1,2}(?:f(?:amily)?|n(?:etns)?|rc(?:vbuf)?|l(?:oops)?|b(?:atch)?)$/;

/**
 * Takes the addresses that a command line of a shell adds: `ip addr add`, `ifconfig eth0:1 10.0.0.8 netmask …`. What it may add that does not
 * stand in it makes the interface's addresses unknown. `variables`: of these the value is known, such as $IFACE of ifup.
 */
export function addCommand(
  command: string,
  device: string,
  variables: Readonly<Record<string, string>>,
  out: Collector,
): void {
  const doubt = (by: string): void => {
    for (const family of ['ipv4', 'ipv6'] as const) out.addDynamic(device, family, `\`${shorten(by)}\``);
  };
  const text = command
    .replace(
      /\$(?:\{(\w+)\}|(\w+))/g,
      (whole, braced?: string, plain?: string) => variables[braced ?? plain ?? ''] ?? whole,
    )
    .replace(/\d?>+\s*&?[^\s&|;]+/g, '');
  for (const simple of text.split(/&&|\|\||[;|&\n]/)) {
    const words = simple
      .replace(/["']/g, '')
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '!');
    const at = words.findIndex((word) => !/^(?:\w+=\S*|sudo|exec|command|nohup|-)$/.test(word));
    const [program = '', ...args] = at < 0 ? [] : words.slice(at);
    const name = program.slice(program.lastIndexOf('/') + 1);
    const found = name === 'ip' ? byIp(args, device) : name === 'ifconfig' ? byIfconfig(args) : undefined;
    // Words behind a strange program may be secrets.
    if (found === undefined && program !== '' && !HARMLESS.has(name)) doubt(program);
    else if (found === 'doubt') doubt(words.join(' '));
    else if (found !== undefined && found !== 'nothing') {
      const ip = parseIp(found.address);
      const prefix = found.prefix === undefined ? undefined : prefixOf(found.prefix);
      if (ip === undefined) doubt(words.join(' '));
      else out.addCidr(found.device, { ...ip, prefix: prefix ?? (ip.family === 'ipv4' ? 32 : 128) });
    }
  }
}

interface Added {
  readonly device: string;
  readonly address: string;
  readonly prefix: string | undefined;
}

/** `nothing`: it adds none; `doubt`: it adds what does not stand there. */
type Effect = Added | 'nothing' | 'doubt';

function byIp(args: readonly string[], device: string): Effect {
  let at = 0;
  for (; args[at]?.startsWith('-') === true; at++) {
    if (/^-{1,2}b/.test(args[at] ?? '')) return 'doubt';
    if (WITH_VALUE.test(args[at] ?? '')) at++;
  }
  const [object = '', verb = '', ...rest] = args.slice(at);
  // Of `ip link`, `ip route` and the others none has an address for the host.
  if (!ADDRESS_OBJECT.test(object)) return 'nothing';
  if (!/^(?:a|ad|add|c|ch|cha|chan|chang|change|r|re|rep|repl|repla|replac|replace)$/.test(verb)) return 'nothing';
  let address: string | undefined;
  let on = device;
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] ?? '';
    if (word === 'dev') on = rest[++i] ?? on;
    else if (word === 'local') address = rest[++i];
    else if (/^(?:peer|remote|broadcast|brd|anycast|scope|label|metric|valid_lft|preferred_lft|proto)$/.test(word)) i++;
    else address ??= word;
  }
  return added(on, address);
}

/** `ifconfig eth0:1 10.0.0.8/24`, `… netmask 255.255.255.0`, `ifconfig eth0 add 2001:db8::8/64`, `… inet6 add …` (ifconfig(8)). */
function byIfconfig([on = '', ...rest]: readonly string[]): Effect {
  const words = rest.filter((word) => !/^(?:inet6?|add|up)$/.test(word));
  const first = words[0] ?? '';
  const isAddress = parseIp(first.split('/')[0] ?? '') !== undefined;
  if (!isAddress) return /\$/.test(rest.join(' ')) ? 'doubt' : 'nothing';
  const netmask = words[words.indexOf('netmask') + 1];
  return added(on.split(':')[0] ?? '', words.includes('netmask') ? `${first}/${netmask ?? ''}` : first);
}

function added(device: string, written: string | undefined): Effect {
  const [address, prefix] = (written ?? '').split('/');
  return address === undefined || address === '' || /\$/.test(device) ? 'doubt' : { device, address, prefix };
}
