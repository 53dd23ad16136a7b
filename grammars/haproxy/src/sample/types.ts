import { compareVersions } from '@halint/core';

/** Types of samples (SMP_T_* in include/haproxy/sample-data-t.h); `same` leaves the type as it is. */
export type SampleType = 'any' | 'same' | 'bool' | 'sint' | 'addr' | 'ipv4' | 'ipv6' | 'str' | 'bin' | 'meth';

const ALL: readonly SampleType[] = ['any', 'bool', 'sint', 'addr', 'ipv4', 'ipv6', 'str', 'bin', 'meth'];

/** What a type can be made into (sample_casts[] in src/sample.c), since 2.9. */
const CASTS: Readonly<Record<SampleType, readonly SampleType[]>> = {
  any: ALL,
  same: [],
  bool: ['any', 'bool', 'sint', 'str', 'bin'],
  sint: ['any', 'bool', 'sint', 'addr', 'ipv4', 'ipv6', 'str', 'bin'],
  addr: ['any', 'addr', 'ipv4', 'ipv6', 'str', 'bin'],
  ipv4: ['any', 'sint', 'addr', 'ipv4', 'ipv6', 'str', 'bin'],
  ipv6: ['any', 'addr', 'ipv4', 'ipv6', 'str', 'bin'],
  str: ALL,
  bin: ['any', 'str', 'bin', 'meth'],
  meth: ['any', 'str', 'bin', 'meth'],
};

/** Pairs that change nothing (c_none): behind such a cast `same` keeps the type that came in. */
const FREE: Readonly<Partial<Record<SampleType, readonly SampleType[]>>> = {
  bool: ['any', 'bool', 'sint'],
  sint: ['any', 'bool', 'sint'],
  ipv4: ['any', 'addr', 'ipv4'],
  ipv6: ['any', 'addr', 'ipv6'],
  str: ['any', 'str', 'bin'],
  bin: ['any', 'bin'],
  meth: ['any', 'meth'],
};

/** Can a sample of one type be taken for another? */
export function castable(from: SampleType, to: SampleType, version: string): boolean {
  // Before 2.9 the type addr could be cast to nothing but any: what fetches gave it was never of this type.
  if (from === 'addr' && compareVersions(version, '2.9') < 0) return to === 'any';
  if (from === 'bool' && to === 'bin') return compareVersions(version, '2.5') >= 0;
  return CASTS[from].includes(to);
}

/** Type behind a converter. */
export function typeBehind(before: SampleType, takes: SampleType, gives: SampleType): SampleType {
  if (gives !== 'same') return gives;
  return before === takes || FREE[before]?.includes(takes) === true ? before : takes;
}
