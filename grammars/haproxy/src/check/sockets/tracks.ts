import type { SectionLines } from '../../lines.ts';
import { isOpaque } from '../../values.ts';
import { refuse, type Run } from '../run.ts';
import { placeOf } from './servers-together.ts';
import { inForce, isOn, optionsFrom } from './server-state.ts';

/** A server that tracks, or is tracked; `top` is a server further up its chain. */
interface Node {
  top: Node | undefined;
  watched: boolean | undefined;
}

/** A proxy with servers. `judged`: it is not disabled, and all of it is known. */
export interface Tracking {
  readonly name: string;
  readonly run: Run;
  readonly judged: boolean;
}

/** Servers of one proxy by name, and by line. */
class Servers {
  readonly run: Run;
  readonly byName = new Map<string, number>();
  readonly #nodes = new Map<number, Node>();

  constructor(run: Run) {
    this.run = run;
    const { lines } = run;
    for (let line = lines.body; line < lines.count; line++) {
      if (lines.keywords[line] !== 'server') continue;
      const name = lines.value(line, 1);
      if (!this.byName.has(name)) this.byName.set(name, line);
    }
  }

  node(line: number): Node {
    let node = this.#nodes.get(line);
    if (node === undefined) this.#nodes.set(line, (node = { top: undefined, watched: undefined }));
    return node;
  }

  /** Is the server checked, has it an agent, or does it track another one? */
  watched(line: number): boolean {
    const node = this.node(line);
    node.watched ??=
      isOn(this.run, line, 3, 'check') !== false ||
      isOn(this.run, line, 3, 'agent-check') !== false ||
      inForce(this.run, line, 3, ['track']) !== undefined;
    return node.watched;
  }
}

/** The upper end of a chain; the way there is shortened, so that long chains take linear time. */
function topOf(node: Node): Node {
  let top = node;
  while (top.top !== undefined) top = top.top;
  for (let at = node; at.top !== undefined;) {
    const next = at.top;
    at.top = top;
    at = next;
  }
  return top;
}

const isServer = (keyword: string | undefined): boolean => keyword === 'server' || keyword === 'server-template';

/** Tracked servers are checked or track on, and no chain leads back to its start, in the order of the file (srv_apply_track()). */
export function checkTracks(proxies: readonly Tracking[]): void {
  const known = new Map<string, Servers>();
  const byRun = new Map<Run, Servers>();
  for (const { name, run } of proxies) {
    const servers = new Servers(run);
    byRun.set(run, servers);
    if (!known.has(name)) known.set(name, servers);
  }
  for (const { run, judged } of proxies) {
    const servers = byRun.get(run);
    if (!judged || servers === undefined) continue;
    for (let line = run.lines.body; line < run.lines.count; line++)
      if (isServer(run.lines.keywords[line])) checkLine(servers, line, known);
  }
}

function checkLine(own: Servers, line: number, known: ReadonlyMap<string, Servers>): void {
  const { run } = own;
  const from = optionsFrom(run.lines, line);
  const track = inForce(run, line, from, ['track']);
  if (track === undefined || track.word === '?' || isOpaque(track.value)) return;
  const slash = track.value.lastIndexOf('/');
  const servers = slash < 0 ? own : known.get(track.value.slice(0, slash));
  const name = track.value.slice(slash + 1);
  const target = servers === undefined || isHidden(servers.run.lines) ? undefined : servers.byName.get(name);
  if (servers === undefined || target === undefined) return;
  const at = placeOf(run, line, from, ['track']);
  if (!servers.watched(target))
    return refuse(run, 'invalid-argument', at, `'${name}' is neither checked nor does it track another server`);
  const node = own.node(line);
  const top = topOf(servers.node(target));
  if (top === node) return refuse(run, 'invalid-argument', at, `tracking '${name}' leads back to this server`);
  node.top = top;
}

/** A template may make a server of any name, and a condition or placeholder may hide one. */
function isHidden(lines: SectionLines): boolean {
  return lines.directives || lines.templated || lines.keywords.includes('server-template');
}

/** Does a server of the section track one of another section, as far as the text tells? */
export function tracksAway(lines: SectionLines): boolean {
  return /\strack\s+\S+\//.test(lines.text);
}
