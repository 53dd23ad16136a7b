/** An alias of log-format strings (logformat_aliases[] in src/log.c). */
export interface FormatAlias {
  readonly name: string;
  /** Only in HTTP proxies. */
  readonly http: boolean;
  readonly since?: string;
  readonly until?: string;
}

const TCP =
  'o B H ID ST T Tc Th Tl Td Ts Tt Tu Tw U ac b bc bi bp bq ci cp f fc fi fp ft hr hrl hs hsl lc ms pid rc rt s sc si sp sq sslc sslv t ts tsc';
const HTTP = 'CC CS Ta Ti Tq Tr TR HM HP HPO HQ HU HV r tr trg trl';
/** Spellings that were gone with 2.6. */
const OLD = 'Bi Bp Ci Cp Fi Fp Si Sp';
const OLD_HTTP = 'cc cs st';
/** HPO came with 2.4. */
const SINCE: Readonly<Record<string, string>> = { OG: '3.1', HPO: '2.3' };

const rows = (names: string, more: Omit<FormatAlias, 'name'>): FormatAlias[] =>
  names.split(' ').map((name) => {
    const since = SINCE[name];
    return { name, ...more, ...(since === undefined ? {} : { since }) };
  });

export const FORMAT_ALIASES: readonly FormatAlias[] = [
  ...rows(`${TCP} OG`, { http: false }),
  ...rows(HTTP, { http: true }),
  ...rows(OLD, { http: false, until: '2.5' }),
  ...rows(OLD_HTTP, { http: true, until: '2.5' }),
];
