// What it costs to know a large database: loading its catalog, looking whether it changed, and what others wait meanwhile.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';
import {
  type CatalogQuery,
  catalogQuery,
  createCatalog,
  loadSnapshot,
  type Snapshot,
} from '../../../gateway/catalog/index.ts';
import { silentLog } from '../../../gateway/lib/index.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { type Blocks, watchEventLoop } from '../event-loop.ts';
import type { Bench, Section, Suite, TargetResult } from '../suite.ts';

const tables = 10_000;
const columnsOfEach = 20;
const limits = { loadMs: 3_000, heapMb: 200, blockMs: 20 };

export const suite: Suite = {
  summary: `the catalog of ${tables} tables with ${tables * columnsOfEach} columns`,
  async run(bench) {
    const { only } = bench.options;
    if (only.length > 0 && !only.some((name) => 'catalog'.startsWith(name)))
      return { notes: [], sections: [], broken: [] };
    const server = await startPostgres({ version: 18, settings: { max_locks_per_transaction: '2000' } });
    const client = new pg.Client({ connectionString: server.connectionString() });
    try {
      await client.connect();
      bench.say(`catalog: creating ${tables} tables`);
      await createTables(client);
      bench.say('catalog: loading');
      const loads = await measureLoads(client, bench);
      const looks = await measureLooks(server, client);
      return { notes: [], sections: [describeLoads(loads), describeLooks(looks)], broken: [] };
    } finally {
      await client.end();
      await server.stop();
    }
  },
};

async function createTables(client: pg.Client): Promise<void> {
  const atOnce = 1_000;
  for (let first = 0; first < tables; first += atOnce)
    await client.query(`DO $$
      DECLARE columns text;
      BEGIN
        SELECT string_agg(format('column_%s %s', n, CASE n % 3 WHEN 0 THEN 'int' ELSE 'text' END), ', ')
          INTO columns FROM generate_series(2, ${columnsOfEach}) n;
        FOR i IN ${first}..${first + atOnce - 1} LOOP
          EXECUTE format('CREATE TABLE table_%s (id bigint PRIMARY KEY, %s)', i, columns);
        END LOOP;
      END $$`);
  await client.query('VACUUM ANALYZE');
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

type Load = Readonly<{ ms: number; cpuMs: number; blocks: Blocks; heapMb: number; relations: number }>;

async function measureLoads(client: pg.Client, bench: Bench): Promise<readonly Load[]> {
  const query = catalogQuery(client);
  const loads: Load[] = [];
  for (let round = 0; round < bench.options.rounds && bench.timeLeft() > 0; round++)
    loads.push(await measureLoad(query));
  return loads;
}

async function measureLoad(query: CatalogQuery): Promise<Load> {
  collectGarbage();
  const heapBefore = process.memoryUsage().heapUsed;
  const [started, cpuBefore, loop] = [performance.now(), process.cpuUsage(), watchEventLoop()];
  const snapshot: Snapshot = await loadSnapshot(query, { log: silentLog });
  const blocks = loop.stop();
  const [ms, cpu] = [performance.now() - started, process.cpuUsage(cpuBefore)];
  collectGarbage();
  const heapMb = (process.memoryUsage().heapUsed - heapBefore) / 1e6;
  const relations = [...snapshot.relations()].length;
  return { ms, cpuMs: (cpu.user + cpu.system) / 1_000, blocks, heapMb, relations };
}

type Looks = Readonly<{ quietMs: number; unchangedMs: number }>;

/** A look when nothing was committed at all, and one when only rows changed. */
async function measureLooks(server: Postgres, client: pg.Client): Promise<Looks> {
  const connect = async (): Promise<pg.Client> => {
    const own = new pg.Client({ connectionString: server.connectionString() });
    await own.connect();
    return own;
  };
  const catalog = createCatalog({ connect, log: silentLog });
  const look = async (): Promise<number> => {
    const started = performance.now();
    await catalog.refresh();
    return performance.now() - started;
  };
  try {
    await catalog.refresh();
    const [quiet, unchanged]: [number[], number[]] = [[], []];
    for (let round = 0; round < 7; round++) {
      quiet.push(await look());
      await client.query(`INSERT INTO table_0 (id) VALUES (${round})`);
      unchanged.push(await look());
    }
    return { quietMs: median(quiet), unchangedMs: median(unchanged) };
  } finally {
    catalog.close();
  }
}

function describeLoads(loads: readonly Load[]): Section {
  const figures = {
    ms: median(loads.map(({ ms }) => ms)),
    waitMs: median(loads.map(({ blocks }) => blocks.longestMs)),
    blockMs: median(loads.map(({ blocks }) => blocks.longestCpuMs)),
    heapMb: Math.max(...loads.map(({ heapMb }) => heapMb)),
  };
  return {
    title: `catalog: loading ${tables} tables with ${tables * columnsOfEach} columns`,
    rows: [
      {
        relations: loads[0]?.relations,
        'ms, median': figures.ms,
        'CPU ms, median': median(loads.map(({ cpuMs }) => cpuMs)),
        'heap MB': figures.heapMb,
        'longest wait ms, median': figures.waitMs,
        'longest block CPU ms, median': figures.blockMs,
      },
    ],
    targets: [
      target('loading', figures.ms, limits.loadMs, 'ms'),
      target('memory of a snapshot', figures.heapMb, limits.heapMb, 'MB'),
      target('longest block of the event loop', figures.blockMs, limits.blockMs, 'ms'),
    ],
    data: { loads },
  };
}

function describeLooks(looks: Looks): Section {
  return {
    title: 'catalog: looking whether it changed',
    rows: [{ 'ms, nothing committed': looks.quietMs, 'ms, rows changed': looks.unchangedMs }],
    targets: [],
    data: looks,
  };
}

function target(what: string, value: number, limit: number, unit: string): TargetResult {
  const passed = value <= limit;
  return { what, limit: `at most ${limit} ${unit}`, measured: `${value.toFixed(1)} ${unit}`, passed };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}
