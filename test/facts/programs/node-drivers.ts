// What the two drivers of Node send: statements, prepared ones, cursors, and postgres.js's own question about types.
import pg from 'pg';
import postgres from 'postgres';

const {
  PGHOST: host = '',
  PGPORT: port = '',
  PGUSER: user = '',
  PGPASSWORD: password = '',
  PGDATABASE: database = '',
} = process.env;
const address = { host, port: Number(port), user, password, database };

const client = new pg.Client(address);
await client.connect();
await client.query('SELECT id, name FROM customer');
await client.query('SELECT id, name FROM customer WHERE id = $1 OR name = $2', [1, 'x']);
await client.query({ name: 'by id', text: 'SELECT * FROM customer WHERE id = $1', values: [1] });
await client.query({ name: 'by id', text: 'SELECT * FROM customer WHERE id = $1', values: [2] });
await client.query({ text: 'SELECT array_agg(name) FROM customer', rowMode: 'array' });
await client.query('BEGIN');
await client.query('UPDATE customer SET name = name WHERE id = ANY ($1)', [[1, 2]]);
await client.query('ROLLBACK');
await client.end();

const sql = postgres({ ...address, max: 1, onnotice: () => undefined });
const names = ['id', 'name'];
await sql`SELECT ${sql(names)} FROM customer WHERE id IN ${sql([1, 2, 3])}`;
await sql`SELECT name FROM customer WHERE name = ANY (${['a', 'b']})`;
await sql`SELECT ${sql.json({ a: 1 })} -> 'a' AS a`;
await sql.begin(async (transaction) => {
  await transaction`CREATE TEMP TABLE scratch (id int, name text)`;
  await transaction`INSERT INTO scratch ${transaction([{ id: 1, name: 'one' }], 'id', 'name')}`;
  await transaction`UPDATE scratch SET ${transaction({ name: 'two' })} WHERE id = 1`;
  await transaction`SELECT * FROM scratch`.cursor(1, () => undefined);
  await transaction.savepoint((inner) => inner`SELECT count(*) FROM scratch`);
});
await sql.unsafe('SELECT 1 AS one; SELECT 2 AS two');
await sql`SELECT name FROM customer`.describe();
await sql.end();
