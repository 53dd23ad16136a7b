import type { Section } from '@halint/core';
import type { Bind, Endpoint } from '@halint/model';
import type { SectionUnit } from '../unit.ts';
import { bindsOf, datagramsOf } from './bind.ts';
import { activeLines, isSwitchedOff, type Owner } from './scope.ts';
import { isOpaque } from '../values.ts';

/** TCP sockets that are no proxy's: `stats socket` with an IP address, `bind` of log-forward and peers, the local peer's own. */
export function endpointsOf(owner: Owner, section: Section<SectionUnit>): readonly Endpoint[] {
  const { lines } = section.unit;
  const longEnough = (keyword: string, words: number): readonly number[] =>
    activeLines(owner, section, keyword).filter((line) => lines.words(line) >= words);
  const binds = (): readonly Endpoint[] => longEnough('bind', 2).flatMap((line) => bindsOf(owner, section, line));
  switch (lines.kind) {
    case 'global':
      return longEnough('stats', 3)
        .filter((line) => lines.value(line, 1) === 'socket')
        .flatMap((line) => bindsOf(owner, section, line, 2));
    case 'log-forward':
      return binds();
    case 'peers': {
      // Not so in defaults: 2.6, 3.0 and 3.2 open the socket of a peers section behind one that is disabled.
      if (isSwitchedOff(owner, section) === true) return [];
      // `peer NAME ADDR` and, in a section of its own binds, `server NAME ADDR`: only the local one listens (manual, section 3.5).
      const own = longEnough('bind', 1).length > 0;
      const peers = [...longEnough('peer', 3), ...(own ? [] : longEnough('server', 3))];
      // Without the local peer among them haproxy drops the section, binds and all (2.6, 3.0, 3.2: "Removing incomplete section").
      const names = new Set([...longEnough('peer', 2), ...longEnough('server', 2)].map((line) => lines.value(line, 1)));
      return [
        ...([...names].some(isOpaque)
          ? binds()
          : [...names].flatMap((peer) => binds().map((bind) => ({ ...bind, peer })))),
        ...peers.flatMap((line) =>
          bindsOf(owner, section, line, 2).map((bind) => ({ ...bind, peer: lines.value(line, 1) })),
        ),
      ];
    }
    default:
      return [];
  }
}

/** UDP sockets that are no proxy's: `dgram-bind` of log-forward. */
export function ownDatagramsOf(owner: Owner, section: Section<SectionUnit>): readonly Bind[] {
  const { lines } = section.unit;
  if (lines.kind !== 'log-forward') return [];
  const found = activeLines(owner, section, 'dgram-bind').filter((line) => lines.words(line) >= 2);
  return found.flatMap((line) => datagramsOf(owner, section, line));
}
