// Real programs as a source: what psql, pg_dump and drivers send by themselves, caught while they do it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cache, sources as clientSources } from '../../clients/build.ts';
import { python } from '../../clients/clients.ts';
import { type Command, missingTool, runCommand } from '../../clients/command.ts';
import type { Postgres } from '../../support/postgres.ts';
import { Resolvers } from '../tap/resolvers.ts';
import { startTap } from '../tap/tap.ts';
import type { Collect } from './entry.ts';
import { observeSession } from './observer.ts';

type Program = Readonly<{
  name: string;
  command: Command;
  /** What has to be there; npm run test:clients builds what its own lane needs. */
  needs: readonly string[];
  /** Sends much that another sends as well, or takes long: not for the short run. */
  slow?: boolean;
}>;

export type ProgramRun = Readonly<{ name: string; ended: string; skipped?: string }>;

const LONGEST = 120_000;
const own = join(import.meta.dirname, '../programs');
const jdbc = join(cache, 'pgjdbc/lib');

const shell = (name: string, ...args: readonly string[]): Program => ({
  name: [name, ...args].join(' '),
  command: { program: name, args },
  needs: [],
  slow: true,
});
const pythonProgram = (file: string): Program => ({
  name: file.replace('.py', ''),
  command: { program: python, args: [join(own, file)], env: { PYTHONDONTWRITEBYTECODE: '1' } },
  needs: [python],
});

export const programs: readonly Program[] = [
  { name: 'psql', command: { program: 'psql', args: ['-X', '-q', '-f', join(own, 'psql.sql')] }, needs: [] },
  { ...shell('pg_dump', '--schema-only'), slow: false },
  shell('pg_dump', '--inserts'),
  shell('pg_dump', '--clean', '--if-exists'),
  shell('pg_dumpall', '--globals-only'),
  shell('pgbench', '-i', '-q', '-s', '1'),
  shell('pgbench', '-n', '-t', '5', '-M', 'simple'),
  shell('pgbench', '-n', '-t', '5', '-M', 'prepared', '-b', 'simple-update'),
  pythonProgram('psycopg-types.py'),
  pythonProgram('asyncpg-types.py'),
  pythonProgram('sqlalchemy-reflection.py'),
  {
    name: 'pgjdbc',
    slow: true,
    command: { program: 'java', args: ['-cp', join(jdbc, '*'), join(own, 'Metadata.java')] },
    needs: [jdbc],
  },
  {
    name: 'node drivers',
    command: { program: process.execPath, args: [join(own, 'node-drivers.ts')] },
    needs: [],
  },
];

/** `database` has the tables of the statements that the reader of analyzed trees is tested with. */
export async function runPrograms(
  server: Postgres,
  database: string,
  quick: boolean,
  collect: Collect,
): Promise<readonly ProgramRun[]> {
  const runs: ProgramRun[] = [];
  for (const program of programs.filter(({ slow = false }) => !(quick && slow)))
    runs.push(await runProgram(program, server, database, collect));
  return runs;
}

async function runProgram(
  { name, command, needs }: Program,
  server: Postgres,
  database: string,
  collect: Collect,
): Promise<ProgramRun> {
  const missing = needs.find((path) => !existsSync(path));
  if (missing !== undefined) return { name, ended: 'skipped', skipped: 'npm run test:clients builds it' };
  const noTool = await missingTool(command.program, ['--version']);
  if (noTool !== undefined) return { name, ended: 'skipped', skipped: noTool };
  const resolvers = new Resolvers(server);
  const tap = await startTap(server, () =>
    observeSession({ source: 'programs', group: name, database }, resolvers, collect),
  );
  try {
    const { code, errors } = await runCommand(
      {
        ...command,
        cwd: clientSources,
        env: {
          ...{ PGHOST: tap.host, PGPORT: String(tap.port), PGDATABASE: database },
          ...{ PGUSER: server.superuser.user, PGPASSWORD: server.superuser.password },
          ...{ PGSSLMODE: 'disable', PGGSSENCMODE: 'disable', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
          ...command.env,
        },
      },
      LONGEST,
    );
    return { name, ended: code === 0 ? 'ok' : `ended with ${code}: ${errors.trim().slice(-300)}` };
  } finally {
    await tap.stop();
    await resolvers.close();
  }
}
