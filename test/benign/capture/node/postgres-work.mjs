// postgres.js: everything is prepared, arrays and unknown types are looked up.
import postgres from 'postgres';
import { run, server } from './scenario.mjs';

const open = () => postgres({ ...server, username: server.user, max: 1, onnotice: () => undefined });

async function withSql(work) {
  const sql = open();
  await work(sql);
  await sql.end();
}

await run({
  queries: () =>
    withSql(async (sql) => {
      await sql`SELECT * FROM orders WHERE id = ${6}`;
      await sql`SELECT * FROM orders WHERE id IN ${sql([1, 2, 3])} ORDER BY id`;
      await sql`INSERT INTO notes ${sql([{ body: 'a' }, { body: 'b' }])} RETURNING id`;
      await sql`UPDATE orders SET ${sql({ note: 'x' })} WHERE id = ${12}`;
      await sql.unsafe('SELECT 1; SELECT 2');
      await sql`SELECT ia, ta, jb, ts FROM alltypes ORDER BY id`;
    }),
  masked: () =>
    withSql(async (sql) => {
      await sql`SELECT * FROM customers ORDER BY id`;
      await sql`SELECT ${sql(['id', 'ssn'])} FROM customers WHERE id = ${2}`;
    }),
  transactions: () =>
    withSql(async (sql) => {
      await sql.begin('read only', (inside) => inside`SELECT count(*) FROM h_orders`);
      await sql.begin(async (inside) => {
        await inside.savepoint(async (deeper) => {
          await deeper`INSERT INTO notes (body) VALUES (${'deep'})`;
        });
        await Promise.all([1, 2, 3].map((id) => inside`SELECT item FROM orders WHERE id = ${id}`));
      });
    }),
  cursor: () =>
    withSql(async (sql) => {
      for await (const _ of sql`SELECT id FROM tree ORDER BY id`.cursor(10));
      await sql`SELECT id FROM tree ORDER BY id`.describe();
    }),
  copy: () =>
    withSql(async (sql) => {
      for await (const _ of await sql`COPY (SELECT id, item FROM orders ORDER BY id) TO STDOUT`.readable());
    }),
});
