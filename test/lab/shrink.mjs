// Makes a disagreement smaller: drops hosts, events, lines and blocks while keepalived and the simulator go on to disagree.

/** Without these keepalived does not start, or the check is no check. */
const KEPT =
  /^(?:interface|virtual_router_id|script_user|script|process|file|group|auth_type|auth_pass|global_defs|vrrp_instance|virtual_ipaddress)\b/;

/** Every tree with one line or block less. */
function* smallerTrees(nodes, isTop = true) {
  for (const [i, node] of nodes.entries()) {
    const head = typeof node === 'string' ? node : node[0];
    const isLastInstance =
      head.startsWith('vrrp_instance') &&
      nodes.filter((each) => Array.isArray(each) && each[0].startsWith('vrrp_instance')).length === 1;
    const isInstance = isTop && head.startsWith('vrrp_instance') && !isLastInstance;
    if (!KEPT.test(head) || isInstance) yield nodes.toSpliced(i, 1);
    if (Array.isArray(node))
      for (const children of smallerTrees(node.slice(1), false))
        if (children.length > 0 || node.length === 1) yield nodes.with(i, [node[0], ...children]);
  }
}

/** Names of a tree's checks and instances that something else names: a use of what is gone is dropped with it. */
function withoutDangling(config) {
  const names = new Set(
    config
      .filter(Array.isArray)
      .map(([head]) => head.split(/\s+/)[1])
      .filter(Boolean),
  );
  return config.flatMap((block) => {
    if (!Array.isArray(block)) return [block];
    const children = block.slice(1).flatMap((child) => {
      if (!Array.isArray(child) || !/^(?:track_(?:script|process|file)|group)$/.test(child[0])) return [child];
      const left = child.slice(1).filter((line) => names.has(line.split(/\s+/)[0]));
      return left.length === 0 ? [] : [[child[0], ...left]];
    });
    return block[0].startsWith('vrrp_sync_group') && !children.some(Array.isArray) ? [] : [[block[0], ...children]];
  });
}

const hostOf = (event) => /^[a-z-]+:([^/+>]+)(?:\/[^/+>]+)?$/.exec(event)?.[1];

function withoutHost(scenario, id) {
  const keeps = (event) => !event.startsWith('partition:') && hostOf(event) !== id;
  return {
    ...scenario,
    hosts: scenario.hosts.filter((host) => host.id !== id),
    order: (scenario.order ?? []).filter((each) => each !== id),
    initial: (scenario.initial ?? []).filter(keeps),
    events: scenario.events.filter(keeps),
  };
}

/** Does every event name a check that is still there? */
function isWhole({ hosts, initial = [], events }) {
  return [...initial, ...events].every((event) => {
    const [, kind, id, name] = /^(script-\w+):([^/]+)\/(.+)$/.exec(event) ?? [];
    if (kind === undefined) return true;
    const config = hosts.find((host) => host.id === id)?.config ?? [];
    return config.some((block) => Array.isArray(block) && block[0].split(/\s+/)[1] === name);
  });
}

/** Scenarios that are smaller by one thing, the biggest things first. */
function* smaller(scenario) {
  const { hosts, order = [], initial = [], events } = scenario;
  if (hosts.length > 2) for (const { id } of hosts) yield withoutHost(scenario, id);
  for (const i of events.keys()) yield { ...scenario, events: events.toSpliced(i, 1) };
  for (const i of initial.keys()) yield { ...scenario, initial: initial.toSpliced(i, 1) };
  if (order.length > 0) yield { ...scenario, order: [] };
  // The same change on all hosts, where all have it: what is left stays alike.
  const alike = new Map();
  for (const [i, { config }] of hosts.entries()) {
    for (const tree of smallerTrees(config)) {
      const candidate = { ...scenario, hosts: hosts.with(i, { ...hosts[i], config: withoutDangling(tree) }) };
      if (isWhole(candidate)) alike.set(JSON.stringify(candidate), candidate);
    }
  }
  yield* alike.values();
}

/**
 * @param disagrees asks, for many scenarios at once, which of them still disagree (and do so again)
 * @param width how many may be asked at once
 */
export async function shrink(scenario, disagrees, { width = 24, rounds = 6, note = () => undefined } = {}) {
  let current = scenario;
  for (let round = 0; round < rounds; round++) {
    const candidates = [...smaller(current)];
    let next;
    for (let from = 0; from < candidates.length && next === undefined; from += width) {
      const asked = candidates.slice(from, from + width);
      const answers = await disagrees(asked);
      const fitting = asked.filter((_, i) => answers[i]);
      next = await together(current, fitting, disagrees);
    }
    if (next === undefined) return current;
    current = next;
    note(
      `round ${round + 1}: ${current.hosts.length} hosts, ${current.events.length} events, ${JSON.stringify(current).length} characters`,
    );
  }
  return current;
}

/** As many of the changes as go together; they are tried all at once, then half of them, and at last the first alone. */
async function together(current, fitting, disagrees) {
  for (let count = fitting.length; count > 1; count = Math.floor(count / 2)) {
    const merged = fitting.slice(0, count).reduce((all, each) => merge(current, all, each), current);
    if (!isWhole(merged)) continue;
    const [still] = await disagrees([merged]);
    if (still) return merged;
  }
  return fitting[0];
}

/** What `all` and `one` each took away from `base` is taken away. */
function merge(base, all, one) {
  const hosts = all.hosts
    .filter(({ id }) => one.hosts.some((host) => host.id === id))
    .map((host) => {
      const [before, after] = [base, one].map(({ hosts: each }) => each.find(({ id }) => id === host.id).config);
      return { ...host, config: withoutDangling(common(host.config, before, after)) };
    });
  const keep = (key) => (all[key] ?? []).filter((each) => (one[key] ?? []).includes(each));
  return { ...all, hosts, order: keep('order'), initial: keep('initial'), events: keep('events') };
}

/** The nodes of `tree` that are not among those which `after` lacks of `before`. */
function common(tree, before, after) {
  const key = (node) => (typeof node === 'string' ? node : node[0]);
  return tree.flatMap((node) => {
    const was = before.find((each) => key(each) === key(node));
    const is = after.find((each) => key(each) === key(node));
    if (was !== undefined && is === undefined) return [];
    if (!Array.isArray(node) || is === undefined) return [node];
    return [[node[0], ...common(node.slice(1), was.slice(1), is.slice(1))]];
  });
}
