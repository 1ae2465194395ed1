// What is read of a client's messages, at the edges: strings without end, counts that lie, random bytes.

import { describe, expect, test } from 'vitest';
import { isPlainText, readBindValues, readCstring, readParameterTypes } from '../../gateway/wire/index.ts';
import fc from '../support/properties.ts';
import { frontend, int16, int32 } from '../support/raw-frontend.ts';

describe('a string', () => {
  const bytes = Buffer.from('ab\0\0cd');
  test.each([
    { name: 'ends at its zero byte', start: 0, limit: 6, want: { text: 'ab', end: 3 } },
    { name: 'may be empty', start: 3, limit: 6, want: { text: '', end: 4 } },
    { name: 'without an end is none', start: 4, limit: 6, want: undefined },
    { name: 'that ends behind the message is none', start: 0, limit: 2, want: undefined },
    { name: 'that begins behind the message is none', start: 3, limit: 3, want: undefined },
  ])('$name', ({ start, limit, want }) => expect(readCstring(bytes, start, limit)).toEqual(want));
});

describe('text', () => {
  test.each([
    { name: 'ASCII', bytes: 'SELECT 1', want: true },
    { name: 'UTF-8 of any length', bytes: 'é € 😀', want: true },
    { name: 'a lone continuation byte', bytes: [0x80], want: false },
    { name: 'a character cut short', bytes: [0xe2, 0x82], want: false },
    { name: 'an overlong slash', bytes: [0xc0, 0xaf], want: false },
    { name: 'a surrogate', bytes: [0xed, 0xa0, 0x80], want: false },
    { name: 'a quote hidden in a two-byte encoding', bytes: [0xbf, 0x5c, 0x27], want: false },
  ])('$name', ({ bytes, want }) => {
    const buffer = Buffer.from(bytes as string);
    expect(isPlainText(buffer, 0, buffer.length)).toBe(want);
  });
});

describe('parameter types of a Parse', () => {
  test.each([
    { name: 'none', bytes: int16(0), want: [] },
    { name: 'two', bytes: Buffer.concat([int16(2), int32(23), int32(4294967295)]), want: [23, 4294967295] },
    { name: 'fewer than counted', bytes: Buffer.concat([int16(2), int32(23)]), want: undefined },
    { name: 'more than counted', bytes: Buffer.concat([int16(0), int32(23)]), want: undefined },
    { name: 'no count', bytes: Buffer.alloc(1), want: undefined },
  ])('$name', ({ bytes, want }) => expect(readParameterTypes(bytes, 0, bytes.length)).toEqual(want));
});

describe('values of a Bind', () => {
  /** The message behind its two names. */
  const tail = (message: Buffer): Buffer => message.subarray(7);
  const value = fc.option(fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)));
  const codes = fc.array(fc.constantFrom(0, 1), { maxLength: 5 });

  test('are what was bound', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 8 }), codes, codes, (values, formats, resultFormats) => {
        const bytes = tail(frontend.bind({ values, formats, resultFormats }));
        expect(readBindValues(bytes, 0, bytes.length)).toEqual({
          parameters: values,
          parameterFormats: formats,
          resultFormats,
        });
      }),
    );
  });

  test('that are cut anywhere are none', () => {
    const bytes = tail(frontend.bind({ values: ['abc', null, ''], formats: [0, 1, 0], resultFormats: [1] }));
    for (let end = 0; end < bytes.length; end++) expect(readBindValues(bytes, 0, end)).toBeUndefined();
  });

  test('are never read beyond the message, whatever its counts claim', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const values = readBindValues(Buffer.from(bytes), 0, bytes.length);
        for (const parameter of values?.parameters ?? []) expect((parameter ?? '').length).toBeLessThan(60);
      }),
      { numRuns: 2000 },
    );
  });
});
