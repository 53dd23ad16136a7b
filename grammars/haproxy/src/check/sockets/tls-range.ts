import { isOpaque } from '../../values.ts';
import { listed } from '../run.ts';

/** Versions from the lowest on; a version is its index here. Builds of today have no SSLv3. */
const VERSIONS = ['', 'SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const SSLV3 = 1;
const TLSV10 = 2;
const TLSV12 = 4;
const LAST = 5;
const WORDS = ['', 'sslv3', 'tlsv10', 'tlsv11', 'tlsv12', 'tlsv13'];

/** What the words of a line say of the versions of TLS; 0 stands for what they leave open. */
export interface TlsWords {
  readonly min: number;
  readonly max: number;
  /** Versions that `no-…` words turn off. */
  readonly off: ReadonlySet<number>;
}

/** Reads the words in their order: `force-…` sets both ends, and the last word for an end counts. Undefined when a variable hides some. */
export function readTlsWords(words: readonly string[]): TlsWords | undefined {
  let min = 0;
  let max = 0;
  const off = new Set<number>();
  for (const [i, word] of words.entries()) {
    if (isOpaque(word)) return undefined;
    if (word === 'ssl-min-ver') min = Math.max(0, VERSIONS.indexOf(words[i + 1] ?? ''));
    else if (word === 'ssl-max-ver') max = Math.max(0, VERSIONS.indexOf(words[i + 1] ?? ''));
    else if (word.startsWith('force-')) {
      const forced = WORDS.indexOf(word.slice('force-'.length));
      if (forced > 0) min = max = forced;
    } else if (word.startsWith('no-') && WORDS.includes(word.slice(3))) off.add(WORDS.indexOf(word.slice(3)));
  }
  return { min, max, off };
}

export type TlsSide = 'bind' | 'server';

/** The versions from TLSv1.0 on that are left: listeners begin with TLSv1.2 unless told otherwise. */
function left({ min, max, off }: TlsWords, side: TlsSide): readonly number[] {
  const least = min > 0 ? min : side === 'server' ? SSLV3 : max > 0 && max < TLSV12 ? max : TLSV12;
  const found: number[] = [];
  for (let version = TLSV10; version <= LAST; version++) {
    const hidden = min === 0 && max === 0 && off.has(version);
    if (version >= least && (max === 0 || version <= max) && !hidden) found.push(version);
  }
  return found;
}

/** Is no version left (ssl_sock_prepare_ctx(), ssl_sock_prepare_srv_ctx())? */
export function disablesAll(words: TlsWords, side: TlsSide): boolean {
  return left(words, side).length === 0 && (words.max === 0 || words.max > SSLV3);
}

export const ALL_DISABLED = 'these words leave no version of TLS';

/** What is said of words that are taken otherwise than they read. */
export function tlsWarning(words: TlsWords, side: TlsSide): string | undefined {
  const { min, max, off } = words;
  if (off.size === 0) return undefined;
  const names = listed([...off].map((version) => `'no-${WORDS[version] ?? ''}'`));
  if (min > 0 || max > 0)
    return `${names} ${off.size > 1 ? 'have' : 'has'} no effect beside 'ssl-min-ver', 'ssl-max-ver' and 'force-…'`;
  const rest = left(words, side);
  const low = rest[0] ?? LAST;
  const high = rest[rest.length - 1] ?? LAST;
  const hole = [...off].find((version) => version > low && version < high);
  return hole === undefined ? undefined : `${VERSIONS[hole] ?? ''} is missing in the middle of the versions of TLS`;
}

/** A highest version below the lowest one that listeners begin with. */
export function ambiguous({ min, max }: TlsWords, side: TlsSide): string | undefined {
  if (side === 'server' || min > 0 || max <= SSLV3 || max >= TLSV12) return undefined;
  return `'ssl-max-ver' is below TLSv1.2, where a listener begins: haproxy takes ${VERSIONS[max] ?? ''} alone`;
}
