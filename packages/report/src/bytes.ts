import { visible } from './visible.ts';

/** A character of UTF-8 of two bytes and more (RFC 3629, section 4), a code unit for each byte. */
const CHARACTER =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}/g;

/**
 * The bytes of a text that has a code unit for each byte (ISO 8859-1), as a terminal may show them: what is UTF-8 as {@link visible} has it, any
 * other byte from 0x80 on as it is. A terminal of UTF-8 acts on none of these.
 */
export function visibleBytes(text: string): Uint8Array {
  const parts: Uint8Array[] = [];
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const put = (plain: string): void => {
    for (const piece of plain.split(/([\x80-\xff]+)/))
      parts.push(/^[\x80-\xff]/.test(piece) ? unitsOf(piece) : encoder.encode(visible(piece)));
  };
  let end = 0;
  for (const { 0: character, index } of text.matchAll(CHARACTER)) {
    put(text.slice(end, index));
    parts.push(encoder.encode(visible(decoder.decode(unitsOf(character)))));
    end = index + character.length;
  }
  put(text.slice(end));
  return joinedBytes(parts);
}

const unitsOf = (text: string): Uint8Array => Uint8Array.from(text, (unit) => unit.charCodeAt(0));

export function joinedBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
