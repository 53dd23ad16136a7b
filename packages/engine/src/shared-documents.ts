import type { Document } from '@halint/core';
import type { OpenDocument } from './host-state.ts';

/** Parses each text once: equal text at the same path of several hosts is one document, where it is read beside equal files. */
export function sharedDocuments(): OpenDocument {
  const documents = new Map<string, Document>();
  /** Companies by number: the texts of a host's files would stand in the key of each of them otherwise. */
  const companies = new Map<string, number>();
  return (language, path, text, company) => {
    const number = companies.get(company) ?? companies.size;
    companies.set(company, number);
    const key = `${language.id}\0${path}\0${number}\0${text}`;
    let document = documents.get(key);
    if (document === undefined) documents.set(key, (document = language.parse(text)));
    return document;
  };
}
