import { Document, type Finding, type LanguageId, type Place, type SourceFile, type Syntax } from '@halint/core';

/** A language without a grammar: sections start at lines without indentation. */
const syntax: Syntax<string> = {
  cut(text) {
    const starts = [...text.matchAll(/(?<=\n)(?=\S)/g)].map((match) => match.index);
    return { starts: [0, ...starts.filter((start) => start > 0)], open: false };
  },
  read: (section) => section.text,
};

export function fileOf(path: string, language: LanguageId, text: string, display = `ha0${path}`): SourceFile {
  return { path, display, language, document: new Document(text, syntax, (document) => document) };
}

/** The `nth` (from 0) occurrence of `word`. */
export function placeOf(file: SourceFile, word: string, host = 'ha0', nth = 0): Place {
  let offset = -1;
  for (let i = 0; i <= nth; i++) offset = file.document.print().indexOf(word, offset + 1);
  if (offset < 0) throw new Error(`${word} is not in ${file.path}`);
  const section = file.document.sectionAt(offset);
  return { host, file, section, start: offset - section.start, end: offset - section.start + word.length };
}

export function findingOf(at: Place, more: Partial<Finding> = {}): Finding {
  return {
    rule: 'vrrp/priority-out-of-range',
    severity: 'error',
    rejects: false,
    daemon: 'none',
    message: 'priority 300 is not in 1..255',
    at,
    hosts: [at.host],
    related: [],
    statement: 'vrrp_instance VI_1/priority',
    ...more,
  };
}

export const KEEPALIVED = `# ha0
vrrp_instance VI_1 {
    state MASTER
    priority 300
    authentication {
        auth_type PASS
        auth_pass s3cretpw
    }
}
`;

export const NONE = { errors: 0, warnings: 0, infos: 0, hosts: 2, files: 8, lackingFacts: 0 };
