// The bare Node relay as a process of its own.
import path from 'node:path';
import { startChild } from '../child.ts';
import type { Database } from './database.ts';
import type { Route } from './route.ts';

const script = path.join(import.meta.dirname, '..', 'relay.ts');

export async function openRelay(
  database: Database,
  env: Readonly<Record<string, string>> = {},
): Promise<Route> {
  const relay = startChild(process.execPath, [script, database.host, String(database.port)], env);
  try {
    const ready = await relay.waitFor(/"event":"ready","port":(\d+)/);
    const { user, password } = database;
    return {
      name: 'relay',
      host: '127.0.0.1',
      port: Number(ready[1]),
      user,
      password,
      database: database.database,
      pid: relay.pid,
      stop: relay.stop,
    };
  } catch (error) {
    await relay.stop();
    throw error;
  }
}
