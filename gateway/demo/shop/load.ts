// Creates the database "shop" with its sample data and the gateway's own roles in it.

import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { resolverRoleSql } from '../../catalog/index.ts';
import { generateShop, type SampleTable } from './generate.ts';

/** Goes up when the sample data changes: an older shop is then made anew. */
const edition = 'Portcullis demo, edition 2';

export const shopDatabase = 'shop';
export const gatewayRole = 'gateway';
export const resolverRole = 'gateway_resolver';

export type ShopPasswords = Readonly<{ gateway: string; resolver: string }>;

type Server = Readonly<{ host: string; port: number; user: string; password: string }>;

/** Resolves to the number of rows when the shop was made, and to undefined when it was there already. */
export async function loadShop(server: Server, passwords: ShopPasswords): Promise<number | undefined> {
  return connected({ ...server, database: 'postgres' }, async (admin) => {
    if ((await editionOf(admin)) === edition) return undefined;
    await admin.query(`DROP DATABASE IF EXISTS ${shopDatabase} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${shopDatabase}`);
    const tables = generateShop();
    await connected({ ...server, database: shopDatabase }, async (shop) => {
      await shop.query('BEGIN');
      await shop.query(await readFile(new URL('schema.sql', import.meta.url), 'utf8'));
      for (const table of tables) await fill(shop, table);
      await shop.query(roleSql(shop.escapeLiteral(passwords.gateway)));
      await shop.query(resolverSql(shop.escapeLiteral(passwords.resolver)));
      await shop.query('COMMIT');
      await shop.query('ANALYZE');
    });
    // Last, so that an interrupted start begins again.
    await admin.query(`COMMENT ON DATABASE ${shopDatabase} IS ${admin.escapeLiteral(edition)}`);
    return tables.reduce((total, { rows }) => total + rows.length, 0);
  });
}

async function connected<T>(settings: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...settings, application_name: 'portcullis demo' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function editionOf(admin: pg.Client): Promise<string | null | undefined> {
  const { rows } = await admin.query<{ edition: string | null }>(
    "SELECT shobj_description(oid, 'pg_database') AS edition FROM pg_database WHERE datname = $1",
    [shopDatabase],
  );
  return rows[0]?.edition;
}

async function fill(shop: pg.Client, { table, rows }: SampleTable): Promise<void> {
  await shop.query(`INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1)`, [
    JSON.stringify(rows),
  ]);
  if (rows[0] !== undefined && 'id' in rows[0]) {
    await shop.query(`SELECT setval(pg_get_serial_sequence($1, 'id'), $2)`, [table, rows.length]);
  }
}

/** What the gateway may do is what all its clients together may: no ownership, no superuser, no DDL. */
function roleSql(password: string): string {
  return `
    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${gatewayRole}') THEN CREATE ROLE ${gatewayRole}; END IF;
    END $$;
    ALTER ROLE ${gatewayRole} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD ${password};
    REVOKE ALL ON DATABASE ${shopDatabase} FROM PUBLIC;
    GRANT CONNECT, TEMPORARY ON DATABASE ${shopDatabase} TO ${gatewayRole};
    GRANT USAGE ON SCHEMA public, hr TO ${gatewayRole};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, hr TO ${gatewayRole};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public, hr TO ${gatewayRole};`;
}

/** What a newcomer would run, too: the role may ask what names mean, and read no table. */
function resolverSql(password: string): string {
  return `
    DROP ROLE IF EXISTS ${resolverRole};
    ${resolverRoleSql({ role: resolverRole, database: shopDatabase, schemas: ['public', 'hr'] })}
    ALTER ROLE ${resolverRole} PASSWORD ${password};`;
}
