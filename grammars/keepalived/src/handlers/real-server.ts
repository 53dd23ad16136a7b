import { booleanArgument, need, numberArgument } from '../process/arguments.ts';
import type { Call, Handler } from '../process/call.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import { RealServer, type VirtualServer } from '../process/servers.ts';
import { keepingPlace } from './arguments.ts';
import { DROPS_BLOCK, forwarding, label, MOST_WEIGHT, replaceable, script, snmpName } from './server-arguments.ts';
import { readSocketAddress } from './socket-address.ts';

type OnReal = (call: Call, server: RealServer, virtual: VirtualServer) => void;

const onReal =
  (use: OnReal): Handler =>
  (call) => {
    const { virtual, real } = call.state.servers;
    if (virtual === undefined || real === undefined) return;
    keepingPlace(real.places, call, () => use(call, real, virtual));
  };

/** check_data.c alloc_rs. */
export const openReal = (call: Call, server: VirtualServer): void => {
  const { servers } = call.state;
  servers.real = undefined;
  const value = need(call);
  if (value === undefined) return;
  const name = label(call.args.slice(0, 2));
  const address = readSocketAddress(value.text, call.args[1]?.text);
  if (address === undefined) {
    if (!isPlaceholder(name))
      call.messages.reject('vrrp/invalid-address', value.at, `${name} is no address with a port`, {
        help: DROPS_BLOCK,
      });
    return call.skip();
  }
  servers.real = new RealServer(call.line.at, name, address, server.forwarding);
};

/** check_parser.c rs_end_handler. */
function endReal({ state, messages }: Call): void {
  const { servers } = state;
  const { virtual, real } = servers;
  servers.real = undefined;
  if (virtual === undefined || real === undefined) return;
  if (real.forwarding !== 'TUN') {
    virtual.family ??= real.address.family;
    if (virtual.family !== real.address.family) {
      messages.reject(
        'vrrp/address-family-mixed',
        real.at,
        `the real server ${real.label} is of another family than the virtual server: keepalived drops it`,
      );
      return;
    }
  }
  virtual.reals.push(real);
}

const REAL: readonly (readonly [string, OnReal])[] = [
  [
    'weight',
    (call, server) => {
      server.weight = numberArgument(call, 'unsigned', 0, MOST_WEIGHT) ?? server.weight;
    },
  ],
  ['lvs_method', forwarding],
  [
    'inhibit_on_failure',
    (call, server) => {
      server.inhibit = booleanArgument(call) ?? server.inhibit;
    },
  ],
  ['virtualhost', (call, server) => replaceable(call, server.places.get('virtualhost'))],
  ['snmp_name', (call, server) => snmpName(call, server.places.get('snmp_name'))],
  ['notify_up', (call, server) => script(call, server.places.get('notify_up'))],
  ['notify_down', (call, server) => script(call, server.places.get('notify_down'))],
];

export const REAL_SERVER_HANDLERS: ReadonlyMap<string, Handler> = new Map(
  REAL.map(([word, use]): [string, Handler] => [`virtual_server/real_server/${word}`, onReal(use)]),
);

export const REAL_SERVER_ENDS: ReadonlyMap<string, (call: Call) => void> = new Map([
  ['virtual_server/real_server', endReal],
]);
