// The servers of the tests themselves.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { startPostgres } from './postgres.ts';
import { waitUntil } from './wait.ts';

async function ask(connectionString: string, sql: string, ssl?: object): Promise<string> {
  const client = new pg.Client({ connectionString, ...(ssl ? { ssl } : {}) });
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return String(rows[0]?.[0]);
  } finally {
    await client.end();
  }
}

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  test('starts with settings and leaves nothing behind', async () => {
    const server = await startPostgres({ version, settings: { work_mem: '7MB' } });
    const folder = await ask(server.connectionString(), 'SHOW data_directory');
    try {
      expect(await ask(server.connectionString(), 'SHOW work_mem')).toBe('7MB');
      expect(await ask(server.connectionString(), 'SHOW server_version_num')).toMatch(
        new RegExp(`^${server.version}`),
      );
      await expect(ask(server.connectionString(), 'SELECT 1/0')).rejects.toThrow('division by zero');
      await waitUntil('the log', () => server.logText().includes('division by zero'));
    } finally {
      await server.stop();
    }
    expect(existsSync(folder)).toBe(false);
    expect(() => process.kill(server.pid, 0)).toThrow();
  });

  test('speaks TLS, and puts the lines of hba before its own', async () => {
    const server = await startPostgres({ version, tls: true, hba: 'hostnossl all all all reject' });
    try {
      const ca = await readFile(server.certificates?.ca ?? '', 'utf8');
      const sql = 'SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
      expect(await ask(server.connectionString(), sql, { ca, servername: 'localhost' })).toMatch(/^TLS/);
      await expect(ask(server.connectionString(), 'SELECT 1')).rejects.toThrow('rejects connection');
    } finally {
      await server.stop();
    }
  });
});
