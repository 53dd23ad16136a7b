import type { Checker } from './run.ts';

/** What is checked of the keywords of the sections that are neither global nor proxies, by kind of section. */
export const SECTION_CHECKS: ReadonlyMap<string, ReadonlyMap<string, Checker>> = new Map();
