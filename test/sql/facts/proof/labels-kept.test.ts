// A few random statements around a labelled value on each version; `npm run test:facts` tries thousands.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../facts/connect.ts';
import { createDatabase } from '../../../facts/corpus/collect.ts';
import { checkLabelsKept, labelled } from '../../../facts/properties/label-kept.ts';
import { createFactsReader, type FactsReader } from '../../../facts/reader.ts';
import { type Postgres, startPostgres } from '../../../support/postgres.ts';
import type { RawClient } from '../../../support/raw-client.ts';

const schema = readFileSync(new URL('../../../facts/properties/schema.sql', import.meta.url), 'utf8');

describe.each([15, 18] as const)('on PostgreSQL %i', (version) => {
  let server: Postgres;
  let reader: FactsReader;
  let client: RawClient;

  beforeAll(async () => {
    server = await startPostgres({ version });
    await createDatabase(server, 'properties', schema);
    reader = await createFactsReader(server.connectionString('properties'), { data: labelled });
    client = await openDatabase(server, server.superuser, 'properties');
  });
  afterAll(async () => {
    await reader.close();
    await client.end();
    await server.stop();
  });

  test('no wrapping loses a label, and most of them are valid SQL', async () => {
    const { counts, failures } = await checkLabelsKept(client, reader, { runs: 40, seed: 4, most: 3 });
    expect(failures).toEqual([]);
    expect(counts.kept).toBeGreaterThan(30);
  });
});
