import type { EventList, FailoverEvent } from './types.ts';

const HOST_EVENTS = [
  'host-down',
  'host-up',
  'keepalived-stop',
  'keepalived-start',
  'keepalived-kill',
  'haproxy-down',
  'haproxy-up',
  'sshd-down',
  'sshd-up',
] as const;
const NAMED_EVENTS = ['interface-down', 'interface-up', 'script-fail', 'script-ok'] as const;

/** Reads a comma-separated list of events. A problem is data: what is wrong with which word. */
export function parseEvents(text: string): EventList | { readonly problem: string } {
  const events: { event: FailoverEvent; text: string }[] = [];
  const initial: FailoverEvent[] = [];
  let startOrder: readonly string[] = [];
  for (const word of text.split(',').map((each) => each.trim())) {
    if (word === '' || word === 'start') continue;
    const early = events.length === 0;
    if (word.startsWith('start-order:')) {
      if (!early) return { problem: `${word} must come before every event` };
      startOrder = word
        .slice('start-order:'.length)
        .split('>')
        .filter((host) => host !== '');
      if (startOrder.length === 0) return { problem: `${word}: name the hosts, as in start-order:ha0>ha1` };
      continue;
    }
    const isInitial = word.startsWith('initial:');
    const event = parseEvent(isInitial ? word.slice('initial:'.length) : word);
    if (typeof event === 'string') return { problem: event };
    if (isInitial && !early) return { problem: `${word} must come before every event` };
    if (isInitial) initial.push(event);
    else events.push({ event, text: word });
  }
  return { events, initial, startOrder };
}

/** Reads one event; a string says what is wrong. */
export function parseEvent(word: string): FailoverEvent | string {
  if (word === 'heal' || word === 'wait') return { kind: word };
  const colon = word.indexOf(':');
  const kind = colon < 0 ? word : word.slice(0, colon);
  const rest = colon < 0 ? '' : word.slice(colon + 1);
  if (kind === 'partition') return parsePartition(word, rest);
  const hostKind = HOST_EVENTS.find((each) => each === kind);
  if (hostKind !== undefined)
    return rest === '' ? `${word}: name the host, as in ${kind}:ha0` : { kind: hostKind, host: rest };
  const namedKind = NAMED_EVENTS.find((each) => each === kind);
  if (namedKind === undefined) {
    return `${word}: no such event; known are ${[...HOST_EVENTS, ...NAMED_EVENTS, 'partition', 'heal', 'wait', 'start-order', 'initial'].join(', ')}`;
  }
  const slash = rest.indexOf('/');
  if (slash < 1 || slash === rest.length - 1)
    return `${word}: name the host and the ${kind.startsWith('script') ? 'script' : 'interface'}, as in ${kind}:ha0/${kind.startsWith('script') ? 'chk_haproxy' : 'eth0'}`;
  return { kind: namedKind, host: rest.slice(0, slash), name: rest.slice(slash + 1) };
}

function parsePartition(word: string, rest: string): FailoverEvent | string {
  if (rest === '') return { kind: 'partition', sides: [], oneWay: false };
  const oneWay = rest.includes('>');
  const sides = rest.split(oneWay ? '>' : '/').map((side) => side.split('+').filter((host) => host !== ''));
  if (sides.length < 2 || sides.some((side) => side.length === 0) || (oneWay && sides.length !== 2)) {
    return `${word}: write partition, partition:ha0+ha1/ha2 or partition:ha0>ha1`;
  }
  const hosts = sides.flat();
  const twice = hosts.find((host, i) => hosts.indexOf(host) !== i);
  if (twice !== undefined) return `${word}: ${twice} stands there twice`;
  return { kind: 'partition', sides, oneWay };
}
