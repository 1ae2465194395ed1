// The real programs whose traffic is recorded: what each needs, and what each is made to do, one run after the other.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Build, cache } from '../../clients/build.ts';
import type { Command } from '../../clients/command.ts';
import { pgDumps, psqlLines } from './shell.ts';

export type Program = Readonly<{
  name: string;
  tools: readonly (readonly [program: string, ...args: string[]])[];
  build?: Build;
  runs: readonly ProgramRun[];
}>;

export type ProgramRun = Readonly<{ name: string; command: Command }>;

const here = fileURLToPath(new URL('./', import.meta.url));
/** As builds name their inputs. */
const input = (path: string): string => `../benign/capture/${path}`;

const python = join(cache, 'captured-python/bin/python');
const pythonBuild: Build = {
  name: 'captured-python',
  inputs: [input('python/requirements.txt')],
  steps: [
    { program: 'python3', args: ['-m', 'venv', '--clear', '.'] },
    { program: python, args: ['-m', 'pip', 'install', '-q', '-r', join(here, 'python/requirements.txt')] },
  ],
};

function pythonProgram(name: string, scenarios: readonly string[]): Program {
  const args = (scenario: string) => [join(here, `python/${name}_work.py`), scenario];
  const env = { PYTHONDONTWRITEBYTECODE: '1', XDG_CONFIG_HOME: join(cache, 'captured-python') };
  return {
    name,
    tools: [['python3', '--version']],
    build: pythonBuild,
    runs: scenarios.map((scenario) => ({
      name: scenario,
      command: { program: python, args: args(scenario), env },
    })),
  };
}

const node = join(cache, 'captured-node');
const nodeBuild: Build = {
  name: 'captured-node',
  inputs: [input('node')],
  steps: [
    { program: 'cp', args: ['-r', `${join(here, 'node')}/.`, '.'] },
    { program: 'npm', args: ['ci', '--no-audit', '--no-fund', '--loglevel=error'] },
  ],
};

function nodeProgram(name: string, file: string, scenarios: readonly string[]): Program {
  const args = (scenario: string) => ['--disable-warning=DeprecationWarning', join(node, file), scenario];
  return {
    name,
    tools: [['npm', '--version']],
    build: nodeBuild,
    runs: scenarios.map((scenario) => ({
      name: scenario,
      command: { program: process.execPath, args: args(scenario) },
    })),
  };
}

const java = join(cache, 'captured-pgjdbc');
const javaPath = join(java, 'lib/*');
const pgjdbcBuild: Build = {
  name: 'captured-pgjdbc',
  inputs: [input('jdbc'), 'pgjdbc/pom.xml'],
  steps: [
    {
      program: 'mvn',
      args: [
        ...['-q', '-B', '-f', join(here, '../../clients/pgjdbc/pom.xml')],
        ...[`-Dmaven.repo.local=${join(cache, 'maven')}`, 'dependency:copy-dependencies'],
        `-DoutputDirectory=${join(java, 'lib')}`,
      ],
    },
    { program: 'javac', args: ['-cp', javaPath, '-d', join(java, 'classes'), join(here, 'jdbc/Work.java')] },
  ],
};

const jdbcRuns = ['metadata', 'metadata-more', 'queries', 'masked', 'cursor', 'batch', 'updatable'];

function pgjdbcRun(name: string, args: readonly string[]): ProgramRun {
  const quick = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Duser.timezone=UTC'];
  const path = `${javaPath}:${join(java, 'classes')}`;
  return { name, command: { program: 'java', args: [...quick, '-cp', path, 'Work', ...args] } };
}

const pgxModes = ['statement', 'describe', 'describe-exec', 'exec', 'simple'];

const run = (program: string, name: string, args: readonly string[]): ProgramRun => ({
  name,
  command: { program, args },
});

export const programs: readonly Program[] = [
  {
    name: 'psql',
    tools: [
      ['psql', '--version'],
      ['bash', '--version'],
    ],
    // At its prompt, since a command behind a statement can't be given as an argument.
    runs: psqlLines.map(([name, ...lines]) =>
      run('bash', name, ['-c', `printf '%s\\n' "$@" | psql -X -P pager=off`, 'psql', ...lines]),
    ),
  },
  {
    name: 'psql-keys',
    tools: [
      ['psql', '--version'],
      ['python3', '--version'],
    ],
    runs: [run('python3', 'tab', [join(here, 'python/psql_keys.py')])],
  },
  {
    name: 'pg_dump',
    tools: [['pg_dump', '--version']],
    runs: pgDumps.map(([name, ...args]) => run('pg_dump', name, args)),
  },
  {
    name: 'pgbench',
    tools: [['pgbench', '--version']],
    runs: ['simple', 'extended', 'prepared'].map((mode) =>
      run('pgbench', mode, ['-n', '-M', mode, '-t', '3', '-f', join(here, 'orders.pgbench')]),
    ),
  },
  pythonProgram('psycopg', [
    ...['queries', 'masked', 'masked_binary', 'types', 'type_info', 'prepared', 'transactions', 'cursors'],
    ...['many', 'copy_out', 'errors', 'asynchronous'],
  ]),
  pythonProgram('psycopg2', ['queries', 'masked', 'hstore', 'sessions']),
  pythonProgram('asyncpg', ['queries', 'masked', 'types', 'transactions', 'prepared', 'pool', 'copy_out']),
  pythonProgram('sqlalchemy', [
    ...['reflect', 'reflect_views', 'reflect_psycopg2', 'reflect_pg8000', 'automap', 'names', 'details'],
    ...[
      'orm_work',
      'orm_psycopg2',
      'orm_pg8000',
      'orm_masked',
      'orm_masked_selectin',
      'core',
      'asynchronous',
    ],
    ...['isolation', 'pandas_work', 'pandas_masked', 'alembic_compare'],
  ]),
  pythonProgram('django', ['crud', 'masked', 'inspectdb', 'introspection', 'migrations']),
  pythonProgram('peewee', ['introspection', 'models', 'masked']),
  pythonProgram('pgcli', ['completion', 'commands', 'masked']),
  nodeProgram('node-postgres', 'pg-work.mjs', ['queries', 'masked', 'stream', 'pool', 'promise']),
  nodeProgram('postgres.js', 'postgres-work.mjs', ['queries', 'masked', 'transactions', 'cursor', 'copy']),
  nodeProgram('node-orm', 'orm-work.mjs', [
    ...['knex', 'knex-masked', 'kysely', 'drizzle', 'drizzle-masked', 'sequelize', 'sequelize-masked'],
    ...['typeorm', 'typeorm-masked'],
  ]),
  {
    name: 'pgjdbc',
    tools: [
      ['mvn', '--version'],
      ['javac', '--version'],
    ],
    build: pgjdbcBuild,
    runs: [
      ...jdbcRuns.map((name) => pgjdbcRun(name, [name])),
      pgjdbcRun('masked-simple', ['masked', 'simple']),
      pgjdbcRun('queries-cached', ['queries', 'extendedCacheEverything']),
    ],
  },
  {
    name: 'pgx',
    tools: [['go', 'version']],
    build: {
      name: 'captured-pgx',
      inputs: [input('pgx')],
      steps: [
        {
          program: 'go',
          args: ['build', '-mod=readonly', '-o', join(cache, 'captured-pgx/main'), '.'],
          cwd: join(here, 'pgx'),
        },
      ],
    },
    runs: [...pgxModes, ...pgxModes.map((mode) => `masked-${mode}`), 'types', 'batch', 'pool'].map((name) =>
      run(join(cache, 'captured-pgx/main'), name, [name]),
    ),
  },
  {
    name: 'tokio-postgres',
    tools: [['cargo', '--version']],
    build: {
      name: 'captured-tokio',
      inputs: [input('tokio')],
      steps: [
        {
          program: 'cargo',
          args: ['build', '-q', '--locked', '--target-dir', join(cache, 'captured-tokio')],
          cwd: join(here, 'tokio'),
        },
      ],
    },
    runs: ['queries', 'types', 'masked', 'transactions', 'pipeline', 'copy'].map((name) =>
      run(join(cache, 'captured-tokio/debug/captured-tokio'), name, [name]),
    ),
  },
];
