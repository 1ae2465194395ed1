// Tables with the same half a million rows, of which one, three or ten columns are labelled.
import pg from 'pg';
import type { Database } from '../routes/index.ts';

export const rowsOfEach = 500_000;

/** What the values behind each label become, and how a value is made of `i`. */
const columns = [
  {
    name: 'ssn',
    mask: { kind: 'partial', keep_end: 4 },
    type: 'text',
    from: "'123-45-' || lpad((i % 10000)::text, 4, '0')",
  },
  { name: 'email', mask: { kind: 'email' }, type: 'text', from: "'person' || i || '@example.com'" },
  {
    name: 'born',
    mask: { kind: 'date_trunc', unit: 'year' },
    type: 'date',
    from: "date '1950-01-01' + i % 20000",
  },
  { name: 'address', mask: { kind: 'redact' }, type: 'text', from: "i % 900 || ' Long Street'" },
  { name: 'salary', mask: { kind: 'round', to: 1000 }, type: 'numeric(10,2)', from: '30000.25 + i % 50000' },
  { name: 'score', mask: { kind: 'bucket', size: 10 }, type: 'int4', from: 'i % 1000' },
  { name: 'account', mask: { kind: 'hash' }, type: 'uuid', from: 'md5(i::text)::uuid' },
  {
    name: 'name',
    mask: { kind: 'token' },
    type: 'text',
    from: "'Person ' || upper(substr(md5(i::text), 1, 6))",
  },
  {
    name: 'seen',
    mask: { kind: 'date_trunc', unit: 'day' },
    type: 'timestamptz',
    from: "timestamptz '2020-01-01' + i * interval '1 minute'",
  },
  {
    name: 'note',
    mask: { kind: 'pattern', find: ['email', 'card'] },
    type: 'text',
    from: "'ask person' || i || '@example.com'",
  },
] as const;

/** By table, how many of the columns are labelled, from the first on. */
export const labelled = { one: 1, three: 3, ten: 10 } as const;

const labelOf = (name: string): string => `bench.${name}`;

/** For the policy's data: the labels of the columns, and the masks of the labels. */
export const labels = {
  columns: Object.fromEntries([
    ...Object.entries(labelled).flatMap(([table, count]) =>
      columns.slice(0, count).map(({ name }) => [`public.${table}.${name}`, [labelOf(name)]] as const),
    ),
    ['public.large.document', [labelOf('ssn')]],
  ]),
  masks: Object.fromEntries(columns.map(({ name, mask }) => [labelOf(name), { mask }])),
};

export async function createTables({ host, port, user, password, database }: Database): Promise<void> {
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  try {
    const values = columns.map(({ name, from, type }) => `(${from})::${type} AS ${name}`).join(', ');
    for (const table of Object.keys(labelled)) {
      await client.query(`
        CREATE TABLE ${table} AS SELECT i AS id, ${values} FROM generate_series(1, ${rowsOfEach}) i;
        ALTER TABLE ${table} ADD PRIMARY KEY (id)`);
    }
    await client.query(`
      CREATE TABLE large (document text);
      ALTER TABLE large ALTER document SET STORAGE EXTERNAL;
      INSERT INTO large SELECT repeat('0123456789abcdef', 6553600)`);
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}
