// The network of one play: a namespace per host with eth0 and eth1, and one more namespace that has a bridge per segment.
// Nothing of it reaches the machine's own network. Root and iproute2; partitions need nft with bridge tables.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const SEGMENTS = 2;

/** Runs a command to its end; what it printed on standard output. A failure is an Error with its standard error. */
export function run(command, args, input = '') {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ').slice(0, 200)}: ${stderr.trim() || error.message}`));
    });
    // A command that ends without reading all of it says why itself.
    child.stdin.on('error', () => undefined).end(input);
  });
}

const sh = (script) => run('sh', ['-e'], script);

/** Namespaces that exist now, to be taken down whatever happens. */
const standing = new Set();

/** Takes down what is left of this process; synchronous, for the end of the process. */
export function clearAll() {
  for (const name of standing) remove(name);
  standing.clear();
}

function remove(name) {
  try {
    execFileSync('ip', ['netns', 'del', name], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    if (existsSync(`/run/netns/${name}`)) console.error(`lab: ${name} stays: ${error.message}`);
  }
}

export class Network {
  #name;
  #hosts;
  #down = new Set();

  /**
   * @param name unique on the machine
   * @param hosts [{ id, addresses: { eth0: ['10.0.0.1/24', 'fe80::1/64'] } }]
   */
  constructor(name, hosts) {
    this.#name = name;
    this.#hosts = hosts;
  }

  namespaceOf(id) {
    return `${this.#name}-${id}`;
  }

  get #bridges() {
    return `${this.#name}-x`;
  }

  #index(id) {
    return this.#hosts.findIndex((host) => host.id === id);
  }

  async up() {
    const all = [this.#bridges, ...this.#hosts.map(({ id }) => this.namespaceOf(id))];
    for (const name of all) standing.add(name);
    const segments = Array.from({ length: SEGMENTS }, (_, k) => k);
    const bridges = segments.flatMap((k) => [
      `link add br${k} type bridge mcast_snooping 0 forward_delay 0`,
      `link set br${k} up`,
      ...this.#hosts.flatMap(({ id }, i) => [
        `link add p${i}_${k} type veth peer name eth${k} netns ${this.namespaceOf(id)}`,
        `link set p${i}_${k} master br${k} up`,
      ]),
    ]);
    const script = [
      ...all.map((name) => `ip netns add ${name}`),
      `ip -n ${this.#bridges} -batch - <<'END'\n${bridges.join('\n')}\nEND`,
      ...this.#hosts.map(({ id, addresses }) => {
        const name = this.namespaceOf(id);
        const isV6 = Object.values(addresses)
          .flat()
          .some((each) => each.includes(':'));
        // Link-local addresses are given, not made from the hardware address: they break ties.
        const kernel = segments
          .map((k) => `echo 1 > /proc/sys/net/ipv6/conf/eth${k}/${isV6 ? 'addr_gen_mode' : 'disable_ipv6'}`)
          .join('; ');
        const own = Object.entries(addresses).flatMap(([device, list]) =>
          list.map((each) => `addr add ${each} dev ${device}${each.includes(':') ? ' nodad' : ''}`),
        );
        return [
          `ip netns exec ${name} sh -c '${kernel}'`,
          `ip -n ${name} -batch - <<'END'`,
          'link set lo up',
          ...segments.map((k) => `link set eth${k} up`),
          ...own,
          'END',
        ].join('\n');
      }),
    ].join('\n');
    await sh(script);
  }

  /** Carrier of a host's interface: lost while the far end of the cable is down. The interface itself stays up. */
  async carrier(id, device, isUp) {
    const port = `p${this.#index(id)}_${device.replace('eth', '')}`;
    if (isUp) this.#down.delete(port);
    else this.#down.add(port);
    await run('ip', ['-n', this.#bridges, 'link', 'set', port, isUp ? 'up' : 'down']);
  }

  /** Removes every address and interface of a host that is not its own, as a restart of the machine does. */
  async flush(id) {
    const { addresses } = this.#hosts[this.#index(id)];
    const links = JSON.parse(await run('ip', ['-n', this.namespaceOf(id), '-j', 'link', 'show']));
    const strange = links.map(({ ifname }) => ifname).filter((name) => !/^(?:lo|eth\d)$/.test(name));
    const commands = Object.entries(addresses).flatMap(([device, list]) => [
      `addr flush dev ${device}`,
      ...list.map((each) => `addr add ${each} dev ${device}${each.includes(':') ? ' nodad' : ''}`),
    ]);
    const script = [...strange.map((name) => `link del ${name}`), ...commands];
    await run('ip', ['-n', this.namespaceOf(id), '-batch', '-'], `${script.join('\n')}\n`);
  }

  /**
   * Lets nothing pass for the pairs 'A>B', on both segments. Where only one direction is cut, that is VRRP (protocol 112) alone:
   * a lost answer to ARP would cut the other direction of unicast as well.
   */
  async cut(pairs) {
    const rules = [...pairs].flatMap((pair) => {
      const [from, to] = pair.split('>');
      const what = pairs.has(`${to}>${from}`) ? [''] : ['ip protocol 112 ', 'ip6 nexthdr 112 '];
      return Array.from({ length: SEGMENTS }, (_, k) =>
        what.map((match) => `iifname "p${this.#index(from)}_${k}" oifname "p${this.#index(to)}_${k}" ${match}drop`),
      ).flat();
    });
    const table = `table bridge cut\ndelete table bridge cut\ntable bridge cut {\nchain forward {\ntype filter hook forward priority 0; policy accept;\n${rules.join('\n')}\n}\n}\n`;
    await run('ip', ['netns', 'exec', this.#bridges, 'nft', '-f', '-'], table);
  }

  /** Addresses on a host's interfaces now, without prefix length. */
  async addresses(id) {
    const links = JSON.parse(await run('ip', ['-n', this.namespaceOf(id), '-j', 'addr', 'show']));
    return links.flatMap((link) => (link.addr_info ?? []).map((each) => each.local));
  }

  async down() {
    for (const name of [...this.#hosts.map(({ id }) => this.namespaceOf(id)), this.#bridges]) {
      if (!standing.has(name)) continue;
      await run('ip', ['netns', 'del', name]);
      standing.delete(name);
    }
  }
}

/** Why no lab can be set up on this machine; undefined when it can. */
export function networkProblem() {
  if (process.platform !== 'linux') return 'network namespaces are Linux only';
  if (process.getuid() !== 0) return 'not root';
  for (const [tool, args] of [
    ['ip', ['-V']],
    ['nft', ['--version']],
  ]) {
    try {
      execFileSync(tool, args, { stdio: 'ignore' });
    } catch {
      return `no ${tool}`;
    }
  }
  const name = `halint-lab-${process.pid}`;
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'pipe' });
    execFileSync('ip', ['netns', 'del', name], { stdio: 'pipe' });
  } catch (error) {
    return `no network namespaces here: ${error.message.split('\n')[1] ?? error.message}`;
  }
  return undefined;
}
