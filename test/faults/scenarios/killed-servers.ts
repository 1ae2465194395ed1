// Backends that are terminated and a server that crashes: each client hears it once, cleanly, and the next ones are served.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startPostgres } from '../../support/postgres.ts';
import { findPostgres, postgresOwner } from '../../support/postgres-binaries.ts';
import { frontend, RawClient, ServerError } from '../../support/raw-client.ts';
import { sleep, waitUntil } from '../../support/wait.ts';
import { atMost, check, range, type Scenario } from '../scenario.ts';
import { startGatewaySubject, type Target } from '../subject.ts';

const doings: readonly { doing: string; begin(client: RawClient): Promise<void> | void }[] = [
  { doing: 'idle', begin: () => {} },
  { doing: 'sleeping', begin: (client) => client.send(frontend.query('SELECT pg_sleep(60)')) },
  {
    doing: 'in a transaction',
    begin: async (client) => {
      await client.query('BEGIN');
    },
  },
  {
    doing: 'in a copy',
    begin: async (client) => {
      client.send(frontend.query('COPY work FROM STDIN'));
      await client.until('G');
      client.send(frontend.copyData('killed\t1\trow\n'));
    },
  },
  { doing: 'in a pipeline', begin: (client) => client.send(frontend.extended('SELECT pg_sleep(60)')) },
];

export const killedBackends: Scenario = {
  name: 'terminated backends',
  milliseconds: 60_000,
  async run(stage, scale) {
    const sessions = range(scale.of(2, 10)).flatMap(() => doings);
    await atMost(20, sessions, async ({ doing, begin }) => {
      const client = await stage.open(stage.subject.target());
      const [[pid] = []] = await client.rows('SELECT pg_backend_pid()');
      await begin(client);
      await sleep(200);
      await stage.sql(`SELECT pg_terminate_backend(${pid})`);
      const last = (await client.untilEnd()).at(-1);
      const told = last?.type === 'E' ? `${last.fields.S} ${last.fields.C}` : String(last);
      check(told === 'FATAL 57P01', `a session that was ${doing} was told ${told} last`);
    });
    return `${sessions.length} sessions ended with the server's own FATAL`;
  },
};

export const crashedServer: Scenario = {
  name: 'a server that crashes and comes back',
  gatewayOnly: true,
  milliseconds: 60_000,
  async run(stage) {
    const server = await startPostgres();
    const login = { host: server.host, port: server.port, ...server.superuser, database: 'postgres' };
    const first = await RawClient.open(login);
    const [[data = ''] = []] = await first.rows('SHOW data_directory');
    await first.rows("CREATE ROLE app LOGIN SUPERUSER PASSWORD 'password-of-app'");
    await first.rows('CREATE DATABASE faults');
    await first.end();
    const subject = await startGatewaySubject({ server, faulty: server }, stage.issuer);
    const target = subject.target();
    let restarted: ReturnType<typeof spawn> | undefined;
    try {
      const sessions = await Promise.all(range(20).map(() => stage.open(target)));
      for (const [index, client] of sessions.entries()) {
        if (index % 2 === 0) client.send(frontend.query('SELECT pg_sleep(60)'));
      }
      // SIGQUIT to the postmaster is an immediate shutdown.
      process.kill(server.pid, 'SIGQUIT');
      for (const client of sessions) {
        const told = (await client.untilEnd()).at(-1);
        check(
          told === undefined || told.type !== 'E' || told.fields.S === 'FATAL',
          `a session was told ${told}`,
        );
      }
      const refusal = await refusalOf(target);
      check(['08001', '08006', '57P03'].includes(refusal), `while the server was down: ${refusal}`);
      const { folder } = await findPostgres(15);
      restarted = spawn(join(folder, 'postgres'), ['-D', data ?? '', '-p', String(server.port)], {
        ...postgresOwner(),
        stdio: 'ignore',
      });
      const back = await waitUntil('a login after the restart', () =>
        RawClient.open(target).catch(() => undefined),
      );
      const [[answer] = []] = await back.rows('SELECT 1');
      check(answer === '1', 'no answer after the restart');
      await back.end();
      return `20 sessions ended, ${refusal} while it was down, served again after the restart`;
    } finally {
      await subject.stop();
      if (restarted) {
        const gone = once(restarted, 'exit');
        restarted.kill('SIGQUIT');
        await gone;
      }
      await server.stop();
    }
  },
};

async function refusalOf(target: Target): Promise<string> {
  try {
    (await RawClient.open(target)).destroy();
    return 'let in';
  } catch (thrown) {
    return thrown instanceof ServerError ? (thrown.fields.C ?? '?') : String(thrown);
  }
}
