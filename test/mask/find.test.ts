// What is found in free text, and what only looks like it.
import { describe, expect, it } from 'vitest';
import { findSensitive } from '../../gateway/mask/find/find-sensitive.ts';
import type { Findable } from '../../gateway/mask/rule.ts';
import fc from '../support/properties.ts';

type Cases = readonly (readonly [text: string, want: string])[];

const found: Readonly<Record<Findable, Cases>> = {
  ssn: [
    ['my number is 123-45-6789.', 'my number is [ssn].'],
    ['123 45 6789 and 123.45.6789', '[ssn] and [ssn]'],
    ['123‑45‑6789', '[ssn]'],
    ['123\u221245\u22126789', '[ssn]'],
    ['١٢٣-٤٥-٦٧٨٩', '[ssn]'],
    ['SSN: 123456789', 'SSN: [ssn]'],
    ['order 123456789', 'order 123456789'],
    ['2024-05-17 and 12-345-6789', '2024-05-17 and 12-345-6789'],
    ['9123-45-67890', '9123-45-67890'],
  ],
  card: [
    ['4111111111111111', '[card]'],
    ['pay with 4111 1111 1111 1111, 12/27', 'pay with [card], 12/27'],
    ['5500-0000-0000-0004', '[card]'],
    ['3782 822463 10005', '[card]'],
    ['４１１１－１１１１－１１１１－１１１１ です', '[card] です'],
    ['𝄞 4111\u20091111\u20091111\u20091111', '𝄞 [card]'],
    ['४१११ ११११ ११११ ११११', '[card]'],
    ['４１１１１１１１１１１１１１１２', '４１１１１１１１１１１１１１１２'],
    ['ref 12 4111 1111 1111 1111', 'ref 12 [card]'],
    ['4111111111111112', '4111111111111112'],
    ['0000 0000 0000 0000', '0000 0000 0000 0000'],
    ['41111111111111111234567', '41111111111111111234567'],
    ['call 2024 05 17', 'call 2024 05 17'],
  ],
  email: [
    ['mail john.doe+x@example.co.uk, please', 'mail [email], please'],
    ['<a@b.de>;c@d.io', '<[email]>;[email]'],
    ['jörg@müller.example', '[email]'],
    ['jo＠example.com', '[email]'],
    ['@home and a@b and x@1.2', '@home and a@b and x@1.2'],
    ['a@b.de@c.de', '[email]'],
  ],
  phone: [
    ['+49 30 1234567', '[phone]'],
    ['+４９ ３０ １２３４５６７', '[phone]'],
    ['call +1 (555) 123-4567 now', 'call [phone] now'],
    ['(555) 123-4567 or 555.123.4567', '[phone] or [phone]'],
    ['030 / 1234 5678', '[phone]'],
    ['on 2024-05-17 at 12:30, 01-02-2003', 'on 2024-05-17 at 12:30, 01-02-2003'],
    ['version 1.2.3, order 5551234567', 'version 1.2.3, order 5551234567'],
  ],
  iban: [
    ['DE89 3704 0044 0532 0130 00 please', '[iban] please'],
    ['GB29NWBK60161331926819', '[iban]'],
    ['to fr1420041010050500013m02606.', 'to [iban].'],
    ['DE88 3704 0044 0532 0130 00', 'DE88 3704 0044 0532 0130 00'],
    ['NO9386011117947 IS GOOD FOR ALL', '[iban] IS GOOD FOR ALL'],
  ],
  secret: [
    ['AKIAIOSFODNN7EXAMPLE', '[secret]'],
    ['password: hunter2, user: x', 'password: [secret], user: x'],
    ['"api_key": "abc123"', '"api_key": "[secret]"'],
    ['Authorization: Bearer abcdefghijklmnop', 'Authorization: Bearer [secret]'],
    ['postgres://app:pa55@db/orders', 'postgres://app:[secret]@db/orders'],
    ['ghp_abcdefghijklmnopqrstuvwxyz0123456789', '[secret]'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', '[secret]'],
    ['sk_live_abcdefghijklmnop1234', '[secret]'],
    ['key Zx8kQ2mN5vB7cX1aS3dF6gH9jK4lP0oI', 'key [secret]'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----', '[secret]'],
    ['commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904', 'commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904'],
    ['AVeryLongClassNameWithoutAnyDigitsInIt', 'AVeryLongClassNameWithoutAnyDigitsInIt'],
    ['the password policy', 'the password policy'],
  ],
};

describe.each(Object.entries(found) as [Findable, Cases][])('%s', (kind, cases) => {
  it.each(cases)('%j', (text, want) => {
    expect(findSensitive(text, [kind])).toBe(want);
  });
});

it('two kinds that overlap hide all that either covers', () => {
  expect(findSensitive('password=a@b.de!', ['email', 'secret'])).toBe('[email]');
  expect(findSensitive('a@b.de', ['email'], '')).toBe('');
});

const all = Object.keys(found) as Findable[];

it('a card number with any digits and any grouping is found', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[1-9]\d{14}$/), fc.constantFrom('', ' ', '-'), (digits, gap) => {
      const sum = Array.from(digits, Number).reduce((total, digit, at) => {
        const weighed = at % 2 === 0 ? digit * 2 : digit;
        return total + (weighed > 9 ? weighed - 9 : weighed);
      }, 0);
      const number = `${digits}${(10 - (sum % 10)) % 10}`.match(/\d{4}/g)?.join(gap) ?? '';
      expect(findSensitive(`card ${number}!`, ['card'])).toBe('card [card]!');
    }),
  );
});

it('what is found once is not found again, and nothing else changes', () => {
  const parts = fc.constantFrom(
    'a@b.de',
    '123-45-6789',
    'hello',
    ' ',
    '4111111111111111',
    'password=',
    '\n',
    'é😀',
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 12 }), (written) => {
      const text = written.join(' ');
      const shown = findSensitive(text, all, '#');
      for (const secret of ['a@b.de', '123-45-6789', '4111111111111111']) expect(shown).not.toContain(secret);
      const kept = shown.split('#');
      let at = 0;
      for (const part of kept) {
        const next = text.indexOf(part, at);
        expect(next).toBeGreaterThanOrEqual(at);
        at = next + part.length;
      }
    }),
  );
});
