// The set-up all scenarios share: a server, a fault proxy in front of it, the subject, and the search for leaks.
import { type FaultPlan, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { startIssuer } from '../support/issuer.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import type { Random } from '../support/random.ts';
import { RawClient } from '../support/raw-client.ts';
import { waitUntil } from '../support/wait.ts';
import { probe } from './process-probe.ts';
import {
  DATABASE,
  type Issuer,
  LIMITED_CONNECTIONS,
  roles,
  type Subject,
  startGatewaySubject,
  startRelaySubject,
  type Target,
  type Upstreams,
} from './subject.ts';

const SETTLE_MILLISECONDS = 10_000;

type Rows = (string | null)[][];
type Ask = (text: string) => Promise<Rows>;

export type Stage = Readonly<{
  server: Postgres;
  subject: Subject;
  issuer: Issuer;
  upstreams: Upstreams;
  upstreamFaults: FaultProxy;
  /** The fault plan of the next connections between the subject and the server. */
  planUpstream(plan: ((index: number, random: Random) => FaultPlan) | undefined): void;
  /** The server itself, as the role that the subject logs in as. */
  direct: Target;
  /** Asks the server as its superuser; scenarios may ask at the same time. */
  sql: Ask;
  /** Logs in and remembers the connection, so that a scenario that fails can't leave it open. */
  open(target: Target): Promise<RawClient>;
  /** A connection without a login, remembered too. */
  connect(target: Target): Promise<RawClient>;
  /** What the gateway that was started last has logged. */
  logText(): string;
  /** Another subject of the same kind for one scenario, which stops it. */
  another(overrides: object, env?: Readonly<Record<string, string>>): Promise<Subject>;
  /** Waits until neither server nor subject holds a connection of the scenario any more. */
  settleSockets(): Promise<void>;
  /** Closes what the scenario left, then throws unless server and subject are as if nothing had been. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}>;

export async function startStage(kind: 'gateway' | 'relay', seed: number): Promise<Stage> {
  const server = await startPostgres({
    settings: { max_connections: '1250', superuser_reserved_connections: '10', shared_buffers: '128MB' },
  });
  const admin = await prepareDatabase(server);
  let last: Promise<unknown> = Promise.resolve();
  const sql: Ask = (text) => {
    const rows = last.catch(() => {}).then(() => admin.rows(text));
    last = rows;
    return rows;
  };
  const issuer = await startIssuer();
  let plan: ((index: number, random: Random) => FaultPlan) | undefined;
  const upstreamFaults = await startFaultProxy({
    target: server,
    seed,
    plan: (index, random) => plan?.(index, random) ?? {},
  });
  const upstreams = { server, faulty: upstreamFaults };
  let latest: Subject | undefined;
  const startSubject: Stage['another'] = async (overrides, env) => {
    latest = await (kind === 'gateway'
      ? startGatewaySubject(upstreams, issuer, overrides, env)
      : startRelaySubject(upstreams));
    return latest;
  };
  const subject = await startSubject({});
  const clients = new Set<RawClient>();
  const remember = (client: RawClient): RawClient => {
    clients.add(client);
    client.closed.then(() => clients.delete(client));
    return client;
  };
  // The first session opens what stays open for good; the search for leaks starts from there.
  await (await RawClient.open(subject.target())).end();
  const { handles } = await probe(subject.pid);

  const settleSockets = async (): Promise<void> => {
    await noBackends(sql);
    await waitUntil(
      'the subject to close its sockets',
      async () => (await probe(subject.pid)).sockets === 0,
      { milliseconds: SETTLE_MILLISECONDS },
    ).catch(async (thrown) => {
      throw new Error(`${thrown.message}; it still holds ${(await probe(subject.pid)).sockets}`);
    });
  };
  const stage: Stage = {
    server,
    subject,
    issuer,
    upstreams,
    upstreamFaults,
    sql,
    planUpstream: (next) => {
      plan = next;
    },
    direct: { host: server.host, port: server.port, user: 'app', password: roles.app, database: DATABASE },
    open: async (target) => remember(await RawClient.open(target)),
    connect: async (target) => remember(await RawClient.connect(target)),
    logText: () => (latest ?? subject).gateway?.logText() ?? '',
    another: startSubject,
    settleSockets,
    settle: async () => {
      latest = subject;
      plan = undefined;
      for (const client of clients) client.destroy();
      await settleSockets();
      // A socket both of whose ends have gone is in no table of the kernel any more, and still a handle until the
      // process gets round to closing it.
      let after = handles;
      await waitUntil(
        'the subject to close its handles',
        async () => {
          after = (await probe(subject.pid)).handles;
          return after <= handles + 4;
        },
        { milliseconds: SETTLE_MILLISECONDS },
      ).catch((thrown) => {
        throw new Error(`${thrown.message}; they rose from ${handles} to ${after}`);
      });
    },
    stop: async () => {
      for (const client of clients) client.destroy();
      await subject.stop();
      await upstreamFaults.stop();
      admin.destroy();
      await issuer.stop();
      await server.stop();
    },
  };
  return stage;
}

/** Nobody but the lane itself is connected to the server any more. */
export async function noBackends(sql: Ask): Promise<void> {
  const left = (): Promise<Rows> =>
    sql(
      `SELECT usename, state, left(query, 60) FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
  await waitUntil('the server to be free of sessions', async () => (await left()).length === 0, {
    milliseconds: SETTLE_MILLISECONDS,
    every: 100,
  }).catch(async (thrown) => {
    const rows = await left();
    throw new Error(`${thrown.message}; ${rows.length} are left, the first: ${rows[0]?.join(' | ')}`);
  });
}

async function prepareDatabase(server: Postgres): Promise<RawClient> {
  const { host, port, superuser } = server;
  const login = { host, port, ...superuser, milliseconds: 60_000 };
  const first = await RawClient.open({ ...login, database: 'postgres' });
  await first.rows(`CREATE ROLE app LOGIN PASSWORD '${roles.app}'`);
  await first.rows(
    `CREATE ROLE limited LOGIN PASSWORD '${roles.limited}' CONNECTION LIMIT ${LIMITED_CONNECTIONS}`,
  );
  await first.rows(`CREATE DATABASE ${DATABASE} OWNER app`);
  await first.end();
  const admin = await RawClient.open({ ...login, database: DATABASE });
  for (const sql of [
    'CREATE TABLE work (session text, n int, body text)',
    'CREATE INDEX ON work (session)',
    'CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL)',
    'INSERT INTO account SELECT n, 100 FROM generate_series(1, 50) n',
    'CREATE TABLE large (body text)',
    'ALTER TABLE large ALTER body SET STORAGE EXTERNAL',
    'GRANT ALL ON ALL TABLES IN SCHEMA public TO app, limited',
  ]) {
    await admin.rows(sql);
  }
  return admin;
}
