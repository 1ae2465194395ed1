// Long statements come out of the thread as they would have here, and leave the event loop to others.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FactsRequest, readFacts } from '../../../gateway/catalog/facts/read-facts.ts';
import { catalogQuery, loadSnapshot, type Snapshot } from '../../../gateway/catalog/index.ts';
import {
  mostInlineCharacters,
  readLargeFacts,
} from '../../../gateway/catalog/large-statements/read-large-facts.ts';
import { OffThread, silentLog } from '../../../gateway/lib/index.ts';
import { context, type Stage, startStage } from '../resolver/fixture.ts';

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let stage: Stage;
  let catalog: Snapshot;
  let thread: OffThread;
  beforeAll(async () => {
    stage = await startStage(version, { statementBytes: 2_000_000 });
    catalog = await loadSnapshot(catalogQuery(stage.admin), { log: silentLog });
    thread = new OffThread({ milliseconds: 120_000 });
  });
  afterAll(async () => {
    await thread?.close();
    await stage?.stop();
  });

  const request = (text: string, parameterTypes: readonly number[] = []): FactsRequest => ({
    text,
    parameterTypes,
    catalog,
    searchPath: context.searchPath,
    statementBytes: 2_000_000,
    named: async () => ({ text: 'SELECT ssn FROM customers', parameterTypes: [] }),
    resolve: (statement, types) =>
      stage.resolver.resolve({ text: statement, parameterTypes: types, context, catalogVersion: '1' }),
  });
  const padding = `/* ${'x'.repeat(mostInlineCharacters)} */`;
  const rows = (count: number): string =>
    Array.from({ length: count }, (_, index) => `(${index}, 'name ${index}', '${index}')`).join(', ');

  test.each([
    'SELECT ssn AS x, upper(name) FROM customers WHERE id = $1 ORDER BY 2',
    'UPDATE orders SET note = name FROM customers WHERE customer = customers.id AND orders.id = 5',
    'SELECT id FROM names; DELETE FROM orders; INSERT INTO customers (id, name) SELECT 1, ssn FROM customers',
    'EXECUTE something',
    'COPY (SELECT ssn FROM customers) TO STDOUT',
    "SELECT '€', nix FROM customers",
    'SELECT FROM FROM customers',
    '',
  ])('the thread says what is said without it: %s', async (text) => {
    const [inside, outside] = [await readLargeFacts(thread, request(text)), await readFacts(request(text))];
    expect(inside).toEqual(outside);
    const long = `${padding}${text}`;
    expect(await readLargeFacts(thread, request(long))).toEqual(await readFacts(request(long)));
  });

  test('ten thousand rows', async () => {
    const text = `INSERT INTO customers (id, name, ssn) VALUES ${rows(10_000)}`;
    const answer = await readLargeFacts(thread, request(text));
    if (answer.kind !== 'facts') throw new Error(JSON.stringify(answer));
    const [facts] = answer.statements;
    expect(facts).toMatchObject({ kind: 'insert', opaque: [] });
    expect(facts?.writes).toMatchObject([{ target: 'public.customers', rows: 10_000 }]);
  });

  test('a megabyte in one value', async () => {
    const text = `SELECT name FROM customers WHERE ssn = '${'é'.repeat(500_000)}'`;
    const answer = await readLargeFacts(thread, request(text));
    if (answer.kind !== 'facts') throw new Error(JSON.stringify(answer));
    expect(answer.statements).toMatchObject([{ kind: 'select', opaque: [] }]);
  });

  test('a tree that is too large is not fetched, and the statement is opaque', async () => {
    const text = `INSERT INTO customers (id, name, ssn) VALUES ${rows(30_000)}`;
    const answer = await readLargeFacts(thread, request(text));
    if (answer.kind !== 'facts') throw new Error(JSON.stringify(answer));
    expect(answer.statements).toMatchObject([{ kind: 'insert', opaque: [{ reason: 'too_large' }] }]);
  });

  test('a thread that fails leaves the statement unknown', async () => {
    const closed = new OffThread();
    await closed.close();
    expect(await readLargeFacts(closed, request('SELECT 1'))).toMatchObject({
      kind: 'unknown',
      reason: { reason: 'too_large' },
    });
  });
});
