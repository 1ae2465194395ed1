// Two gateways alike, under the shipped policy: nothing waits at one of them, and at the other whatever is sent there.
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { buildStarterBundle } from '../policy/starter-bundle.ts';
import { type Database, type GatewayVariant, withBundle } from '../routes/index.ts';

/** More than are held, and than the load beside them has. */
const CONNECTIONS = 5_000;

/** Each has a state database of its own, in the server that is there anyway: an embedded one would be counted with it. */
export function waitingGateways(
  { host, port, user, password }: Database,
  inspectorPorts: readonly [number, number],
): readonly [GatewayVariant, GatewayVariant] {
  const variant = (name: string, inspectorPort: number): GatewayVariant => ({
    name,
    env: { NODE_OPTIONS: `--inspect=127.0.0.1:${inspectorPort}` },
    configure: async (config) => {
      const secret = join(dirname(String(config.data_dir)), 'state-password');
      await writeFile(secret, password, { mode: 0o600 });
      return {
        ...(await withBundle(config, buildStarterBundle())),
        limits: { connections: CONNECTIONS, connections_per_principal: CONNECTIONS },
        state: { url: `postgres://${user}@${host}:${port}/${stateOf(name)}`, password_file: secret },
      };
    },
  });
  return [variant('empty', inspectorPorts[0]), variant('held', inspectorPorts[1])];
}

const stateOf = (name: string): string => `state_${name}`;

/** What the statements that wait are about, and where the gateways keep them. */
export async function prepareDatabase({ host, port, user, password, database }: Database): Promise<void> {
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  try {
    await client.query('CREATE TABLE held (id int PRIMARY KEY, note text)');
    for (const name of ['empty', 'held']) await client.query(`CREATE DATABASE ${stateOf(name)}`);
  } finally {
    await client.end();
  }
}
