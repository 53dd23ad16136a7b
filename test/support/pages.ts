import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One example of a rule page: the files of a small cluster, and the lines that carry a mark. */
interface Example {
  /** `ha0/etc/keepalived/keepalived.conf` -> text without marks. */
  readonly files: ReadonlyMap<string, string>;
  /** `ha0:/etc/keepalived/keepalived.conf:7`. */
  readonly marks: readonly string[];
}

export interface Page {
  readonly text: string;
  readonly why: string;
  readonly bad: Example;
  readonly good: Example;
}

const RULES = join(import.meta.dirname, '../../packages/rules/src');
const MARK = /\s*# <-\s*$/;

/** Reads the page beside a rule: prose, then a block of files under `## Bad` and one under `## Good`. */
export function readPage(id: string): Page {
  const text = readFileSync(join(RULES, `${id}.md`), 'utf8');
  const [head = '', bad = '', good = ''] = text.split(/^## (?:Bad|Good)$/m);
  return { text, why: head.replace(/^# .*\n/, '').trim(), bad: example(bad), good: example(good) };
}

function example(text: string): Example {
  const files = new Map<string, string>();
  const marks: string[] = [];
  for (const [, where = '', body = ''] of text.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)) {
    const [host = '', path = ''] = where.split(/:(.*)/s);
    const lines = body.split('\n');
    for (const [i, line] of lines.entries()) if (MARK.test(line)) marks.push(`${where}:${i + 1}`);
    files.set(`${host}/${path.replace(/^\//, '')}`, lines.map((line) => line.replace(MARK, '')).join('\n'));
  }
  return { files, marks };
}
