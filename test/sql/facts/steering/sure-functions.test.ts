// The functions that are said to end well with every value do so, on real servers.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sureFunction, sureOperator } from '../../../../gateway/sql/facts/steering/sure-functions.ts';
import { type Postgres, startPostgres } from '../../../support/postgres.ts';
import { givenFor, valuesOf } from './values.ts';

type Overload = Readonly<{ name: string; types: readonly string[]; variadic: boolean }>;

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let server: Postgres;
  let client: pg.Client;
  beforeAll(async () => {
    server = await startPostgres({ version });
    client = new pg.Client({ connectionString: server.connectionString() });
    await client.connect();
    await client.query("SET xmloption = 'content'");
  });
  afterAll(async () => {
    await client?.end();
    await server?.stop();
  });

  /** The calls that fail, as SQL with the error. */
  async function failing(calls: readonly string[]): Promise<readonly string[]> {
    const failed: string[] = [];
    for (const call of calls) {
      await client.query(`SELECT ${call}`).catch((error: Error) => failed.push(`${call}: ${error.message}`));
    }
    // A list of thousands helps nobody.
    return failed.slice(0, 40);
  }

  test('functions', async () => {
    const { rows } = await client.query<Overload>(`
      SELECT proname AS name, provariadic <> 0 AS variadic,
        ARRAY(SELECT format_type(t, NULL) FROM unnest(proargtypes) t) AS types
      FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind IN ('f', 'a')
        AND prorettype <> 'trigger'::regtype ORDER BY 1`);
    const calls = rows.flatMap((overload) => callsOf(overload));
    expect(calls.length).toBeGreaterThan(1000);
    expect(await failing(calls)).toEqual([]);
  });

  test('operators', async () => {
    const { rows } = await client.query<{ name: string; left: string; right: string }>(`
      SELECT oprname AS name, format_type(oprleft, NULL) AS left, format_type(oprright, NULL) AS right
      FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprleft <> 0 ORDER BY 1`);
    const calls = rows.flatMap(({ name, left, right }) => {
      const known = sureOperator(name);
      if (known === undefined) return [];
      const rights = known.takes(1) === 'c' ? ["'a'"] : valuesOf(right);
      return valuesOf(left).flatMap((one) =>
        rights.map((other) => `${one} OPERATOR(pg_catalog.${name}) ${other}`),
      );
    });
    expect(calls.length).toBeGreaterThan(1000);
    expect(await failing(calls)).toEqual([]);
  });
});

function callsOf({ name, types, variadic }: Overload): readonly string[] {
  const known = sureFunction(name, types, types.length);
  if (known === undefined || types.includes('internal') || variadic || name === 'count') return [];
  const choices = types.map((type, at) =>
    known.takes(at) === 'c' ? [givenFor(name, types, at)] : valuesOf(type),
  );
  return product(choices).map((args) => {
    const call = `pg_catalog."${name}"(${args.join(', ')})`;
    const isOrdered = name === 'mode' || name.startsWith('percentile');
    if (!isOrdered) return call;
    return `pg_catalog."${name}"(${args.slice(0, -1).join(', ')}) WITHIN GROUP (ORDER BY ${args.at(-1)})`;
  });
}

const product = (choices: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  choices.reduce<readonly (readonly string[])[]>(
    (all, some) => all.flatMap((before) => some.map((each) => [...before, each])),
    [[]],
  );
