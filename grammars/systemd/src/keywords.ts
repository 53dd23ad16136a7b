import { KeywordTable, type KeywordRow } from '@halint/core';
import { DIRECTIVES } from './directives.ts';

const SECTIONS: Readonly<Record<string, string>> = { u: 'Unit', v: 'Service', s: 'Socket', i: 'Install' };

/** What feeds the host model, and in short what it does. */
const MODELLED: Readonly<Record<string, string>> = {
  ListenStream: 'address, port or path that systemd listens on for the service',
  FreeBind: 'listen on addresses that the host does not hold (yet)',
  BindIPv6Only: 'does a socket on :: take IPv4 too: default (net.ipv6.bindv6only), both, ipv6-only',
  Accept: 'one process for each connection',
  ExecStart: 'command that is the service',
  Environment: 'variables of the process, NAME=value each',
  EnvironmentFile: 'file with variables of the process; a leading - makes it optional',
  PassEnvironment: 'variables taken over from the system manager',
  LimitNOFILE: 'open files: soft:hard, or one number for both',
  User: 'user that the process runs as; root without it',
  CapabilityBoundingSet: 'capabilities that the process may ever have; ~ takes away',
  AmbientCapabilities: 'capabilities that a process of another user than root keeps',
  Restart: 'when the service is started again',
  RestartPreventExitStatus: 'exit codes after which the service is never started again',
  BindPaths: 'paths of the host that are shown at another place to the service',
  BindReadOnlyPaths: 'paths of the host that are shown read-only at another place to the service',
  After: 'units that are started before this one',
  Wants: 'units that are started with this one',
  WantedBy: 'unit that starts this one when it is enabled',
  Alias: 'further names when enabled',
};

export const KEYWORDS: readonly KeywordRow[] = DIRECTIVES.map(([word, letters, usage]) => {
  const places = [...letters].map((letter) => SECTIONS[letter] ?? letter);
  const summary = MODELLED[word];
  const doc = `systemd.directives(7) ${word}=`;
  return summary === undefined
    ? { word, in: places, usage, use: 'checked', doc }
    : { word, in: places, usage, use: 'modelled', summary, doc };
});

export const TABLE = new KeywordTable(KEYWORDS);

/** Sections whose directives the table holds. */
export const KNOWN_SECTIONS: ReadonlySet<string> = new Set(Object.values(SECTIONS));

/** Sections of other kinds of units. */
export const OTHER_SECTIONS: ReadonlySet<string> = new Set([
  'Automount',
  'Mount',
  'Path',
  'Scope',
  'Slice',
  'Swap',
  'Timer',
]);
