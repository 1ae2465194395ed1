// What it costs to know a statement: reading analyzed trees of real servers, and finding again what was read.
import pg from 'pg';
import { type Reading, readRuleActions } from '../../../gateway/sql/index.ts';
import { startPostgres } from '../../support/postgres.ts';
import type { PostgresVersion } from '../../support/postgres-binaries.ts';
import { measureNewStatements } from '../facts/new-statements.ts';
import { measureLookups } from '../facts/statement-lookups.ts';
import type { Section, Suite } from '../suite.ts';

const treeCharacters = 13_000;
const limitMs = 0.15;

export const suite: Suite = {
  summary: 'reading analyzed trees, the facts of new statements, and finding them again',
  async run(bench) {
    const { only } = bench.options;
    const wants = (part: string): boolean => only.length === 0 || only.some((name) => part.startsWith(name));
    const sections: Section[] = [];
    for (const version of wants('trees') ? ([15, 18] as const) : []) {
      if (bench.timeLeft() <= 0) break;
      bench.say(`facts: reading trees of PostgreSQL ${version}`);
      sections.push(await measureReading(version));
    }
    if (wants('statements') && bench.timeLeft() > 0) {
      bench.say('facts: finding statements again');
      sections.push(await measureLookups());
    }
    if (wants('new') && bench.timeLeft() > 0) {
      bench.say('facts: statements that are new');
      sections.push(...(await measureNewStatements()));
    }
    return { notes: [], sections, broken: [] };
  },
};

/** The views that come with the server, which are as large as the trees of ordinary statements. */
async function measureReading(wanted: PostgresVersion): Promise<Section> {
  const { version, trees } = await fetchTrees(wanted);
  const characters = trees.reduce((sum, text) => sum + text.length, 0);
  const first = milliseconds(() => readAll(trees, version));
  const rounds = Array.from({ length: 50 }, () => milliseconds(() => readAll(trees, version)));
  const perTree = (ms: number): number => (ms / characters) * treeCharacters;
  const sorted = rounds.map(perTree).sort((a, b) => a - b);
  const median = sorted[25] as number;
  return {
    title: `trees: reading node text of PostgreSQL ${version}, per ${treeCharacters / 1000} KB`,
    rows: [
      {
        trees: trees.length,
        'KB on average': characters / trees.length / 1000,
        'ms, cold': perTree(first),
        'ms, median': median,
        'ms, worst of 50': sorted[49],
      },
    ],
    targets: [
      {
        what: `reading a tree of ${treeCharacters / 1000} KB, PostgreSQL ${version}`,
        limit: `at most ${limitMs} ms`,
        measured: `${median.toFixed(3)} ms`,
        passed: median <= limitMs,
      },
    ],
    data: { characters, rounds },
  };
}

async function fetchTrees(wanted: PostgresVersion): Promise<{ version: number; trees: readonly string[] }> {
  const server = await startPostgres({ version: wanted });
  const client = new pg.Client({ connectionString: server.connectionString() });
  try {
    await client.connect();
    const { rows } = await client.query<{ tree: string }>(
      'SELECT ev_action::text AS tree FROM pg_rewrite WHERE length(ev_action::text) BETWEEN 5000 AND 30000',
    );
    return { version: server.version, trees: rows.map(({ tree }) => tree) };
  } finally {
    await client.end();
    await server.stop();
  }
}

function readAll(trees: readonly string[], version: number): void {
  for (const tree of trees) {
    const reading: Reading<unknown> = readRuleActions(tree, version);
    if (!reading.known) throw new Error(`a view that comes with PostgreSQL ${version} does not read`);
  }
}

function milliseconds(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
