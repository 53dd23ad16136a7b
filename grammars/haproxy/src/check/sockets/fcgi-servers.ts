import type { SectionLines } from '../../lines.ts';
import { isOpaque } from '../../values.ts';
import { modeOf } from '../mode.ts';
import { refuse, type Run } from '../run.ts';
import { inForce, optionsFrom } from './server-state.ts';

/** A line that puts an fcgi-app to use, and the word with its name. */
interface AppUse {
  readonly line: number;
  readonly index: number;
}

/** `use-fcgi-app NAME` and `filter fcgi-app NAME` of a proxy. */
function appUses(lines: SectionLines): readonly AppUse[] {
  const found: AppUse[] = [];
  const { keywords } = lines;
  for (let line = lines.body; line < lines.count; line++) {
    if (keywords[line] === 'use-fcgi-app') found.push({ line, index: 1 });
    else if (keywords[line] === 'filter' && lines.value(line, 1) === 'fcgi-app') found.push({ line, index: 2 });
  }
  return found.filter(({ line, index }) => lines.value(line, index) !== '');
}

export function usesFcgiApp(lines: SectionLines): boolean {
  return appUses(lines).length > 0;
}

const isServer = (keyword: string | undefined): boolean => keyword === 'server' || keyword === 'server-template';

/** Is there a server that FastCGI is spoken to? Undefined when a variable may decide it. */
function hasFcgiServer(run: Run): boolean | undefined {
  const { lines } = run;
  let known = true;
  for (let line = lines.body; line < lines.count; line++) {
    if (!isServer(lines.keywords[line])) continue;
    const proto = inForce(run, line, optionsFrom(lines, line), ['proto']);
    if (proto?.value === 'fcgi') return true;
    known &&= proto === undefined || (proto.word !== '?' && !isOpaque(proto.value));
  }
  return known ? false : undefined;
}

/** An fcgi-app needs mode http and a server with `proto fcgi`, in a disabled proxy too (cfg_fcgi_apps_postparser() in src/fcgi-app.c). */
export function checkFcgiServers(run: Run): void {
  const { lines } = run;
  const uses = appUses(lines);
  const first = uses[0];
  if (first === undefined || lines.kind === 'frontend') return;
  const name = lines.value(first.line, first.index);
  const other = uses.find(
    ({ line, index }) => lines.keywords[line] === 'use-fcgi-app' && lines.value(line, index) !== name,
  );
  if (other !== undefined && !isOpaque(name) && !isOpaque(lines.value(other.line, other.index)))
    return refuse(
      run,
      'invalid-argument',
      lines.at(other.line, other.index),
      `a backend has one fcgi-app, '${name}' is in use above`,
    );
  const mode = modeOf(run);
  if (mode === undefined) return;
  const at = lines.lineAt(first.line);
  if (mode !== 'http')
    refuse(run, 'mode-mismatch', at, `an fcgi-app is used in mode http only, this proxy has mode ${mode}`);
  else if (hasFcgiServer(run) === false)
    refuse(run, 'missing-argument', at, `fcgi-app '${name}' is used without a server that speaks FastCGI`, {
      help: "Add 'proto fcgi' to the server.",
    });
}
