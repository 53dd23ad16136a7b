import type { AnyBlock, AuthenticationNode, Block, TypedBlock } from '../ast.ts';
import { addressOf, groupEntryOf, peerOf, routeOf, ruleOf, trackOf } from './lines.ts';
import { argument, blocksOf, linesOf, numberOf, ownLines } from './read.ts';

/** What a typed block offers besides the block: computed when asked for. */
type Getters<Typed extends TypedBlock> = {
  readonly [Key in Exclude<keyof Typed, keyof Block>]: (block: Block) => Typed[Key];
};

interface Type<Typed extends TypedBlock = TypedBlock> {
  readonly kind: Typed['kind'];
  readonly getters: Readonly<Record<string, (block: Block) => unknown>>;
  /** Does the block have this type? Default: always. */
  readonly when?: (block: Block) => boolean;
}

const type = <Kind extends TypedBlock['kind']>(
  kind: Kind,
  getters: Getters<Extract<TypedBlock, { readonly kind: Kind }>>,
  when?: (block: Block) => boolean,
): Type => ({
  kind,
  getters: getters as Type['getters'],
  ...(when === undefined ? {} : { when }),
});

const name = (block: Block) => block.args[0];
const word =
  (...keywords: readonly string[]) =>
  (block: Block) =>
    argument(block, ...keywords);
const number =
  (...keywords: readonly string[]) =>
  (block: Block) =>
    numberOf(argument(block, ...keywords));

const instance = type('vrrp_instance', {
  name,
  state: word('state'),
  interface: word('interface'),
  virtualRouterId: number('virtual_router_id'),
  priority: number('priority'),
  advertInt: number('advert_int'),
  version: number('version'),
  authentication,
  virtualAddresses: (block) => linesOf(block, 'virtual_ipaddress').map(addressOf),
  excludedAddresses: (block) => linesOf(block, 'virtual_ipaddress_excluded').map(addressOf),
  virtualRoutes: (block) => linesOf(block, 'virtual_routes').map(routeOf),
  virtualRules: (block) => linesOf(block, 'virtual_rules').map(ruleOf),
  unicastPeers: (block) => linesOf(block, 'unicast_peer').map(peerOf),
  trackScripts: (block) => linesOf(block, 'track_script').map(trackOf),
  trackProcesses: (block) => linesOf(block, 'track_process').map(trackOf),
  trackInterfaces: (block) => linesOf(block, 'track_interface').map(trackOf),
  trackFiles: (block) => linesOf(block, 'track_file').map(trackOf),
  trackBfds: (block) => linesOf(block, 'track_bfd').map(trackOf),
});

function authentication(block: Block): AuthenticationNode | undefined {
  const found = blocksOf(block, 'authentication')[0] as Block | undefined;
  if (found === undefined) return undefined;
  return {
    kind: 'authentication',
    type: argument(found, 'auth_type'),
    pass: argument(found, 'auth_pass'),
    get span() {
      return found.span;
    },
  };
}

const trackFile = type(
  'track_file',
  { name, file: word('file'), weight: number('weight') },
  // The one of an instance is a list and has no name.
  (block) => block.args.length > 0,
);

const checker = type('checker', {
  type: (block) => block.keyword?.value ?? '',
  connectIp: word('connect_ip'),
  connectPort: number('connect_port'),
  connectTimeout: number('connect_timeout'),
  retry: number('retry', 'nb_get_retry'),
});

const statics = type('static', {
  addresses: (block) => (block.keyword?.value === 'static_ipaddress' ? ownLines(block).map(addressOf) : []),
  routes: (block) => (block.keyword?.value === 'static_routes' ? ownLines(block).map(routeOf) : []),
  rules: (block) => (block.keyword?.value === 'static_rules' ? ownLines(block).map(ruleOf) : []),
});

const isServer = (block: Block): boolean => !/^(?:fwmark|group)$/.test(block.args[0]?.value ?? '');

const TYPES: ReadonlyMap<string, Type> = new Map<string, Type>([
  ['vrrp_instance', instance],
  [
    'vrrp_sync_group',
    type('vrrp_sync_group', {
      name,
      members: (block) => linesOf(block, 'group').flatMap((line) => [line.keyword, ...line.args]),
      trackScripts: (block) => linesOf(block, 'track_script').map(trackOf),
      trackInterfaces: (block) => linesOf(block, 'track_interface').map(trackOf),
    }),
  ],
  [
    'vrrp_script',
    type('vrrp_script', {
      name,
      script: word('script'),
      interval: number('interval'),
      timeout: number('timeout'),
      weight: number('weight'),
      rise: number('rise'),
      fall: number('fall'),
    }),
  ],
  [
    'vrrp_track_process',
    type('vrrp_track_process', { name, process: word('process'), weight: number('weight'), quorum: number('quorum') }),
  ],
  ['track_file', trackFile],
  ['vrrp_track_file', trackFile],
  [
    'bfd_instance',
    type('bfd_instance', { name, neighborIp: word('neighbor_ip', 'neighbour_ip'), sourceIp: word('source_ip') }),
  ],
  [
    'virtual_server',
    type('virtual_server', {
      address: (block) => (isServer(block) ? block.args[0] : undefined),
      port: (block) => (isServer(block) ? numberOf(block.args[1]) : undefined),
      fwmark: (block) => (block.args[0]?.value === 'fwmark' ? numberOf(block.args[1]) : undefined),
      group: (block) => (block.args[0]?.value === 'group' ? block.args[1] : undefined),
      scheduler: word('lvs_sched', 'lb_algo'),
      method: word('lvs_method', 'lb_kind'),
      protocol: word('protocol'),
      realServers: (block) => block.children.filter((child) => child.kind === 'real_server'),
    }),
  ],
  [
    'real_server',
    type('real_server', {
      address: (block) => block.args[0],
      port: (block) => numberOf(block.args[1]),
      weight: number('weight'),
      checkers: (block) => block.children.filter((child) => child.kind === 'checker'),
    }),
  ],
  [
    'virtual_server_group',
    type('virtual_server_group', { name, entries: (block) => ownLines(block).map(groupEntryOf) }),
  ],
  ...['static_ipaddress', 'static_routes', 'static_rules'].map((keyword): [string, Type] => [keyword, statics]),
  ...['HTTP', 'SSL'].map((kind): [string, Type] => [`${kind}_GET`, checker]),
  ...['TCP', 'SMTP', 'DNS', 'MISC', 'UDP', 'PING', 'FILE', 'BFD'].map((kind): [string, Type] => [
    `${kind}_CHECK`,
    checker,
  ]),
]);

/** Gives a block the typed properties of its kind; every other block stays as it is. */
export function typedBlock(block: Block): AnyBlock {
  const found = TYPES.get(block.keyword?.value ?? '');
  if (found === undefined || found.when?.(block) === false) return block;
  const own: PropertyDescriptorMap = Object.fromEntries(
    Object.entries(found.getters).map(([key, get]) => [
      key,
      { get: () => get(block), enumerable: true, configurable: true },
    ]),
  );
  return Object.defineProperties(
    {},
    { ...Object.getOwnPropertyDescriptors(block), ...own, kind: { value: found.kind, enumerable: true } },
  ) as AnyBlock;
}
