// Limited statements in any order of messages: with room for all the client reads what the server says, and without any
// room nothing is changed, and the session goes on.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Fault } from '../../../gateway/lib/index.ts';
import { type AnswerLimits, allow, type Effect, type Statement } from '../../../gateway/session/index.ts';
import fc from '../../support/properties.ts';
import { frontend as f } from '../../support/raw-client.ts';
import { at, play, turns } from '../script.ts';
import { utterances } from '../scripts.ts';
import { Stage } from '../support.ts';

const schema = `
CREATE TABLE items (id int PRIMARY KEY, noise int);
INSERT INTO items SELECT generate_series(1, 5);
CREATE TABLE noisy (id int);
CREATE TABLE copies (id int);
CREATE FUNCTION copied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO copies VALUES (NEW.id); RETURN NEW; END $$;
CREATE TRIGGER copied BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION copied()`;

const update = 'UPDATE items SET noise = 1 RETURNING id';
const own: Readonly<Record<string, () => Buffer>> = {
  'parse update': () => f.parse(update),
  'parse update s': () => f.parse(update, 's'),
  'parse fetch': () => f.parse('FETCH 2 FROM p', 's'),
  'execute 2': () => f.execute('', 2),
  'query update': () => f.query(update),
  'query several': () => f.query(`SELECT 1; ${update}; SELECT id FROM items`),
  'query several with an error': () => f.query(`${update}; SELECT 1/0`),
  'declare items': () => f.query('DECLARE p CURSOR FOR SELECT id FROM items'),
  'declare held': () => f.query('DECLARE p CURSOR WITH HOLD FOR SELECT id FROM items'),
  fetch: () => f.query('FETCH 2 FROM p'),
  execute: () => f.query('EXECUTE s'),
  'prepare update': () => f.query(`PREPARE s AS ${update}`),
  'copy out': () => f.query('COPY items TO STDOUT'),
  savepoint: () => f.query('SAVEPOINT one'),
  'roll back to': () => f.query('ROLLBACK TO one'),
  'whole update': () => f.extended(update),
  'whole select': () => f.extended('SELECT id FROM items'),
  do: () => f.query("DO 'BEGIN INSERT INTO noisy VALUES (1); END'"),
};

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ schema });
});
afterAll(() => stage?.stop());

/** A policy gives no limits to what it knows nothing of: the server's word for it is an error. */
const limiting =
  (limitsOf: (text: string) => AnswerLimits) =>
  (statement: Statement): Effect => {
    if (!Array.isArray(statement.parsed())) return allow;
    return { kind: 'allow', limits: limitsOf(statement.text ?? '') };
  };

const names = [...Object.keys(utterances), ...Object.keys(own), ...Object.keys(own)];
const said = (name: string): Buffer => own[name]?.() ?? utterances[name]?.() ?? Buffer.alloc(0);
const numRuns = Number(process.env.ORDERS ?? 150);

async function inAnyOrder(
  decide: (statement: Statement) => Effect,
  check: (steps: readonly Buffer[], places: readonly number[]) => Promise<void>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...names), { minLength: 2, maxLength: 14 }),
      fc.array(fc.nat(), { maxLength: 3 }),
      fc.boolean(),
      async (order, places, slow) => {
        stage.decide = slow ? (statement) => turns(1).then(() => decide(statement)) : decide;
        await check([Buffer.concat([...order.map(said), f.sync(), f.query('ROLLBACK')])], places);
        stage.hangUp();
      },
    ),
    { numRuns },
  );
}

test('with room for everything', { timeout: 600_000 }, async () => {
  const fault = new Fault('internal_error');
  const limits: AnswerLimits = {
    rows: { most: 1_000, over: 'error', fault },
    affected: { most: 1_000, fault: () => fault },
  };
  let changes = 0;
  await inAnyOrder(
    limiting(() => limits),
    async (steps, places) => {
      const direct = await play(await stage.direct(), { name: '', steps });
      await restore();
      const through = await play(await stage.open(), { name: '', steps }, at(...places));
      await restore();
      expect(through.line).toBe(direct.line);
      if (/UPDATE|COPY|INSERT/.test(direct.line)) changes += 1;
    },
  );
  // It would prove nothing if nothing were ever done.
  expect(changes).toBeGreaterThan(numRuns / 5);
});

test('with room for nothing', { timeout: 600_000 }, async () => {
  const limits: AnswerLimits = {
    affected: {
      most: 0,
      fault: (counted) => new Fault('too_many_affected_rows', { rule: 'r', most: 0, counted }),
    },
  };
  let refusals = 0;
  await inAnyOrder(
    limiting(() => limits),
    async (steps, places) => {
      const before = await contents();
      const through = await play(await stage.open(), { name: '', steps }, at(...places));
      expect(await contents()).toEqual(before);
      if (through.line.includes('E(42501)')) refusals += 1;
    },
  );
  expect(refusals).toBeGreaterThan(numRuns / 5);
});

async function contents(): Promise<unknown> {
  const client = await stage.direct();
  return await client.rows(
    `SELECT (SELECT string_agg(items::text, ' ' ORDER BY items) FROM items), (SELECT count(*) FROM noisy), (SELECT count(*) FROM copies)`,
  );
}

async function restore(): Promise<void> {
  const client = await stage.direct();
  await client.rows(
    'UPDATE items SET noise = NULL; DELETE FROM noisy; DELETE FROM copies; DELETE FROM items WHERE id > 5',
  );
}
