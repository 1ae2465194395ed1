// Statements that run until the test lets them end, on a machine of any speed.
import { RawClient } from './raw-client.ts';
import { waitUntil } from './wait.ts';

type Login = Parameters<typeof RawClient.open>[0];

export type Gate = Readonly<{
  /** A query that waits at the gate, and then has one row. */
  statement: string;
  /** What PL/pgSQL says to wait there. */
  perform: string;
  /** Until so many sessions wait: their statements are under way, and what came before them is sent. */
  reached(sessions?: number): Promise<void>;
  /** Lets all of them go on; who comes later does not wait. */
  open(): Promise<void>;
}>;

let gates = 0;

/** `login` is of a session beside those that wait, in the same database. */
export async function closeGate(login: Login): Promise<Gate> {
  gates += 1;
  const key = gates;
  const keeper = await RawClient.open(login);
  await keeper.rows(`SELECT pg_advisory_lock(${key})`);
  const waiting = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = ${key} AND NOT granted`;
  return {
    statement: `SELECT pg_advisory_xact_lock_shared(${key})`,
    perform: `PERFORM pg_advisory_xact_lock_shared(${key})`,
    async reached(sessions = 1) {
      await waitUntil('the statement to run', async () => (await keeper.rows(waiting)).length === sessions);
    },
    open: () => keeper.end(),
  };
}
