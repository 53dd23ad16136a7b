import type { Document, LowerContext, SourceFile } from '@halint/core';
import type { HaproxyFacts } from '@halint/model';
import type { SectionUnit } from './unit.ts';
import type { Section } from '@halint/core';
import { NOTHING_SET, setsVariables, type Environment } from './environment.ts';
import { FileFacts, merge } from './facts/facts.ts';
import { contextOf } from './flow.ts';
import type { HaproxyDocument } from './parse.ts';

interface Kept {
  version: number;
  /** What the files before it leave of variables. */
  readonly before: Environment;
  readonly facts: FileFacts;
}

/** Facts of the documents that are at hand, by host: an edit updates those of the sections it replaced. */
const kept = new WeakMap<Document, Map<string, Kept>>();

/** Lines behind a directive may count or not, and addresses may be variables; then everything is read anew. */
function reaches(section: Section<SectionUnit>): boolean {
  const { lines } = section.unit;
  return lines.directives || setsVariables(lines);
}

/** Variables as they are where a document starts. */
function environmentAt(document: HaproxyDocument): Environment {
  const [first] = document.sections;
  return first === undefined ? NOTHING_SET : contextOf(document, first).environment;
}

function factsOf(file: SourceFile, context: LowerContext): FileFacts {
  const document = file.document as HaproxyDocument;
  let byHost = kept.get(file.document);
  if (byHost === undefined) kept.set(file.document, (byHost = new Map()));
  const started = context.environment;
  const given = started === undefined ? '' : JSON.stringify([...started]);
  const key = `${context.host}\0${file.path}\0${context.targets.haproxy}\0${given}`;
  const before = environmentAt(document);
  const known = byHost.get(key);
  const isSame = known?.facts.owner.file === file && known.before === before;
  if (known !== undefined && isSame && update(known, document)) return known.facts;
  const facts = new FileFacts({ host: context.host, file, document, targets: context.targets, started });
  byHost.set(key, { version: document.version, before, facts });
  return facts;
}

/** Follows the last edit; false when more than one has passed, or when it reaches further than its sections. */
function update(known: Kept, document: HaproxyDocument): boolean {
  if (known.version === document.version) return true;
  const change = document.lastChange;
  if (change === undefined || known.version !== document.version - 1) return false;
  if (change.removed.some(reaches) || change.added.some(reaches)) return false;
  for (const section of change.removed) known.facts.remove(section);
  for (const section of change.added) known.facts.add(section);
  known.version = document.version;
  return true;
}

/** What haproxy.cfg says of a host, from its files in the order in which haproxy reads them. */
export function lower(files: readonly SourceFile[], context: LowerContext): HaproxyFacts {
  return merge(files.map((file) => factsOf(file, context)));
}
