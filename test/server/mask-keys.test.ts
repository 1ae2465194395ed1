// Mask keys of a gateway as it runs: a rotated file is in use by itself, and what the environment has reaches all workers.
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import { waitUntil } from '../support/wait.ts';

let issuer: TestIssuer;
let gateway: GatewayProcess | undefined;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterEach(() => gateway?.stop());
afterAll(() => issuer?.stop());

const list = (...ids: string[]): string =>
  JSON.stringify({ keys: ids.map((id, at) => ({ id, key: Buffer.alloc(32, at + 1).toString('base64') })) });

const configuration = (more: object): object => ({
  admin: { port: 0 },
  identity: { issuers: [{ issuer: issuer.issuer, audience: 'portcullis' }] },
  policy: { open: true },
  resources: [
    {
      name: 'shop',
      // Nobody connects.
      upstream: { host: '127.0.0.1', port: 1, database: 'shop', sslmode: 'disable' },
      credentials: { default: { kind: 'static', user: 'nobody' } },
    },
  ],
  ...more,
});

async function maskKeys(): Promise<readonly object[]> {
  const answer = await fetch(`http://127.0.0.1:${gateway?.adminPort}/health`);
  const { processes } = (await answer.json()) as { processes: readonly { mask_keys: object }[] };
  return processes.map(({ mask_keys: keys }) => keys);
}

test('a rotated file is in use without a signal, and a broken one leaves the keys before', async () => {
  const running = await startGatewayProcess(configuration({}));
  gateway = running;
  const file = join(running.folder, 'mask-keys.yaml');
  const write = async (text: string) => {
    await writeFile(`${file}.new`, text, { mode: 0o600 });
    await rename(`${file}.new`, file);
  };
  expect(await maskKeys()).toEqual([{}]);
  await write(list('a'));
  await running.reload(configuration({ masking: { keys_file: 'mask-keys.yaml' } }));
  await waitUntil('the keys of the file', async () => (await maskKeys()).some((keys) => 'in_use' in keys));
  await write(list('b', 'a'));
  await waitUntil('the new key', async () => JSON.stringify(await maskKeys()).includes('"in_use":"b"'));
  await write('keys: [');
  await waitUntil('the problem', async () => (await maskKeys()).some((keys) => 'problem' in keys));
  expect(await maskKeys()).toEqual([
    { in_use: 'b', older: ['a'], problem: 'mask keys must be YAML or JSON' },
  ]);
  expect(running.logText()).toContain('mask keys not reloaded; those before stay in use');
  expect(running.logText()).not.toContain(Buffer.alloc(32, 1).toString('base64'));
});

test('workers have the keys of the environment', async () => {
  const masking = { keys_env: 'MASK_KEYS_OF_A_TEST' };
  const env = { MASK_KEYS_OF_A_TEST: list('a', 'b') };
  gateway = await startGatewayProcess(configuration({ workers: 2, masking }), { env });
  const keys = { in_use: 'a', older: ['b'] };
  expect(await maskKeys()).toEqual([keys, keys]);
});

test('without the variable that it is told of, the gateway does not start', async () => {
  const masking = { keys_env: 'MASK_KEYS_OF_NOBODY' };
  await expect(startGatewayProcess(configuration({ masking }))).rejects.toThrow(
    'the variable MASK_KEYS_OF_NOBODY is not set',
  );
});
