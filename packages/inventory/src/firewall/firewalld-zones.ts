import { parseCidr } from '@halint/core';
import type { FilterMatch, FilterRule } from '@halint/model';
import { destinationOf, redirection } from './nft-verdict.ts';
import { portConditions, serviceConditions, type Conditions, type Services } from './firewalld-services.ts';
import type { Element } from './xml.ts';

/** Zones that the package has alike on every system, with what becomes of each packet (firewalld.zones(5)). */
export const STOCK_ZONES: ReadonlyMap<string, 'accept' | 'drop'> = new Map([
  ['trusted', 'accept'],
  ['drop', 'drop'],
  ['block', 'drop'],
]);

interface Ordered {
  /** Rich rules below 0 come before all else, those above 0 behind all else. */
  readonly priority: number;
  /** Of priority 0 all that keeps packets out comes first. */
  readonly isDenial: boolean;
  readonly rule: FilterRule;
}

/** The rules of a zone in the order in which firewalld asks them, the target last (firewalld.richlanguage(5), test/around/firewalld.test.ts). */
export function zoneRules(path: string, root: Element | undefined, services: Services): readonly FilterRule[] {
  const ordered = (root?.children ?? []).flatMap((element): readonly Ordered[] => {
    const at = { path, line: element.line };
    if (element.name === 'rule') return richRules(element, services, at);
    return allowed(element, services).map((matches) => ({
      priority: 0,
      isDenial: false,
      rule: { matches, action: { kind: 'accept' }, at, ...notKnown(element) },
    }));
  });
  ordered.sort((a, b) => a.priority - b.priority || (a.priority === 0 ? Number(b.isDenial) - Number(a.isDenial) : 0));
  // ICMP gets in where the target is default; of the rest nothing does.
  const target = root?.attributes.get('target') === 'ACCEPT' ? 'accept' : 'drop';
  const last: FilterRule = { matches: [], action: { kind: target }, at: { path, line: root?.line ?? 1 } };
  return [...ordered.map(({ rule }) => rule), last];
}

/** Where a zone sends the connections that it does not keep (firewalld.zone(5), Forward-port). */
export function forwardRules(path: string, root: Element | undefined): readonly FilterRule[] {
  const elements = (root?.children ?? []).flatMap((element) => [
    { child: element, isRich: false },
    ...(element.name === 'rule' ? element.children : []).map((child) => ({ child, isRich: true })),
  ]);
  return elements
    .filter(({ child }) => child.name === 'forward-port')
    .map(({ child, isRich }): FilterRule => {
      const [address = '', port = ''] = ['to-addr', 'to-port'].map((name) => child.attributes.get(name));
      const to = address.includes(':') ? `[${address}]` : address;
      return {
        // What a rich rule asks beside it is not followed.
        matches: [...(portConditions({ ...child, name: 'port' }) ?? [undefined]), ...(isRich ? [undefined] : [])],
        action: address === '' ? redirection(port) : destinationOf(port === '' ? to : `${to}:${port}`),
        at: { path, line: child.line },
      };
    });
}

/** What to say where it is not known what a service lets in. */
function notKnown(element: Element | undefined): { readonly what?: string } {
  const name = element?.name === 'service' ? element.attributes.get('name') : undefined;
  return name === undefined ? {} : { what: `what the service ${name} of firewalld lets in, or whether it has one` };
}

/** The conditions under which an element of a zone lets packets in: one list for each of them. */
function allowed(element: Element, services: Services): readonly Conditions[] {
  const { name, attributes, children } = element;
  if (name === 'service') return serviceConditions(attributes.get('name') ?? '', services);
  const found = portConditions(element);
  if (found !== undefined) return [found];
  return children.length > 0 ? [[undefined]] : [];
}

/** Without a service, port or protocol it is about every packet of its source and to its destination. */
function richRules(element: Element, services: Services, at: FilterRule['at']): readonly Ordered[] {
  const verdict = element.children.find(({ name }) => /^(?:accept|reject|drop)$/.test(name))?.name;
  // What has no verdict logs, marks, or is about addresses that are translated.
  const action: FilterRule['action'] = {
    kind: verdict === undefined ? 'none' : verdict === 'accept' ? 'accept' : 'drop',
  };
  const base: (FilterMatch | undefined)[] = [];
  const written = element.attributes.get('family');
  if (written === 'ipv4' || written === 'ipv6') base.push({ kind: 'family', not: false, family: written });
  let what: readonly Conditions[] = [[]];
  for (const child of element.children) {
    if (/^(?:accept|reject|drop|log|audit|nflog)$/.test(child.name)) {
      // A limit makes the verdict one of chance.
      if (child.name === verdict && child.children.length > 0) base.push(undefined);
    } else if (child.name === 'source' || child.name === 'destination') base.push(endOf(child, child.name));
    else if (/^(?:service|port|protocol)$/.test(child.name)) what = allowed(child, services);
    else base.push(undefined);
  }
  const priority = Number(element.attributes.get('priority') ?? 0);
  return what.map((matches) => ({
    priority: Number.isFinite(priority) ? priority : 0,
    isDenial: action.kind === 'drop',
    rule: {
      matches: [...base, ...matches],
      action,
      at,
      ...notKnown(element.children.find(({ name }) => name === 'service')),
    },
  }));
}

function endOf({ attributes }: Element, kind: 'source' | 'destination'): FilterMatch | undefined {
  const net = parseCidr(attributes.get('address') ?? '');
  if (net === undefined) return undefined;
  const isInverted = [attributes.get('invert'), attributes.get('not')].some((each) =>
    /^(?:true|yes)$/i.test(each ?? ''),
  );
  return { kind, not: isInverted, nets: [net] };
}
