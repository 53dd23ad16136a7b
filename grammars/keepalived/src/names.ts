import { append, type NameSpace, type NameUse, type Section, type SectionNames } from '@halint/core';
import type { AnyBlock, KeepalivedUnit, Statement, Word } from './ast.ts';
import { isBlock } from './ast.ts';
import { isOpaque } from './vocabulary.ts';

/** Kinds of names in keepalived.conf. What is tracked and not defined above is said where the lines are read (handlers/tracking.ts). */
export const NAME_SPACES: readonly NameSpace[] = [
  {
    id: 'vrrp_script',
    unused: {
      rule: 'vrrp/script-undefined-or-unused',
      severity: 'info',
      message: (label) => `vrrp_script ${label} is defined but never tracked: it does not run`,
    },
  },
  { id: 'vrrp_track_process' },
  { id: 'vrrp_instance' },
];

const DEFINES: Record<string, string> = {
  vrrp_script: 'vrrp_script',
  vrrp_track_process: 'vrrp_track_process',
  vrrp_instance: 'vrrp_instance',
};
const REFERS: Record<string, string> = {
  track_script: 'vrrp_script',
  track_process: 'vrrp_track_process',
  group: 'vrrp_instance',
};

/** Names that one section defines and uses. */
export function names(section: Section<KeepalivedUnit>): SectionNames {
  const definitions: NameUse[] = [];
  const references: NameUse[] = [];
  const use = (space: string, word: Word): NameUse => ({
    space,
    scope: '',
    label: word.value,
    at: { section, start: word.local.start, end: word.local.end },
  });
  const visit = (statements: readonly Statement[], depth: number): void => {
    for (const block of statements.filter((each): each is AnyBlock => isBlock(each))) {
      const keyword = block.keyword?.value ?? '';
      const name = block.args[0];
      const defined = depth === 0 ? DEFINES[keyword] : undefined;
      if (defined !== undefined && name !== undefined && !isOpaque(name.value)) definitions.push(use(defined, name));
      const refers = depth > 0 ? REFERS[keyword] : undefined;
      if (refers !== undefined)
        append(
          references,
          trackedWords(block, refers).map((word) => use(refers, word)),
        );
      visit(block.children, depth + 1);
    }
  };
  visit(section.unit.statements, 0);
  return { definitions, references };
}

/** A tracked name is the first word of its line; a sync group's line may have several. */
function trackedWords(block: AnyBlock, space: string): readonly Word[] {
  return block.children.flatMap((line): readonly Word[] => {
    if (line.kind !== 'statement') return [];
    const words = space === 'vrrp_instance' ? [line.keyword, ...line.args] : [line.keyword];
    return words.filter((word) => !isOpaque(word.value));
  });
}
