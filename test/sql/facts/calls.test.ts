import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registryOf } from '../../../gateway/sql/analyzed/registry/schema.ts';
import { callsOf } from '../../../gateway/sql/facts/calls/calls-of.ts';
import { walkTree } from '../../../gateway/sql/index.ts';
import { parameters, schema, statementsFor } from '../analyzed/statements.ts';
import { callExpectations } from './call-expectations.ts';
import { callStatements, callsSchema } from './calls-schema.ts';
import { allCalls, printCalls } from './reported-calls.ts';
import { type Stage, startStage } from './stage.ts';

describe.each([15, 18] as const)('the calls that trees of PostgreSQL %i make', (version) => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage(version, schema + callsSchema);
  });
  afterAll(() => stage?.stop());

  test('what the server records that a statement depends on is reported', async () => {
    const missing: string[] = [];
    let recorded = 0;
    const statements = [
      ...callStatements.map((statement) => ({ statement, types: '' })),
      ...statementsFor(version).map((statement) => ({ statement, types: parameters })),
    ];
    for (const { statement, types } of statements) {
      let needed: readonly number[] = [];
      const tree = await stage.analyze(statement, types, async (oid) => {
        needed = await functionsBehind(oid);
      });
      const reported = allCalls(tree, stage.catalog).flatMap((call) =>
        call.kind === 'routine' ? [call.routine] : [],
      );
      recorded += needed.length;
      for (const oid of needed)
        if (!reported.includes(oid)) missing.push(`${stage.catalog.routine(oid)?.name}: ${statement}`);
    }
    expect(missing).toEqual([]);
    expect(recorded).toBeGreaterThan(50);
  });

  test('every routine that is reported is one of the catalog, and nothing is unknown', async () => {
    const tags = new Set<string>();
    for (const statement of statementsFor(version)) {
      const tree = await stage.analyze(statement, parameters);
      walkTree(tree, (node) => {
        tags.add(node.tag);
        for (const call of callsOf(node, stage.catalog)) {
          expect(call.kind).not.toBe('unknown');
          if (call.kind === 'routine') expect(stage.catalog.routine(call.routine)).toBeDefined();
        }
      });
    }
    const unseen = [...(registryOf(version)?.keys() ?? [])].filter((tag) => !tags.has(tag));
    // They stand in rules, constraints of domains, and bounds of partitions.
    expect(unseen.sort()).toEqual(
      ['COERCETODOMAINVALUE', 'NOTIFYSTMT', 'PARTITIONBOUNDSPEC', 'PARTITIONRANGEDATUM'].sort(),
    );
  });

  test.each(callExpectations(version))('$statement', async ({ statement, calls }) => {
    const tree = await stage.analyze(statement);
    expect(printCalls(allCalls(tree, stage.catalog), stage.catalog)).toEqual([...calls].sort());
  });

  /** The functions, and those behind the operators, that pg_depend has of a function; the server's own aren't kept. */
  async function functionsBehind(oid: number): Promise<readonly number[]> {
    const { rows } = await stage.client.query<{ oid: number }>(
      `SELECT coalesce(o.oprcode::oid, d.refobjid) AS oid
         FROM pg_depend d LEFT JOIN pg_operator o ON d.refclassid = 'pg_operator'::regclass AND o.oid = d.refobjid
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = $1
          AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)`,
      [oid],
    );
    return rows.map((row) => row.oid);
  }
});
