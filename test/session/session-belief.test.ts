// Whatever a session runs, what it is believed to be is what the server says of it, or nothing is believed.

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { allow } from '../../gateway/session/index.ts';
import fc from '../support/properties.ts';
import { frontend as f, type RawClient } from '../support/raw-client.ts';
import { Stage } from './support.ts';

const schema = `
CREATE SCHEMA other;
CREATE FUNCTION code(text) RETURNS int LANGUAGE plpgsql AS $$BEGIN EXECUTE $1 ;RETURN 1 ;END$$`;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ schema });
});
beforeEach(() => stage.resetGuard());
afterEach(() => stage.hangUp());
afterAll(() => stage?.stop());

const names = ['a', 'b'];
const texts = [
  'BEGIN',
  'COMMIT',
  'ROLLBACK',
  'SAVEPOINT s',
  'SAVEPOINT t',
  'ROLLBACK TO s',
  'RELEASE t',
  'SELECT 1/0',
  'SET search_path = other',
  'SET LOCAL search_path = other, public',
  'RESET search_path',
  'CREATE TEMP TABLE IF NOT EXISTS mine (id int)',
  'DROP TABLE IF EXISTS mine',
  'DISCARD ALL',
  'CLOSE ALL',
  'DEALLOCATE ALL',
  ...names.flatMap((name) => [
    `PREPARE ${name} AS SELECT 1`,
    `PREPARE ${name} AS SELECT 2`,
    `DEALLOCATE ${name}`,
    `DECLARE ${name} CURSOR FOR SELECT 1`,
    `DECLARE ${name} CURSOR WITH HOLD FOR SELECT 2`,
    `CLOSE ${name}`,
    `SELECT code('DEALLOCATE ${name}')`,
    `SELECT code('PREPARE ${name} AS SELECT 3')`,
  ]),
  "SELECT code('SET search_path = other')",
  "SELECT code('CREATE TEMP TABLE IF NOT EXISTS mine (id int)')",
];

type Belief = Readonly<{
  prepared: Readonly<Record<string, string>>;
  cursors: Readonly<Record<string, string>>;
  path: readonly string[];
  own: string;
}>;

/** Takes down what the session is believed to be in front of the statement that asks the server. */
function believe(): Belief[] {
  const beliefs: Belief[] = [];
  stage.decide = async (statement) => {
    const { session, text = '' } = statement;
    if (text.includes('code(')) statement.mayChange('names', 'settings', 'catalog');
    if (!text.includes('pg_prepared_statements WHERE')) return allow;
    const prepared: Record<string, string> = {};
    const cursors: Record<string, string> = {};
    for (const name of names) {
      const found = await session.prepared(name);
      if (found !== undefined) prepared[name] = found.wholeText;
      const cursor = await session.cursor(name);
      if (cursor?.statement !== undefined) cursors[name] = cursor.statement.wholeText;
    }
    beliefs.push({ prepared, cursors, path: (await session.context()).searchPath, own: session.ownObjects });
    return allow;
  };
  return beliefs;
}

const truth = `SELECT
  (SELECT json_object_agg(name, statement) FROM pg_catalog.pg_prepared_statements WHERE name IN ('a', 'b')),
  (SELECT json_object_agg(name, statement) FROM pg_catalog.pg_cursors WHERE name IN ('a', 'b')),
  array_to_json(current_schemas(true)), to_regclass('pg_temp.mine') IS NOT NULL`;

async function send(client: RawClient, segments: readonly (readonly string[])[], extended: boolean) {
  for (const segment of segments) {
    if (extended) client.send(...segment.map((text) => f.extended(text)), f.sync());
    else client.send(f.query(segment.join(';')));
  }
  for (const _ of segments) await client.until('Z');
}

test('any sequence of statements, errors and rollbacks', async () => {
  const segment = fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 3 });
  let known = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(segment, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      async (segments, extended) => {
        const beliefs = believe();
        const client = await stage.open();
        await send(client, segments, extended);
        let [row] = await client.rows(truth).catch(() => [undefined]);
        if (row === undefined) {
          await client.query('ROLLBACK');
          beliefs.length = 0;
          [row] = await client.rows(truth);
        }
        const belief = beliefs.at(-1) as Belief;
        const [prepared, cursors, path, temporary] = row as (string | null)[];
        // Of a name whose making wasn't seen nothing is believed.
        expect(JSON.parse(prepared ?? '{}')).toMatchObject(belief.prepared);
        expect(JSON.parse(cursors ?? '{}')).toMatchObject(belief.cursors);
        const effective = (JSON.parse(path as string) as string[]).filter(
          (schema) => belief.own === 'maybe' || !schema.startsWith('pg_temp_'),
        );
        expect(belief.path.filter((name) => effective.includes(name))).toEqual(belief.path);
        expect(effective.filter((name) => !name.startsWith('pg_temp_'))).toEqual(
          belief.path.filter((name) => !name.startsWith('pg_temp_')),
        );
        if (temporary === 't') expect(belief.own).toBe('maybe');
        known += Object.keys(belief.prepared).length + Object.keys(belief.cursors).length;
        client.destroy();
      },
    ),
    { numRuns: 60 },
  );
  // It isn't right by knowing nothing.
  expect(known).toBeGreaterThan(10);
}, 400_000);
