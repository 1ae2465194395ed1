// What a statement costs that nobody has sent before: the server's analysis and its facts; and what long ones hold up.
import pg from 'pg';
import {
  type AnalysisContext,
  catalogQuery,
  createResolver,
  DatabaseFacts,
  loadSnapshot,
} from '../../../gateway/catalog/index.ts';
import { OffThread, silentLog } from '../../../gateway/lib/index.ts';
import { startPostgres } from '../../support/postgres.ts';
import { type Blocks, watchEventLoop } from '../event-loop.ts';
import type { Section } from '../suite.ts';

const shapes = 300;
const newShapeLimitMs = 3;
const blockLimitMs = 20;
const analysis: AnalysisContext = { searchPath: ['pg_catalog', 'public'], settings: {} };

const schema = `
  CREATE TABLE customers (id int PRIMARY KEY, name text, email text, since timestamptz);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer int REFERENCES customers, total numeric, note text);
  CREATE VIEW spending AS
    SELECT c.id, c.name, sum(o.total) AS total FROM customers c JOIN orders o ON o.customer = c.id GROUP BY c.id;
`;

/** Each has another name for its output, which makes it another shape. */
const texts: readonly ((name: string) => string)[] = [
  (name) => `SELECT id AS ${name} FROM customers WHERE id = 1`,
  (name) =>
    `SELECT c.name, o.total AS ${name} FROM customers c JOIN orders o ON o.customer = c.id WHERE o.id > 5`,
  (name) => `SELECT name, total AS ${name} FROM spending WHERE total > 100 ORDER BY total DESC LIMIT 10`,
  (name) => `UPDATE orders SET note = lower(note) WHERE id = 7 RETURNING note AS ${name}`,
];

const long: Readonly<Record<string, () => string>> = {
  'INSERT of 10,000 rows': () =>
    `INSERT INTO orders (id, customer, note) VALUES ${Array.from({ length: 10_000 }, (_, n) => `(${n}, ${n % 100}, 'note ${n}')`).join()}`,
  'a literal of 1 MB': () => `SELECT id FROM orders WHERE note = '${'x'.repeat(1_000_000)}'`,
  'a list of 50,000 numbers': () =>
    `SELECT id FROM orders WHERE id IN (${Array.from({ length: 50_000 }, (_, n) => n).join()})`,
};

export async function measureNewStatements(): Promise<readonly Section[]> {
  const server = await startPostgres({ version: 18 });
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: server.connectionString() });
    await client.connect();
    return client;
  };
  const client = await connect();
  const thread = new OffThread();
  const resolver = await createResolver({ connect, log: silentLog }, { probeMilliseconds: 30_000 });
  try {
    await client.query(schema);
    const snapshot = await loadSnapshot(catalogQuery(client), { log: silentLog });
    const catalog = { current: () => snapshot, refresh: async () => snapshot };
    const facts = new DatabaseFacts({
      catalog,
      resolver,
      thread,
      log: silentLog,
      statementBytes: 16 * 1_048_576,
    });
    const read = (text: string) => facts.of({ text, parameterTypes: [], analysis });
    return [await measureShapes(read), await measureBlocks(read)];
  } finally {
    resolver.close();
    await thread.close();
    await client.end();
    await server.stop();
  }
}

type Read = (text: string) => ReturnType<DatabaseFacts['of']>;

async function measureShapes(read: Read): Promise<Section> {
  const times: number[] = [];
  for (let count = 0; count < shapes; count++) {
    const text = (texts[count % texts.length] as (name: string) => string)(`name_${count}`);
    const began = performance.now();
    const answer = await read(text);
    times.push(performance.now() - began);
    if (answer.kind !== 'facts') throw new Error(`no facts of ${text}`);
  }
  // The first ones warm up what all others use.
  const sorted = times.slice(shapes / 3).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] as number;
  return {
    title: 'new shapes: a statement of a new shape, with the server, PostgreSQL 18',
    rows: [{ shapes: sorted.length, 'ms, median': at(0.5), 'ms, p90': at(0.9), 'ms, worst': at(1) }],
    targets: [
      {
        what: 'a new shape, at the median',
        limit: `at most ${newShapeLimitMs} ms`,
        measured: `${at(0.5).toFixed(2)} ms`,
        passed: at(0.5) <= newShapeLimitMs,
      },
    ],
    data: { times },
  };
}

async function measureBlocks(read: Read): Promise<Section> {
  const rows: Record<string, number | string>[] = [];
  const targets: Section['targets'][number][] = [];
  for (const [what, make] of Object.entries(long)) {
    const text = make();
    // The thread is started and warm from the first on.
    await read(`${text} `);
    const [began, loop] = [performance.now(), watchEventLoop()];
    const answer = await read(text);
    const blocks: Blocks = loop.stop();
    const opaque = answer.kind === 'facts' ? (answer.statements[0]?.opaque[0]?.reason ?? 'no') : answer.kind;
    rows.push({
      statement: what,
      'MB of text': text.length / 1e6,
      'ms in all': performance.now() - began,
      'longest block, ms': blocks.longestMs,
      'of its own CPU': blocks.longestCpuMs,
      opaque,
    });
    targets.push({
      what: `${what}: how long others wait`,
      limit: `at most ${blockLimitMs} ms of this thread's work in one turn`,
      measured: `${blocks.longestCpuMs.toFixed(1)} ms`,
      passed: blocks.longestCpuMs <= blockLimitMs,
    });
  }
  return { title: 'long statements: what they hold up', rows, targets, data: {} };
}
