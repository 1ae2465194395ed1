// PostgreSQL's own regression suite as a source: run in its order by its own programs, watched in each of its sessions.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegressionDatabase } from '../../regression/database.ts';
import { regressionSource } from '../../regression/source.ts';
import { prepareSuite, runSuite } from '../../regression/suite.ts';
import type { Postgres } from '../../support/postgres.ts';
import { Resolvers } from '../tap/resolvers.ts';
import { startTap } from '../tap/tap.ts';
import type { Collect } from './entry.ts';
import { observeSession } from './observer.ts';

export const regressionDatabase = 'regression';
/** What the suite needs of the server. */
export const regressionSettings = { max_prepared_transactions: '10', max_connections: '120' };
const SUITE_MILLISECONDS = 1_800_000;

export type RegressionRun =
  | Readonly<{ kind: 'ran'; passed: readonly string[]; failed: readonly string[]; seconds: number }>
  | Readonly<{ kind: 'skipped'; reason: string }>;

/** Leaves the database behind as the suite leaves it: full of relations of every kind. */
export async function runRegression(server: Postgres, collect: Collect): Promise<RegressionRun> {
  const source = await regressionSource((line) => console.log(line));
  if (source.kind === 'skipped') return source;
  const workspace = await mkdtemp(join(tmpdir(), 'portcullis-facts-'));
  await chmod(workspace, 0o755);
  const owner = await createRegressionDatabase(server, regressionDatabase);
  // pg_regress names the test in the application's name.
  const resolvers = new Resolvers(server);
  const tap = await startTap(server, (parameters) => {
    const group = parameters.get('application_name')?.split('/').at(-1) ?? '';
    return observeSession(
      { source: 'regression', group, database: parameters.get('database') ?? '' },
      resolvers,
      collect,
    );
  });
  try {
    const input = await prepareSuite('regress', source, workspace, owner);
    const target = { name: 'facts', host: tap.host, port: tap.port, ...server.superuser };
    const { passed, failed, seconds } = await runSuite(input, target, SUITE_MILLISECONDS);
    return { kind: 'ran', passed: [...passed], failed: [...failed], seconds };
  } finally {
    await tap.stop();
    await resolvers.close();
    await rm(workspace, { recursive: true, force: true });
  }
}
