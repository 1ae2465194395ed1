// The demo itself: its whole tour, a second start, a killed one, and what it leaves behind.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoIdentities } from '../../gateway/demo/identities.ts';
import { Screen } from '../../gateway/demo/screen.ts';
import { type Demo, DemoParts, startDemo } from '../../gateway/demo/start.ts';
import { playTour } from '../../gateway/demo/tour.ts';
import { findPostgresHome, startServer, superuser } from '../../gateway/state/index.ts';
import { spawnCli } from '../cli/spawn-cli.ts';

let folder: string;
let written = '';
let demo: Demo;
let parts: DemoParts;

async function start(): Promise<void> {
  parts = new DemoParts();
  demo = await startDemo(folder, parts, screen());
}

function screen(): Screen {
  const out = new PassThrough();
  out.setEncoding('utf8').on('data', (text: string) => {
    written += text;
  });
  return new Screen(out as unknown as NodeJS.WriteStream);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-demo-'));
  await chmod(folder, 0o755);
  await start();
});
afterAll(async () => {
  await parts?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('the tour goes well, step by step', async () => {
  expect([await playTour(demo, screen()), written]).toEqual([
    true,
    expect.stringContaining('Everything went'),
  ]);
}, 400_000);

describe('the token files', () => {
  test('are for their owner alone', async () => {
    for (const { file } of demoIdentities) expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  });

  test('log in with the bundled client', async () => {
    const words = ['--gateway', `127.0.0.1:${demo.ports.gateway}`, '--token-file', join(folder, 'dba.token')];
    const { code, stdout } = await spawnCli(['sql', 'shop', ...words, 'SELECT count(*) FROM customers']).done;
    expect({ code, stdout }).toEqual({ code: 0, stdout: ' count \n-------\n   600\n(1 row)\n\n' });
  });
});

test("the gateway's role has the least rights", async () => {
  const client = new pg.Client({
    host: demo.database.host,
    port: demo.database.port,
    user: superuser,
    password: (await readFile(join(folder, 'superuser.password'), 'utf8')).trim(),
    database: 'shop',
  });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls,
              has_schema_privilege('gateway', 'public', 'CREATE') AS creates,
              (SELECT count(*)::int FROM pg_class WHERE relowner = pg_roles.oid) AS owns,
              (SELECT count(*)::int FROM pg_auth_members WHERE member = pg_roles.oid) AS belongs
       FROM pg_roles WHERE rolname = 'gateway'`,
    );
    expect(rows).toEqual([
      {
        rolsuper: false,
        rolcreatedb: false,
        rolcreaterole: false,
        rolreplication: false,
        rolbypassrls: false,
        creates: false,
        owns: 0,
        belongs: 0,
      },
    ]);
  } finally {
    await client.end();
  }
});

test('a second demo on the same folder is refused while the first runs', async () => {
  // The lock tells demos apart from other processes by their command line.
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600_000)', 'demo/main.ts']);
  const lock = join(folder, 'demo.pid');
  const own = await readFile(lock, 'utf8');
  await writeFile(lock, String(other.pid));
  try {
    await expect(startDemo(folder, new DemoParts(), screen())).rejects.toThrow(
      `runs already, as process ${other.pid}`,
    );
  } finally {
    other.kill();
    await writeFile(lock, own);
  }
});

test('stopping leaves no process, lock or token behind, and a second start makes nothing anew', async () => {
  const ports = demo.ports;
  await parts.stop();
  expect(() => process.kill(demo.database.pid, 0)).toThrow('ESRCH');
  expect((await readdir(folder)).filter((name) => /token|pid/.test(name))).toEqual([]);
  written = '';
  await start();
  expect(written).toContain('PostgreSQL 18 is prepared already');
  expect(written).toContain('"shop" is there already');
  expect(demo.ports).toEqual(ports);
});

test('what a killed demo left is cleared away', async () => {
  await parts.stop();
  // The last process number there is: nobody has it.
  await writeFile(join(folder, 'demo.pid'), '4194304');
  const home = await findPostgresHome(folder);
  const forgotten = await startServer(home, demo.ports.database, join(folder, 'postgres.log'));
  await start();
  await forgotten.ended;
  expect(demo.database.pid).not.toBe(forgotten.pid);
  expect(demo.database.port).toBe(forgotten.port);
});
