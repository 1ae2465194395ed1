// Decision-support shapes on each version: facts against rights, RowDescription and a second grammar.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { query } from '../../../facts/candidates.ts';
import { openDatabase } from '../../../facts/connect.ts';
import { createDatabase } from '../../../facts/corpus/collect.ts';
import { shapes, shapesSchema } from '../../../facts/corpus/texts.ts';
import { probePermissions } from '../../../facts/permissions/probe.ts';
import { createFactsReader, type FactsReader } from '../../../facts/reader.ts';
import { compareRowDescriptions } from '../../../facts/row-description.ts';
import { compareGrammars } from '../../../facts/second-grammar.ts';
import { type Postgres, startPostgres } from '../../../support/postgres.ts';
import type { RawClient } from '../../../support/raw-client.ts';

const candidates = shapes.map(query);

describe.each([15, 18] as const)('on PostgreSQL %i', (version) => {
  let server: Postgres;
  let reader: FactsReader;
  let client: RawClient;

  beforeAll(async () => {
    server = await startPostgres({ version });
    await createDatabase(server, 'shapes', shapesSchema);
    reader = await createFactsReader(server.connectionString('shapes'));
    client = await openDatabase(server, server.superuser, 'shapes');
  });
  afterAll(async () => {
    await reader.close();
    await client.end();
    await server.stop();
  });

  test('the server describes the outputs that the facts have', async () => {
    const { counts, failures } = await compareRowDescriptions(client, reader, candidates);
    expect(failures).toEqual([]);
    expect(counts).toEqual({ 'the same': candidates.length });
  });

  test('another grammar sees no relation that the facts lack', async () => {
    const { counts, failures } = await compareGrammars(reader, candidates);
    expect(failures).toEqual([]);
    expect(counts.agree).toBeGreaterThan(candidates.length / 2);
  });

  test('with the rights that the facts name a statement runs, and without one of them it does not', async () => {
    const { counts, failures } = await probePermissions(client, reader, candidates);
    expect(failures).toEqual([]);
    expect(counts.exact).toBeGreaterThan(candidates.length / 2);
  });
});
