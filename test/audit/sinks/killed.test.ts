// A gateway killed at random moments, again and again, while it ships: afterwards every event that was appended is in every
// sink, and none twice by its id.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { setUpSql } from '../../../gateway/audit/index.ts';
import { startPostgres } from '../../support/postgres.ts';
import { createRandom } from '../../support/random.ts';
import { waitUntil } from '../../support/wait.ts';
import { answerJson, startHttpService } from './http-service.ts';
import { secret, sinkConfig, temporaryFolder } from './stage.ts';
import { startSyslogServer } from './syslog-server.ts';

const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const KILLS = 12;
const program = fileURLToPath(new URL('./shipping-child.ts', import.meta.url));

test('everything is in every sink, whenever it was killed', async () => {
  const random = createRandom(20_260_314);
  const folder = await temporaryFolder();
  const server = await startPostgres();
  closing.push(() => server.stop());
  const owner = new pg.Client({ connectionString: server.connectionString('postgres') });
  await owner.connect();
  closing.push(() => owner.end());
  await owner.query(setUpSql({ role: 'auditor', database: 'postgres' }));
  await owner.query(`ALTER ROLE auditor PASSWORD '${secret}'`);
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, secret);
  // A service that fails now and then, at random as well, and may have stored what it says that it didn't.
  const stored = new Set<string>();
  let copies = 0;
  const web = await startHttpService(({ body }, response, socket) => {
    const luck = random.integer(1, 10);
    if (luck === 1) return answerJson(response, 503, {});
    for (const line of body.trimEnd().split('\n')) {
      const { id } = JSON.parse(line);
      if (stored.has(id)) copies += 1;
      stored.add(id);
    }
    if (luck === 2) return Boolean(socket.destroy());
    return answerJson(response, 200, {});
  });
  closing.push(() => web.stop());
  const syslog = await startSyslogServer();
  closing.push(() => syslog.stop());
  const config = join(folder, 'sinks.json');
  await writeFile(
    config,
    JSON.stringify([
      sinkConfig({
        ...{ kind: 'postgres', name: 'database', password_file: passwordFile },
        url: `postgres://auditor@127.0.0.1:${server.port}/postgres`,
      }),
      sinkConfig({ kind: 'http', name: 'web', url: web.url }),
      sinkConfig({ kind: 'syslog', name: 'syslog', host: '127.0.0.1', port: syslog.port, tls: false }),
    ]),
  );

  const appended: string[] = [];
  for (let life = 0; life <= KILLS; life++) {
    const isLast = life === KILLS;
    const child = spawn(process.execPath, [program, folder, config, isLast ? '200' : '60000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    const started = Promise.withResolvers<void>();
    child.stdout.on('data', (chunk) => {
      text += chunk;
      started.resolve();
    });
    const ended = once(child, 'close');
    if (!isLast) {
      const before = web.received.length;
      await started.promise;
      await waitUntil('it to ship', () => web.received.length > before, { every: 1 });
      await new Promise((resolve) => setTimeout(resolve, random.integer(0, 300)));
      child.kill('SIGKILL');
    }
    await ended;
    // A line that was cut off is of an event that was appended all the same; it has no id to look for.
    appended.push(
      ...text
        .split('\n')
        .slice(0, -1)
        .filter((line) => line !== 'done'),
    );
    if (isLast) expect(text.endsWith('done\n')).toBe(true);
  }

  expect(appended.length).toBeGreaterThan(500);
  expect(new Set(appended).size).toBe(appended.length);
  expect(appended.filter((id) => !stored.has(id))).toEqual([]);
  expect(copies).toBeGreaterThan(0);
  const { rows } = await owner.query(`SELECT chain || '/' || seq AS id FROM portcullis_audit.events`);
  const inDatabase = new Set(rows.map(({ id }) => id));
  expect(inDatabase.size).toBe(rows.length);
  expect(appended.filter((id) => !inDatabase.has(id))).toEqual([]);
  const told = new Set(syslog.messages.map((message) => /\[event@32473 id="([^"]+)"/.exec(message)?.[1]));
  expect(appended.filter((id) => !told.has(id))).toEqual([]);
  console.log(`${appended.length} events over ${KILLS} kills; the service got ${copies} copies`);
});
