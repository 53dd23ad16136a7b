// What halint's simulator says of a scenario, and whether that is what was observed.
import { bundled } from '../conformance/bundle.mjs';
import { fill, print } from './config.mjs';

/** The library as it is in the sources now. */
export const library = () => bundled('packages/halint/src/index.ts');

/** The --events list of a scenario. */
export function eventsOf({ hosts, order, initial = [], events }) {
  return [...orderOf(hosts, order), ...initial.map((event) => `initial:${event}`), ...events].join(',') || 'start';
}

/** Start delays are an order, too: those of the lab are longer than an election. */
function orderOf(hosts, order = []) {
  const delayed = hosts.some(({ delay = 0 }) => delay > 0)
    ? hosts.toSorted((a, b) => (a.delay ?? 0) - (b.delay ?? 0)).map(({ id }) => id)
    : [];
  const ids = order.length > 0 ? order : delayed;
  return ids.length > 0 ? [`start-order:${ids.join('>')}`] : [];
}

/** Addresses of a host as `ip -j address` tells them. */
export function factsOf(addresses) {
  const links = Object.entries(addresses).map(([ifname, list]) => ({
    ifname,
    addr_info: list.map((each) => {
      const [local, length] = each.split('/');
      return { family: local.includes(':') ? 'inet6' : 'inet', local, prefixlen: Number(length) };
    }),
  }));
  return `${JSON.stringify(links)}\n`;
}

/** @returns [{ event, holders: { VIP: [host] }, verdict, race, why }], the clusters of the hosts put together step by step */
export function predict({ simulateFailover, snapshotFromFiles }, scenario, version) {
  const where = { flags: '/run/lab', run: 'lab' };
  const files = scenario.hosts.flatMap(({ id, config, addresses }) => [
    [`${id}/etc/keepalived/keepalived.conf`, fill(print(config), where)],
    [`${id}/facts/ip-address.json`, factsOf(addresses)],
  ]);
  const snapshot = snapshotFromFiles(new Map(files));
  const hosts = snapshot.hosts.map((host) => ({ ...host, targets: { keepalived: version } }));
  const { clusters } = simulateFailover({ ...snapshot, hosts }, eventsOf(scenario));
  const all = clusters.map(({ scenarios }) => scenarios[0].steps);
  return ['start', ...scenario.events].map((event, i) => {
    const steps = all.map((each) => each[i]);
    const holders = {};
    for (const step of steps)
      for (const [vip, ids] of Object.entries(step.holders))
        holders[vip] = [...new Set([...(holders[vip] ?? []), ...ids])].sort();
    return {
      event,
      holders,
      verdict: steps.some(({ verdict }) => verdict === 'unknown')
        ? 'unknown'
        : steps.map(({ verdict }) => verdict).join(' '),
      race: steps.some(({ race }) => race),
      why: steps.map(({ why }) => why).join(' | '),
    };
  });
}

const same = (a, b) => a.length === b.length && a.every((each) => b.includes(each));

/**
 * One word a step: agrees, disagrees, unknown, unstable (addresses went on moving), and candidate: a race, and each holder is among its
 * candidates. Addresses that the simulator does not speak of are not judged.
 */
export function judge(observed, predicted) {
  return predicted.map((step, i) => {
    if (step.verdict === 'unknown') return 'unknown';
    const fits = Object.entries(step.holders).every(([vip, ids]) => {
      const seen = observed[i].holders[vip] ?? [];
      if (!step.race) return same(seen, ids);
      return (
        seen.every((id) => ids.includes(id)) && (seen.length > 0 || ids.length === 0 || step.verdict.includes('outage'))
      );
    });
    if (fits && step.race) return 'candidate';
    return !observed[i].stable ? 'unstable' : fits ? 'agrees' : 'disagrees';
  });
}
