// `portcullis psql`: the environment that psql gets, and psql itself where there is one.
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionSettings } from '../../gateway/cli/psql.ts';
import { startPostgres } from '../support/postgres.ts';
import { spawnCli } from './spawn-cli.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-psql-'));
  await writeFile(join(folder, 'token'), 'a.b.c\n');
});
afterAll(() => rm(folder, { recursive: true }));

const access = {
  host: 'db.example.com',
  port: 6432,
  user: 'token',
  password: 'a.b.c',
  ca: undefined,
} as const;

describe('the settings', () => {
  test('name the gateway, the user, the token and the resource', () => {
    expect(connectionSettings({ ...access, sslmode: 'disable' }, 'shop', 15)).toEqual({
      PGHOST: 'db.example.com',
      PGPORT: '6432',
      PGUSER: 'token',
      PGPASSWORD: 'a.b.c',
      PGDATABASE: 'shop',
      PGSSLMODE: 'disable',
    });
  });

  test('trust the given authority', () => {
    const settings = connectionSettings({ ...access, sslmode: 'verify-full', ca: '/ca.pem' }, 'shop', 15);
    expect(settings.PGSSLROOTCERT).toBe('/ca.pem');
  });

  test("trust the system's authorities where psql knows them by name", () => {
    expect(connectionSettings({ ...access, sslmode: 'verify-full' }, 'shop', 16).PGSSLROOTCERT).toBe(
      'system',
    );
  });
});

describe('a psql', () => {
  const script =
    '#!/bin/sh\n[ "$1" = --version ] && echo "psql (PostgreSQL) 16.1" && exit\nenv | grep ^PG | sort\necho "$@"\nexit 7\n';
  const words = () => ['psql', 'shop', '--gateway', '127.0.0.1:6432', '--token-file', join(folder, 'token')];

  test('gets its arguments untouched, our settings and nothing that could send the token elsewhere', async () => {
    await writeFile(join(folder, 'psql'), script);
    await chmod(join(folder, 'psql'), 0o755);
    const env = {
      PATH: `${folder}:/usr/bin:/bin`,
      PGHOSTADDR: '192.0.2.1',
      PGSERVICE: 'other',
      PGHOST: 'other',
      PGAPPNAME: 'mine',
    };
    const { code, stdout } = await spawnCli([...words(), '--', '-c', 'SELECT 1', '--help'], { env }).done;
    expect(stdout.split('\n').filter(Boolean)).toEqual([
      'PGAPPNAME=mine',
      'PGDATABASE=shop',
      'PGHOST=127.0.0.1',
      'PGPASSWORD=a.b.c',
      'PGPORT=6432',
      'PGSSLMODE=prefer',
      'PGUSER=token',
      '-c SELECT 1 --help',
    ]);
    expect(code).toBe(7);
  });

  test('that is missing is not the end', async () => {
    const { code, stderr } = await spawnCli(words(), { env: { PATH: '/nowhere' } }).done;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'portcullis: psql is not installed\nUse: portcullis sql shop\n',
    });
  });
});

test('the real one connects', async (context) => {
  try {
    execFileSync('psql', ['--version']);
  } catch {
    context.skip('psql is not installed');
  }
  const postgres = await startPostgres();
  try {
    await writeFile(join(folder, 'password'), postgres.superuser.password);
    const gateway = `${postgres.host}:${postgres.port}`;
    const login = [
      '--gateway',
      gateway,
      '--user',
      postgres.superuser.user,
      '--token-file',
      join(folder, 'password'),
    ];
    const { code, stdout } = await spawnCli(['psql', 'postgres', ...login, '--', '-Atc', 'SELECT 1']).done;
    expect({ code, stdout }).toEqual({ code: 0, stdout: '1\n' });
  } finally {
    await postgres.stop();
  }
});
