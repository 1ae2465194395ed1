// Checks where approvals, grants and revocations are kept: that there is such a database, and people who can answer.

import type { Client } from 'pg';
import type { Config } from '../../config/index.ts';
import { Fault, silentLog, systemClock } from '../../lib/index.ts';
import { addressOf, asResource, type StateAddress } from '../../server/index.ts';
import { hasEmbeddedPrograms, missingSteps } from '../../state/index.ts';
import { createUpstream, openClient } from '../../upstream/index.ts';
import { checkAuthority } from './certificates.ts';
import { bad, type Finding, good, warning } from './finding.ts';
import { checkSecret } from './secret.ts';

/** Without leaving the machine. */
export async function checkState({ state, policy, admin }: Config, now: number): Promise<Finding[]> {
  const files = [
    ...(state.password_file === undefined
      ? []
      : await checkSecret('state.password_file', state.password_file)),
    ...(state.ca === undefined ? [] : [await checkAuthority('state.ca', state.ca, now)]),
  ];
  // Where nothing decides, nothing is held.
  if (policy.open) return files;
  return [
    state.url === undefined
      ? embedded()
      : good('state', `kept in ${placeOf(addressOf(state))}, which several gateways may share`),
    ...files,
    ...(admin === undefined
      ? [warning('admin', 'absent: nobody can answer requests for approval', 'admin: { port: 8181 }')]
      : []),
  ];
}

function embedded(): Finding {
  if (hasEmbeddedPrograms())
    return good('state', 'kept in data_dir, for this gateway alone; several share one that state.url names');
  return warning(
    'state',
    'there is no state.url, and no PostgreSQL of its own: what has to be approved is refused',
    'Name a database: state: { url: postgres://USER@HOST:5432/DATABASE, password_file: FILE }',
  );
}

/** Logs in to it as the gateway would; nothing is changed there. */
export async function checkStateOnline({ state }: Config): Promise<Finding[]> {
  const address = addressOf(state);
  if (address === undefined) return [];
  const upstream = createUpstream(asResource(address), { log: silentLog, clock: systemClock });
  try {
    const client = await openClient(upstream, { applicationName: 'portcullis check-config' });
    client.on('error', () => undefined);
    try {
      return [await standingOf(client, placeOf(address))];
    } finally {
      await client.end();
    }
  } catch (error) {
    return [bad('state.url', `${placeOf(address)}: ${reasons(error).join(': ')}`)];
  } finally {
    upstream.close();
  }
}

type Standing = Readonly<{ version: string; isMade: boolean; mayMake: boolean }>;
type Step = Readonly<{ version: number; name: string; digest: string }>;

async function standingOf(client: Client, place: string): Promise<Finding> {
  const about = 'state.url';
  const found = await client.query<Standing>(`
    SELECT pg_catalog.current_setting('server_version') AS version,
      pg_catalog.to_regclass('portcullis.migration') IS NOT NULL AS "isMade",
      pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') AS "mayMake"`);
  const { version, isMade, mayMake } = found.rows[0] ?? { version: 'unknown', isMade: false, mayMake: false };
  const server = `${place}, PostgreSQL ${version}`;
  if (!isMade && mayMake) return good(about, `${server}: empty; the gateway makes its tables at its start`);
  if (!isMade)
    return bad(
      about,
      `${server}: the gateway may not make its schema there`,
      'GRANT CREATE ON DATABASE … TO the role in state.url, or make the role its owner.',
    );
  const { rows } = await client.query<Step>(
    'SELECT version, name, digest FROM portcullis.migration ORDER BY version',
  );
  const missing = missingSteps(rows);
  const standing =
    missing === 0 ? 'current' : `${missing} steps behind, which the gateway makes at its start`;
  return good(about, `${server}: its tables are ${standing}`);
}

const placeOf = (address: StateAddress | undefined): string =>
  address === undefined ? 'nowhere' : `${address.database} at ${address.host}:${address.port}`;

/** A fault's message and its causes: this is the operator's own terminal. */
function reasons(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const hint = error instanceof Fault && error.hint !== undefined ? ` (${error.hint})` : '';
  return [`${error.message}${hint}`, ...(error.cause === undefined ? [] : reasons(error.cause))];
}
