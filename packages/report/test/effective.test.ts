import { expect, test } from 'vitest';
import { effectiveText } from '../src/index.ts';

const text = (value: string, encoding?: 'latin1'): string =>
  Buffer.from(effectiveText([{ name: 'banner', values: [value], ...(encoding === undefined ? {} : { encoding }) }]))
    .toString('latin1')
    .replace('\tdefault\n', '');

/** UTF-8 of a text, a code unit for each byte. */
const bytes = (value: string): string => Buffer.from(value).toString('latin1');

test('values of a UTF-8 file are printed in UTF-8', () => {
  expect(text('/ä')).toBe(`banner ${bytes('/ä')}`);
});

// sshd -T of 9.2, 10.0 and 10.6 prints `Banner /\xe4` as `banner /\xe4`: the byte of the file.
test('bytes that are no UTF-8 go out as they came in', () => {
  expect(text('/\xe4', 'latin1')).toBe('banner /\xe4');
  expect(text('\x80\xff\xc3', 'latin1')).toBe('banner \x80\xff\xc3');
  // Well-formed characters beside them stay what they are, cut ones and surrogates (RFC 3629, section 4) are bytes.
  expect(text(`${bytes('Ä€😀')}\xff`, 'latin1')).toBe(`banner ${bytes('Ä€😀')}\xff`);
  expect(text('\xe2\x82x\xed\xa0\x80', 'latin1')).toBe('banner \xe2\x82x\xed\xa0\x80');
});

test('what a terminal would act on is shown in either encoding', () => {
  const shown = bytes('banner ␛[31m<U+202E><U+0085>');
  expect(text('\x1b[31m\u202e\x85')).toBe(shown);
  expect(text(bytes('\x1b[31m\u202e\x85'), 'latin1')).toBe(shown);
});
