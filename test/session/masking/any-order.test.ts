// Masked statements anywhere in any order of messages: the client reads what the server says, without the secrets in it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allow, type Effect, type Statement } from '../../../gateway/session/index.ts';
import fc from '../../support/properties.ts';
import { type BackendMessage, frontend as f } from '../../support/raw-client.ts';
import { at, play, turns } from '../script.ts';
import { utterances } from '../scripts.ts';
import { Stage } from '../support.ts';
import { maskAsWritten, planOf } from './support.ts';

const schema = `
CREATE TABLE items (id int PRIMARY KEY);
INSERT INTO items SELECT generate_series(1, 5);
CREATE TABLE noisy (id int);
CREATE TABLE people (id int, ssn text);
INSERT INTO people SELECT i, 'secret ' || i FROM generate_series(1, 5) i`;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ schema });
});
afterAll(() => stage?.stop());

const one = 'SELECT ssn FROM people /*m x*/ ORDER BY id';
const two = 'SELECT id, ssn FROM people /*m -x*/ ORDER BY id';
const failing = "SELECT ssn, 1 / (id - 2) FROM people /*m x-*/ WHERE ssn <> ''";
const copy = `COPY (${one}) TO STDOUT`;

const own: Readonly<Record<string, () => Buffer>> = {
  'parse one': () => f.parse(one),
  'parse two': () => f.parse(two),
  'parse one s': () => f.parse(one, 's'),
  'parse two s': () => f.parse(two, 's'),
  'parse failing': () => f.parse(failing),
  'parse copy': () => f.parse(copy),
  'parse fetch': () => f.parse('FETCH 2 FROM p', 's'),
  'parse execute': () => f.parse('EXECUTE s'),
  'bind s in binary': () => f.bind({ statement: 's', resultFormats: [1] }),
  'bind p in binary': () => f.bind({ portal: 'p', resultFormats: [1] }),
  'describe p': () => f.describePortal('p'),
  'execute p 1': () => f.execute('p', 1),
  'query one': () => f.query(one),
  'query failing': () => f.query(failing),
  'query both': () => f.query(`${two}; SELECT 'plain' /*m all*/; ${one}`),
  'query copy': () => f.query(copy),
  'declare one': () => f.query(`DECLARE p CURSOR FOR ${one}`),
  'declare two': () => f.query(`DECLARE p CURSOR WITH HOLD FOR ${two}`),
  fetch: () => f.query('FETCH 2 FROM p'),
  'prepare one': () => f.query(`PREPARE s AS ${one}`),
  execute: () => f.query('EXECUTE s'),
  'whole two': () => Buffer.concat([f.parse(two), f.bind({}), f.execute()]),
};

const NAMES = /^\s*(FETCH|EXECUTE)\b/;

/** What FETCH and EXECUTE run is found as the policy's guard finds it, when they run. */
async function decide(statement: Statement): Promise<Effect> {
  if (!NAMES.test(statement.text ?? '')) return maskAsWritten(statement);
  if (statement.path === 'bind' || statement.path === 'parse') return allow;
  let text = statement.text;
  // A name may stand for what runs another name's.
  for (let depth = 0; depth < 3 && text !== undefined; depth++) {
    const word = NAMES.exec(text)?.[1];
    if (word === undefined) break;
    const { session } = statement;
    text =
      word === 'FETCH' ? (await session.cursor('p'))?.statement?.text : (await session.prepared('s'))?.text;
  }
  const letters = /\/\*m ([^*]*)\*\//.exec(text ?? '')?.[1];
  return letters === undefined ? allow : { kind: 'mask', plans: [planOf(letters)] };
}

const SECRET = /secret \d/g;

/** Types, tags, states and rows, with what a mask shows in the place of the secrets. */
const told = (messages: readonly BackendMessage[]): string[] =>
  messages.map((each) => {
    if (each.type !== 'D' && each.type !== 'd') return `${each}`;
    const row = each.type === 'D' ? each.texts.join('|') : each.body.toString('latin1');
    return row.replaceAll(SECRET, '***');
  });

test('masked statements anywhere in any order of messages', { timeout: 600_000 }, async () => {
  const names = [...Object.keys(utterances), ...Object.keys(own), ...Object.keys(own)];
  const said = (name: string): Buffer => own[name]?.() ?? utterances[name]?.() ?? Buffer.alloc(0);
  let secrets = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...names), { minLength: 2, maxLength: 14 }),
      fc.array(fc.nat(), { maxLength: 3 }),
      fc.boolean(),
      async (order, places, slow) => {
        stage.decide = slow ? (statement) => turns(1).then(() => decide(statement)) : decide;
        const steps = [Buffer.concat([...order.map(said), f.sync(), f.query('ROLLBACK')])];
        const direct = await play(await stage.direct(), { name: '', steps });
        const through = await play(await stage.open(), { name: '', steps }, at(...places));
        expect(through.bytes.includes('secret')).toBe(false);
        expect(told(through.messages)).toEqual(told(direct.messages));
        if (direct.bytes.includes('secret')) secrets += 1;
        stage.hangUp();
      },
    ),
    { numRuns: Number(process.env.ORDERS ?? 200) },
  );
  // It would prove nothing if nothing were ever said.
  expect(secrets).toBeGreaterThan(20);
});
