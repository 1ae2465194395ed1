// A state database in a server of its own, which can crash and hang without anything else doing so.
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { RawClient } from '../../support/raw-client.ts';
import { waitUntil } from '../../support/wait.ts';
import { processTree } from '../process-probe.ts';

export type StateServer = Readonly<{
  host: string;
  port: number;
  /** As the superuser. */
  ask(sql: string): Promise<(string | null)[][]>;
  /** One of its processes is killed: the server ends all of them and recovers, as after a lack of memory. */
  crash(): Promise<void>;
  /** Nothing in it gets any further. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}>;

/** `password`: of the role `state`, which owns the database `state`. */
export async function startStateServer(password: string): Promise<StateServer> {
  const server: Postgres = await startPostgres();
  const { host, port, superuser, pid } = server;
  const ask = async (sql: string, database = 'state') => {
    const client = await RawClient.open({ host, port, ...superuser, database });
    try {
      return await client.rows(sql);
    } finally {
      client.destroy();
    }
  };
  const signal = async (name: NodeJS.Signals) => {
    for (const each of await processTree(pid)) {
      try {
        process.kill(each, name);
      } catch (error) {
        // One of its sessions has ended meanwhile.
        if (each === pid || (error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  };
  await ask(`CREATE ROLE state LOGIN PASSWORD '${password}'`, 'postgres');
  await ask('CREATE DATABASE state OWNER state', 'postgres');
  return {
    ...{ host, port, ask },
    async crash() {
      const [[victim] = []] = await ask(
        "SELECT pid FROM pg_stat_activity WHERE usename = 'state' ORDER BY backend_start LIMIT 1",
      );
      process.kill(Number(victim), 'SIGKILL');
      // Its last session, and then the next.
      await waitUntil('the state server to recover', () =>
        server.logText().includes('database system was not properly shut down'),
      );
      await waitUntil('the state server to answer', () => ask('SELECT 1').catch(() => undefined));
    },
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    async stop() {
      await signal('SIGCONT').catch(() => undefined);
      await server.stop();
    },
  };
}
