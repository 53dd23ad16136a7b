import type { LocalPlace } from '@halint/core';
import { isOpaque } from '../../values.ts';
import type { Effective } from './effective.ts';
import { refuse, warn } from '../run.ts';
import { headName, type Together } from './heads.ts';

/** May a proxy of one mode send to a backend of another (check_config_validity)? */
function fits(from: string, to: string): boolean {
  return from === to || (from === 'tcp' && to === 'http');
}

/** Judges where a proxy sends to: a backend of another mode, or itself. Missing backends are told by their names. */
export function checkTargets(sink: Together, self: Effective, backends: ReadonlyMap<string, Effective>): void {
  const { section, summary } = self;
  const { lines } = section.unit;
  for (const { line, name } of summary.useBackends) {
    if (line >= 0 && !isOpaque(name) && !name.includes('%[')) judge(sink, self, backends.get(name), lines.at(line, 1));
  }
  const standard = self.defaultBackend;
  if (standard === undefined || standard.name === '' || isOpaque(standard.name)) return;
  const target = backends.get(standard.name);
  if (target === undefined && standard.section !== section) missing(sink, standard);
  judge(sink, self, target, standard.section.unit.lines.at(standard.line, 1));
  if (summary.servers > 0 && target !== undefined && target.section !== section) {
    const message = `the servers of '${summary.name}' are never used: its default_backend '${standard.name}' always comes first`;
    warn(sink, 'ignored-keyword', standard.section.unit.lines.lineAt(standard.line), message);
  }
}

/** A backend that only a line of defaults names: said once, and only where some proxy takes the line over. */
function missing(sink: Together, { section, line, name }: NonNullable<Effective['defaultBackend']>): void {
  const at = section.unit.lines.at(line, 1);
  if (sink.findings.some((finding) => finding.at.section === section && finding.at.start === at.start)) return;
  refuse(sink, 'backend-undefined', at, `there is no backend '${name}'`);
}

function judge(sink: Together, self: Effective, target: Effective | undefined, at: LocalPlace): void {
  if (target === undefined) return;
  const { kind, name } = self.summary;
  if (target.section === self.section) {
    refuse(sink, 'backend-undefined', at, `'${name}' sends to itself`, { help: 'haproxy refuses such a loop.' });
  } else if (!target.opaque && !fits(self.mode, target.mode)) {
    refuse(
      sink,
      'mode-mismatch',
      at,
      `${kind} '${name}' is in mode ${self.mode}, ${target.summary.kind} '${target.summary.name}' in mode ${target.mode}`,
      {
        help: 'Only a tcp frontend may send to an http backend; all others need the same mode.',
        related: [{ at: headName(target.section), message: `mode ${target.mode} here` }],
      },
    );
  }
}
