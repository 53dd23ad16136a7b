import type { HaproxyFacts, Proxy } from './facts/haproxy.ts';

/** The proxies with servers that traffic of a frontend or listen section can reach; backends chosen at run time are not known. */
export function proxiesBehind(haproxy: HaproxyFacts, name: string): readonly Proxy[] {
  const front = haproxy.proxy('frontend', name) ?? haproxy.proxy('backend', name);
  if (front === undefined) return [];
  const names = new Set(front.backends.map((backend) => backend.value));
  return [
    ...(front.servers.length > 0 ? [front] : []),
    ...[...names].flatMap((each) => haproxy.proxy('backend', each) ?? []),
  ];
}
