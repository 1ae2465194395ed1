// The sample data: always the same, and numbers that look real and belong to nobody.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { generateShop, type SampleRow } from '../../gateway/demo/shop/generate.ts';

const shop = new Map(generateShop().map(({ table, rows }) => [table, rows]));
const rowsOf = (table: string): readonly SampleRow[] => shop.get(table) ?? [];
const column = (table: string, name: string) => rowsOf(table).map((row) => row[name]);

test('two generations are the same, to the letter', () => {
  const digest = () => createHash('sha256').update(JSON.stringify(generateShop())).digest('hex');
  expect(digest()).toBe(digest());
});

test('there are a few thousand rows', () => {
  const counts = Object.fromEntries([...shop].map(([table, rows]) => [table, rows.length]));
  expect(counts).toMatchObject({
    'public.customers': 600,
    'public.orders': 1400,
    'public.tickets': 420,
    'hr.employees': 60,
  });
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  expect(total).toBeGreaterThan(5000);
  expect(total).toBeLessThan(20_000);
});

describe('numbers', () => {
  test('social security numbers are unique and in a range that is never given out', () => {
    const numbers = column('public.customers', 'ssn') as string[];
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const number of numbers) expect(number).toMatch(/^9\d\d-[1-4]\d-\d{4}$/);
  });

  test('card numbers have sixteen digits, a test prefix and a right check digit', () => {
    for (const number of column('public.customers', 'card_number') as string[]) {
      expect(number).toMatch(/^(424242|400000|555555|510510)\d{10}$/);
      expect(luhnSum(number) % 10).toBe(0);
    }
  });

  test('phone numbers are of the range for fiction', () => {
    for (const number of column('public.customers', 'phone') as string[])
      expect(number).toMatch(/^\+1-\d{3}-555-01\d\d$/);
  });

  test('IBANs have right check digits', () => {
    for (const iban of column('hr.employees', 'iban') as string[]) {
      const digits = (iban.slice(4) + iban.slice(0, 4)).replace(/[A-Z]/g, (letter) =>
        String(letter.charCodeAt(0) - 55),
      );
      expect(BigInt(digits) % 97n).toBe(1n);
    }
  });

  test('mail goes nowhere', () => {
    for (const address of column('public.customers', 'email')) expect(address).toMatch(/@example\.com$/);
  });
});

test('free text holds what nobody expects in it', () => {
  const bodies = (column('public.tickets', 'body') as string[]).join('\n');
  expect(bodies).toMatch(/\b9\d\d-\d\d-\d{4}\b/);
  expect(bodies).toMatch(/\b\d{16}\b/);
  expect(bodies).not.toMatch(/\{\w+\}/);
});

function luhnSum(number: string): number {
  return [...number].reverse().reduce((sum, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return sum + (value > 9 ? value - 9 : value);
  }, 0);
}
