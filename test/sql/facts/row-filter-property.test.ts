import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RowFilter } from '../../../gateway/sql/facts/facts.ts';
import { rowFilterOf } from '../../../gateway/sql/facts/row-filter.ts';
import fc from '../../support/properties.ts';
import { condition } from './conditions.ts';
import { filtersSchema } from './filters-schema.ts';
import { type Stage, startStage } from './stage.ts';

/** The seed is fixed, so that a run says the same as the last. */
const runs = { seed: 20_260_101, numRuns: 600, endOnFailure: false };
const rowsOfThing = 60;

describe.each([15, 18] as const)('whatever the condition, on PostgreSQL %i', (version) => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage(version, filtersSchema);
    await stage.client.query("SET TIME ZONE 'Pacific/Apia'");
  });
  afterAll(() => stage?.stop());

  test('a key equality touches one row at most, what is always true touches all rows or none', async () => {
    const seen: Record<RowFilter, number> = {
      none: 0,
      always_true: 0,
      key_equality: 0,
      key_list: 0,
      filtered: 0,
    };
    const touchedByKey: number[] = [];
    const check = async (where: string) => {
      const filter = await filterOf(where);
      if (filter === undefined) return;
      const touched = await touchedBy(where);
      if (touched === undefined) return;
      seen[filter]++;
      if (filter === 'key_equality') {
        touchedByKey.push(touched);
        expect(touched).toBeLessThanOrEqual(1);
      }
      if (filter === 'key_list') expect(touched).toBeLessThanOrEqual(where.split(/,| OR /).length);
      if (filter === 'always_true') expect([0, rowsOfThing]).toContain(touched);
    };
    await fc.assert(fc.asyncProperty(condition, check), runs);
    // The property says something only when the conditions are of each kind, and keys meet rows.
    expect(seen.always_true).toBeGreaterThan(20);
    expect(seen.key_equality).toBeGreaterThan(20);
    expect(seen.key_list).toBeGreaterThan(5);
    expect(seen.filtered).toBeGreaterThan(100);
    expect(touchedByKey.filter((touched) => touched === 1).length).toBeGreaterThan(10);
  }, 400_000);

  /** Undefined when the server refuses the condition. */
  async function filterOf(where: string): Promise<RowFilter | undefined> {
    const tree = await unlessRefused(stage.analyze(`DELETE FROM thing WHERE ${where}`));
    return tree && rowFilterOf(tree, stage.catalog);
  }

  async function touchedBy(where: string): Promise<number | undefined> {
    await stage.client.query('BEGIN');
    try {
      const result = await unlessRefused(stage.client.query(`DELETE FROM thing WHERE ${where}`));
      return result?.rowCount ?? undefined;
    } finally {
      await stage.client.query('ROLLBACK');
    }
  }
});

/** Types that don't meet, collations that conflict: such a condition says nothing. */
function unlessRefused<Result>(result: Promise<Result>): Promise<Result | undefined> {
  return result.catch((error: { code?: string }) => {
    if (typeof error.code === 'string') return undefined;
    throw error;
  });
}
