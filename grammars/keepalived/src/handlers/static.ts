import type { Place } from '@halint/core';
import { need, numberArgument, readDecimal } from '../process/arguments.ts';
import type { Call, Handler } from '../process/call.ts';
import { isPlaceholder } from '../process/placeholder.ts';
import type { State } from '../process/state.ts';
import { addressLine } from './addresses.ts';
import { repeated } from './arguments.ts';
import { atLeast23 } from './versions.ts';
import { routeLine } from './routes.ts';
import { ruleLine } from './rules.ts';

/** INT_MAX and, since 2.3, UINT_MAX in microseconds. */
const SECONDS = [2147.483647, 4294.967295] as const;
/** interface_up_down_delays. */
const LONGEST_DELAY = 255;

/** The track_group or garp_group being read. */
interface Reading {
  group?: { readonly name: string; readonly at: Place; members: boolean };
  garp?: { readonly at: Place; delayed: boolean };
  /** Interfaces that have a garp_group. */
  readonly interfaces: Map<string, Place>;
}

const byState = new WeakMap<State, Reading>();

function readingOf(state: State): Reading {
  let reading = byState.get(state);
  if (reading === undefined) byState.set(state, (reading = { interfaces: new Map() }));
  return reading;
}

const trackGroup: Handler = (call) => {
  const reading = readingOf(call.state);
  delete reading.group;
  const [name] = call.args;
  if (name === undefined || call.args.length !== 1) {
    call.messages.reject(
      'vrrp/missing-argument',
      call.line.at,
      'track_group needs one name: keepalived drops the block',
    );
    return call.skip();
  }
  const known = call.state.trackGroups.get(name.text);
  if (known !== undefined && !isPlaceholder(name.text)) {
    call.messages.reject(
      'vrrp/duplicate-name',
      name.at,
      `track_group ${name.text} is defined above: keepalived drops this one`,
      { related: [{ at: known, message: 'the one that counts' }] },
    );
    return call.skip();
  }
  reading.group = { name: name.text, at: call.line.at, members: false };
  // Until 2.2 it counted from its head on.
  if (!atLeast23(call.version)) call.state.trackGroups.set(name.text, call.line.at);
};

const members: Handler = (call) => {
  const { group } = readingOf(call.state);
  if (group === undefined) return;
  if (group.members) {
    repeated(call, group.at, 'keepalived drops the second list');
    return call.skip();
  }
  group.members = call.values().length > 0;
  if (!group.members)
    call.messages.complain('vrrp/missing-argument', call.line.at, `the group of track_group ${group.name} is empty`);
};

function endTrackGroup({ state, messages, version }: Call): void {
  const reading = readingOf(state);
  const { group } = reading;
  delete reading.group;
  if (group === undefined || !atLeast23(version)) return;
  if (group.members) state.trackGroups.set(group.name, group.at);
  else
    messages.reject('vrrp/missing-argument', group.at, `track_group ${group.name} has no members: keepalived drops it`);
}

const garpGroup: Handler = (call) => {
  readingOf(call.state).garp = { at: call.line.at, delayed: false };
};

const garpDelay: Handler = (call) => {
  const { garp } = readingOf(call.state);
  if (garp !== undefined && numberArgument(call, 'decimal', 0, SECONDS[atLeast23(call.version) ? 1 : 0]) !== undefined)
    garp.delayed = true;
};

function inGarpGroup(call: Call, name: string, at: Place): void {
  const { interfaces } = readingOf(call.state);
  const first = interfaces.get(name);
  if (first === undefined) interfaces.set(name, at);
  else
    call.messages.reject(
      'vrrp/repeated-statement',
      at,
      `${name} has a garp_group already: keepalived ignores it here`,
      {
        related: [{ at: first, message: 'the one that counts' }],
      },
    );
}

const garpInterface: Handler = (call) => {
  const name = need(call);
  if (name !== undefined) inGarpGroup(call, name.text, name.at);
};

const garpInterfaces: Handler = (call) => {
  const words = call.values().flat();
  if (words.length === 0)
    call.messages.complain('vrrp/missing-argument', call.line.at, 'the block interfaces is empty');
  for (const name of words) inGarpGroup(call, name.text, name.at);
};

function endGarpGroup({ state, messages }: Call): void {
  const { garp } = readingOf(state);
  if (garp === undefined || garp.delayed) return;
  messages.reject(
    'vrrp/missing-argument',
    garp.at,
    'garp_group has neither garp_interval nor gna_interval: keepalived drops it',
  );
}

const linkbeat: Handler = (call) => {
  for (const [, kind, extra] of call.values()) {
    if (kind === undefined || (/^(?:MII|ETHTOOL|IOCTL)$/.test(kind.text) && extra === undefined)) continue;
    const wrong = extra ?? kind;
    call.messages.reject('vrrp/unexpected-argument', wrong.at, `${wrong.text} is none of MII, ETHTOOL and IOCTL`, {
      help: 'keepalived ignores it.',
    });
  }
};

/** `INTERFACE DOWN [UP]` in seconds; what is left out or too much is logged only. */
const delays: Handler = (call) => {
  for (const [, down, up] of call.values()) {
    for (const value of [down, up]) {
      if (value === undefined || readDecimal(value.text, 0, LONGEST_DELAY) !== undefined) continue;
      if (!isPlaceholder(value.text))
        call.messages.reject(
          'vrrp/value-out-of-range',
          value.at,
          `${value.text} is not a number of seconds from 0 to ${LONGEST_DELAY}: keepalived drops the line`,
        );
      break;
    }
  }
};

export const STATIC_HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['track_group', trackGroup],
  ['track_group/group', members],
  [
    'static_ipaddress',
    (call) => {
      for (const words of call.values()) addressLine(call, words, true);
    },
  ],
  ...['static_routes', 'vrrp_instance/virtual_routes'].map((path): [string, Handler] => [
    path,
    (call) => {
      for (const words of call.values()) routeLine(call, words, path === 'static_routes');
    },
  ]),
  ...['static_rules', 'vrrp_instance/virtual_rules'].map((path): [string, Handler] => [
    path,
    (call) => {
      for (const words of call.values()) ruleLine(call, words, path === 'static_rules');
    },
  ]),
  ['garp_group', garpGroup],
  ['garp_group/garp_interval', garpDelay],
  ['garp_group/gna_interval', garpDelay],
  ['garp_group/interface', garpInterface],
  ['garp_group/interfaces', garpInterfaces],
  ['linkbeat_interfaces', linkbeat],
  ['interface_up_down_delays', delays],
]);

export const STATIC_ENDS: ReadonlyMap<string, (call: Call) => void> = new Map([
  ['track_group', endTrackGroup],
  ['garp_group', endGarpGroup],
]);
