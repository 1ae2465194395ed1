// Of a session that is watched, what whoever reads too slowly is told.
import { expect, test } from 'vitest';
import { rowsLeftOut } from '../../gateway/admin/rows-left-out.ts';

const lines = (...all: readonly object[]): string => all.map((line) => `${JSON.stringify(line)}\n`).join('');

test('rows leave a mark in their place with their number, and all else is told', () => {
  const row = (statement: string) => ({ time: 't', statement, kind: 'row', values: ['x'] });
  const complete = { time: 't', statement: 'a', kind: 'complete', tag: 'SELECT 3' };
  const told = rowsLeftOut(
    lines({ kind: 'event', event: {} }, row('a'), row('a'), row('b'), row('a'), complete),
  );
  const dropped = (statement: string, rows: number) => ({ time: 't', statement, kind: 'dropped', rows });
  expect(told).toBe(
    lines({ kind: 'event', event: {} }, dropped('a', 2), dropped('b', 1), dropped('a', 1), complete),
  );
});
