// node-postgres, pg-promise and a stream of rows.
import pg from 'pg';
import pgPromise from 'pg-promise';
import QueryStream from 'pg-query-stream';
import { run, server } from './scenario.mjs';

async function withClient(work) {
  const client = new pg.Client(server);
  await client.connect();
  await work(client);
  await client.end();
}

await run({
  queries: () =>
    withClient(async (client) => {
      await client.query('SELECT * FROM orders WHERE id = $1', [3]);
      await client.query({ name: 'by-id', text: 'SELECT item FROM orders WHERE id = $1', values: [4] });
      await client.query({ name: 'by-id', text: 'SELECT item FROM orders WHERE id = $1', values: [5] });
      await client.query('SELECT $1::jsonb, $2::text[], $3::timestamptz', [{ a: 1 }, ['x'], new Date(0)]);
      await client.query({ text: 'SELECT id, r4 FROM alltypes ORDER BY id', rowMode: 'array' });
      await client.query('INSERT INTO notes (body) VALUES ($1) RETURNING id', ['by pg']);
      await client.query('SELECT nothing').catch(() => undefined);
    }),
  masked: () =>
    withClient(async (client) => {
      await client.query('SELECT * FROM customers ORDER BY id');
      await client.query(
        'SELECT c.email, o.item FROM orders o JOIN customers c ON c.id = customer_id WHERE o.id = $1',
        [1],
      );
    }),
  stream: () =>
    withClient(async (client) => {
      const stream = client.query(
        new QueryStream('SELECT o_orderkey FROM h_orders ORDER BY 1 LIMIT $1', [250]),
      );
      for await (const _ of stream);
    }),
  pool: async () => {
    const pool = new pg.Pool({ ...server, max: 2 });
    await Promise.all([1, 2, 3].map((id) => pool.query('SELECT id FROM orders WHERE id = $1', [id])));
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query('UPDATE orders SET note = $2 WHERE id = $1', [11, 'pool']);
    await client.query('ROLLBACK');
    client.release();
    await pool.end();
  },
  promise: async () => {
    const root = pgPromise();
    const database = root(server);
    await database.task(async (task) => {
      await task.many('SELECT * FROM h_nation ORDER BY 1');
      await task.oneOrNone('SELECT item FROM orders WHERE id = $/id/', { id: 2 });
    });
    await database.tx((task) =>
      task.none(root.helpers.insert([{ body: 'one' }, { body: 'two' }], ['body'], 'notes')),
    );
    root.end();
  },
});
