// Patterns of names, as psql's \d takes them.
import { describe, expect, test } from 'vitest';
import { everything, readNamePattern } from '../../../gateway/cli/catalog/name-pattern.ts';
import type { RelationKind } from '../../../gateway/sql/index.ts';

const relation = (schema: string, name: string, kind: RelationKind = 'table') => ({ schema, name, kind });

describe.each([
  {
    pattern: 'customers',
    fits: [
      ['public', 'customers'],
      ['hr', 'customers'],
    ],
    others: [['public', 'customer']],
  },
  { pattern: 'CUSTOMERS', fits: [['public', 'customers']], others: [['public', 'CUSTOMERS']] },
  { pattern: '"CUSTOMERS"', fits: [['public', 'CUSTOMERS']], others: [['public', 'customers']] },
  { pattern: 'cust*', fits: [['public', 'customers']], others: [['public', 'a_cust']] },
  {
    pattern: 'c?t',
    fits: [['public', 'cat']],
    others: [
      ['public', 'ct'],
      ['public', 'coat'],
    ],
  },
  { pattern: '"c?t"', fits: [['public', 'c?t']], others: [['public', 'cat']] },
  {
    pattern: 'hr.*',
    fits: [
      ['hr', 'a'],
      ['hr', 'B'],
    ],
    others: [['public', 'hr']],
  },
  {
    pattern: 'h*.e*',
    fits: [['hr', 'employees']],
    others: [
      ['hr', 'reviews'],
      ['public', 'e'],
    ],
  },
  { pattern: '"a.b"', fits: [['public', 'a.b']], others: [['a', 'b']] },
  { pattern: '"say ""x"""*', fits: [['public', 'say "x" y']], others: [['public', 'say x']] },
  { pattern: 'a+b', fits: [['public', 'a+b']], others: [['public', 'aab']] },
  {
    pattern: '*',
    fits: [['public', 'x']],
    others: [
      ['pg_catalog', 'pg_class'],
      ['information_schema', 'x'],
    ],
  },
  { pattern: 'pg_catalog.pg_cl*', fits: [['pg_catalog', 'pg_class']], others: [['pg_catalog', 'pg_proc']] },
])('$pattern', ({ pattern, fits, others }) => {
  const matches = (names: readonly (readonly string[])[]): boolean[] =>
    names.map(([schema = '', name = '']) => readNamePattern(pattern)?.(relation(schema, name)) ?? false);

  test('fits what it means', () => expect(matches(fits)).toEqual(fits.map(() => true)));
  test('fits nothing else', () => expect(matches(others)).toEqual(others.map(() => false)));
});

test.each(['', '.', 'a.', '.a', 'a.b.c', '"a', 'a"', 'a..b'])('%j is no pattern', (text) => {
  expect(readNamePattern(text)).toBeUndefined();
});

test('only what has rows is listed', () => {
  for (const kind of ['index', 'sequence', 'composite_type', 'toast'] as const) {
    expect(everything(relation('public', 'a', kind))).toBe(false);
    expect(readNamePattern('public.a')?.(relation('public', 'a', kind))).toBe(false);
  }
  expect(everything(relation('public', 'a', 'materialized_view'))).toBe(true);
});
