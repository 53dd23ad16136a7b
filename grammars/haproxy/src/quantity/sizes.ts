import { isOpaque } from '../values.ts';
import { readQuantity } from './grammar.ts';

/** Largest value of 32 bits, which a size has before 3.1 and in most places after it. */
const MOST_32 = 0xffff_ffff;

/** Bytes of a unit; t and p only where a size has 64 bits (parse_size_ull()). */
const BYTES: ReadonlyMap<string, number> = new Map(
  ['', 'k', 'm', 'g', 't', 'p'].flatMap((unit, i) => [
    [unit, 1024 ** i],
    [unit.toUpperCase(), 1024 ** i],
  ]),
);

/** Bytes of a size as parse_size_err() reads it; undefined for what it refuses or what is more than `most`. */
export function readSize(text: string, most = MOST_32): number | undefined {
  const { blank, sign, digits, unit, rest } = readQuantity(text);
  const scale = BYTES.get(unit);
  if (blank || sign !== '' || digits === '' || rest !== '' || scale === undefined) return undefined;
  if (most <= MOST_32 && scale > 1024 ** 3) return undefined;
  const bytes = Number(digits) * scale;
  return bytes > most ? undefined : bytes;
}

/** What is wrong with a size, or undefined: up to 4 GiB less one, with k, m or g. */
export function sizeFault(text: string): string | undefined {
  if (readSize(text) !== undefined || isOpaque(text)) return undefined;
  return `'${text}' is not a size: write an integer with k, m or g, below 4g`;
}
