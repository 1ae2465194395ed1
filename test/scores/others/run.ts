// Measures another gateway: starts a PostgreSQL and the product in front of it, and plays both catalogues through it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { postgresOwner } from '../../support/postgres-binaries.ts';
import { watch } from '../../support/watchdog.ts';
import type { Announcement } from '../announcement.ts';
import { database, ScoreDatabase } from '../database.ts';
import { commandOf, filesOf, type Product, products } from './products.ts';

const usage = `run.ts NAME [--program FILE] [--lane attacks|benign]… [--attacks FILE] [--benign FILE] [--json FILE-PREFIX]

  NAME       ${products.map(({ name, version }) => `${name} (${version})`).join(', ')}
  --program  the product's program, where it isn't on PATH
  --lane     one of the two alone
  --attacks, --benign  other catalogues than the project's; of its attacks those that were aimed at no product`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    program: { type: 'string' },
    lane: { type: 'string', multiple: true, default: ['attacks', 'benign'] },
    attacks: { type: 'string' },
    benign: { type: 'string' },
    json: { type: 'string' },
  },
});
const product = products.find(({ name }) => name === positionals[0]);
if (product === undefined) {
  console.error(usage);
  process.exitCode = 2;
} else await measure(product);

async function measure(chosen: Product): Promise<void> {
  const seed = await readFile(fileURLToPath(new URL('../../attacks/seed.sql', import.meta.url)), 'utf8');
  const contents = { seeds: [seed], mayMakeTables: false };
  const server = await ScoreDatabase.start(15, contents);
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-other-'));
  try {
    const { host, port: upstreamPort } = server.postgres;
    const port = await freePort();
    const places = { port, upstream_host: host, upstream_port: upstreamPort, folder };
    const owner = chosen.isUnprivileged ? postgresOwner() : undefined;
    await chmod(folder, 0o755);
    if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
    const texts = Object.fromEntries(Object.entries(places).map(([place, value]) => [place, String(value)]));
    for (const [file, text] of await filesOf(chosen, texts)) await writeFile(join(folder, file), text);
    const { program, args } = commandOf(chosen, values.program, folder);
    const running = spawn(program, args, { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    const dog = watch(running.pid as number, folder);
    const ended = once(running, 'exit');
    const login = (role: string) => ({ user: role, password: role, database });
    const announcement: Announcement = {
      event: 'ready',
      host: '127.0.0.1',
      port,
      admin_dsn: server.adminDsn,
      database,
      credentials: { gw_app: login('gw_app'), gw_super: login('gw_super') },
    };
    const file = join(folder, 'through.json');
    await writeFile(file, JSON.stringify(announcement));
    // A copy, since the lane adds to its own file what was written against this project's code.
    const general = join(folder, 'attacks.json');
    await copyFile(fileURLToPath(new URL('../../attacks/attacks.json', import.meta.url)), general);
    const catalogues = { attacks: values.attacks ?? general, benign: values.benign };
    for (const lane of ['attacks', 'benign'] as const)
      if (values.lane.includes(lane)) await play(lane, file, catalogues[lane]);
    running.kill();
    await ended;
    dog.release();
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function play(lane: 'attacks' | 'benign', through: string, catalogue?: string): Promise<void> {
  const script = fileURLToPath(new URL(`../../${lane}/run.ts`, import.meta.url));
  const args = [script, '--through', through];
  if (catalogue !== undefined) args.push('--catalogue', catalogue);
  if (values.json !== undefined) args.push('--json', `${values.json}-${lane}.json`);
  await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
