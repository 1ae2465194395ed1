// The gateway as a process, as the tests start it.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startGatewayProcess } from './gateway.ts';

const config = {
  identity: { access_keys: { file: 'keys.json' } },
  policy: { open: true },
  resources: [
    {
      name: 'orders',
      upstream: { host: '127.0.0.1', port: 1, database: 'orders', sslmode: 'disable' },
      credentials: { default: { kind: 'static', user: 'gateway' } },
    },
  ],
};

test('it listens on a free port, logs, and is gone with its folder once stopped', async () => {
  const gateway = await startGatewayProcess(config);
  const client = connect(gateway.port, gateway.host);
  await once(client, 'connect');
  client.destroy();
  expect(existsSync(gateway.folder)).toBe(true);
  await gateway.stop();
  expect(await gateway.exited).toEqual({ code: 0, signal: null });
  expect(existsSync(gateway.folder)).toBe(false);
});

test('a configuration that is refused is in the error', async () => {
  const refused = startGatewayProcess({ ...config, workers: 0 });
  await expect(refused).rejects.toThrow('0 is out of range; it must be at least 1');
});
