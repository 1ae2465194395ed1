// What the image must show.
import assert from 'node:assert/strict';
import pg from 'pg';
import type { Image } from './image.ts';

export const steps: readonly Readonly<{ name: string; run(image: Image): Promise<void> }>[] = [
  {
    name: 'a client logs in with a token over TLS and queries the database',
    async run(image) {
      const client = await connect(image, await image.token());
      const { rows } = await client.query(
        "SELECT current_setting('application_name') AS name, 6 * 7 AS answer",
      );
      await client.end();
      assert.equal(rows[0].answer, 42);
      assert.match(rows[0].name, /alice/);
    },
  },
  {
    name: 'a wrong token is refused',
    async run(image) {
      await assert.rejects(connect(image, 'not-a-token'), { code: '28P01' });
    },
  },
  {
    name: 'the gateway runs without rights',
    async run({ container }) {
      const { output } = await container.exec(['id', '-u']);
      assert.notEqual(output.trim(), '0');
      const { exitCode } = await container.exec(['sh', '-c', 'touch /app/gateway/main.ts']);
      assert.notEqual(exitCode, 0);
    },
  },
  {
    name: 'the image holds no development package',
    async run({ container }) {
      const { output } = await container.exec(['ls', '/app/node_modules']);
      assert.match(output, /\bpg-protocol\b/);
      assert.doesNotMatch(output, /\b(vitest|typescript|testcontainers|oidc-provider)\b/);
    },
  },
  {
    name: 'the command line is there',
    async run({ container }) {
      const { exitCode } = await container.exec([
        'portcullis',
        'check-config',
        '--config',
        '/etc/portcullis/portcullis.yaml',
      ]);
      assert.equal(exitCode, 0);
    },
  },
  {
    name: 'it drains and ends when it is told to',
    async run(image) {
      const started = performance.now();
      await image.container.stop({ timeout: 20_000 });
      assert.ok(performance.now() - started < 15_000, 'it had to be killed');
      assert.match(image.log(), /draining/);
    },
  },
];

async function connect({ port, ca }: Image, password: string): Promise<pg.Client> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'token',
    password,
    database: 'orders',
    ssl: { ca, servername: 'localhost' },
  });
  await client.connect();
  return client;
}
