// A connection of the resolver from its opening to its end.
import type { Client } from 'pg';
import { type ProbeConnection, probeConnection } from './probe-connection.ts';

/** `prosqlbody` came with PostgreSQL 14. */
const OLDEST_SERVER = 140_000;

/** The server is a standby: no function can be created there, not even one that is rolled back. */
export class StandbyServer extends Error {
  override readonly name = 'StandbyServer';

  constructor() {
    super('the server is a standby: the resolver needs the primary');
  }
}

export type ResolverConnection = Readonly<{
  probe: ProbeConnection;
  serverVersion: number;
  /** Ends it whatever it is doing, without waiting for the server. */
  destroy(): void;
}>;

/** Takes a connected client over; `onEnd` is called once, when it can't be used any more. Rejects if it can't be used at all. */
export async function openConnection(client: Client, onEnd: () => void): Promise<ResolverConnection> {
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    onEnd();
  };
  client.on('error', end);
  client.on('end', end);
  const destroy = (): void => destroyClient(client);
  try {
    const probe = probeConnection(client);
    const serverVersion = await prepare(probe);
    return { probe, serverVersion, destroy };
  } catch (error) {
    destroy();
    throw error;
  }
}

/** Ends a client's socket: its own way of ending waits for a server that may be silent. */
export function destroyClient(client: Client): void {
  client.on('error', () => {});
  // Marks it as ended by us; the promise settles with the socket, or never.
  void client.end().catch(() => {});
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

/**
 * Makes the schema for temporary objects once: otherwise each probe makes it, and rolls it back. This needs what the
 * probes need, so that a connection without it fails here.
 */
async function prepare(probe: ProbeConnection): Promise<number> {
  const text = "SELECT pg_catalog.current_setting('server_version_num'), pg_catalog.pg_is_in_recovery()";
  const [[[number, standby] = []] = []] = await probe.run([{ text }]);
  const version = Number(number);
  if (standby !== 'f') throw new StandbyServer();
  if (!(version >= OLDEST_SERVER)) throw new Error('the resolver needs PostgreSQL 14 or newer');
  const texts = [
    'BEGIN READ WRITE',
    'CREATE TYPE pg_temp.opening AS ()',
    'DROP TYPE pg_temp.opening',
    'COMMIT',
  ];
  await probe.run(texts.map((text) => ({ text })));
  return version;
}
