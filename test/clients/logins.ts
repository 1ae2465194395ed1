// Logins that only the gateway has: access keys by SCRAM with and without channel binding, and OAUTHBEARER.

import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { printTable, type Row } from '../support/report.ts';
import { build, sources } from './build.ts';
import { type Client, findLibpq18, python } from './clients.ts';
import type { Outcome } from './program.ts';
import { runProgram } from './program.ts';
import type { Target, Targets } from './targets.ts';

type Login = Readonly<{
  name: string;
  client: Client;
  target: Target;
  want: Readonly<Record<string, unknown>>;
}>;

const ordinary = { connect_tls: 'verified', prepared: [2, 4, 6], cancel: ['57014', 1] };
const keyUsers = [
  'psql',
  'node-postgres',
  'postgres-js',
  'psycopg',
  'asyncpg',
  'pgjdbc',
  'pgx',
  'tokio-postgres',
];
/** Those that can be told to insist on channel binding. */
const binders = ['psql', 'psycopg', 'pgjdbc', 'pgx', 'tokio-postgres'];

/** These drop the server's last words when the connection closes behind them, direct too. */
const withoutReason: Readonly<Record<string, string>> = {
  'postgres-js': 'CONNECTION_CLOSED',
  asyncpg: '08003',
  pgjdbc: '08006',
};

/** Prints what each login came to and returns how many were wrong. */
export async function tryLogins(targets: Targets, clients: readonly Client[]): Promise<number> {
  const logins: Login[] = [];
  for (const client of clients) {
    if (!keyUsers.includes(client.name)) continue;
    const want = { ...ordinary, wrong_password: '28P01' };
    logins.push({ name: 'access key', client, target: targets.accessKey, want });
    const unknown = { ...targets.accessKey, PGUSER: `${targets.accessKey.PGUSER}x` };
    logins.push({ name: 'unknown access key', client, target: unknown, want: { wrong_password: '28P01' } });
    if (!binders.includes(client.name)) continue;
    for (const binding of ['require', 'disable']) {
      const target = { ...targets.accessKey, PGCHANNELBINDING: binding };
      logins.push({ name: `access key, channel binding ${binding}d`, client, target, want });
    }
  }
  if (clients.some((client) => client.name === 'psycopg')) {
    logins.push({ name: 'OAUTHBEARER', client: await libpqOauth(), target: targets.oauth, want: oauth });
  }

  const rows: Row[] = [];
  for (const login of logins) rows.push(await tryLogin(login));
  const expiring = clients
    .filter(({ name }) => name !== 'pgbench')
    .map(async (client) => {
      const want = { session_end: withoutReason[client.name] ?? '28000' };
      return tryLogin({ name: 'expiring token', client, target: await targets.expiring(), want });
    });
  rows.push(...(await Promise.all(expiring)));
  if (rows.length > 0) printTable('Logins of the gateway alone', rows);
  return rows.filter((row) => row.result !== 'ok').length;
}

async function tryLogin({ name, client, target, want }: Login): Promise<Row> {
  if (client.build) await build(client.build);
  const { outcomes } = await runProgram(client, target, Object.keys(want));
  const wrong = Object.entries(want).flatMap(([check, wanted]) => {
    const outcome = outcomes.get(check);
    const right = outcome?.kind === 'done' && isDeepStrictEqual(outcome.got, wanted);
    return right ? [] : [`${check}: ${told(outcome)}`];
  });
  const result = wrong.length === 0 ? 'ok' : `WRONG ${wrong.join('; ')}`;
  return { login: name, client: client.name, result, checks: Object.keys(want).join(', ') };
}

function told(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'no answer';
  return outcome.kind === 'skipped' ? outcome.reason : (JSON.stringify(outcome.got) ?? '');
}

const oauth = {
  discovery: { scope: 'openid', asked: 1, configuration: true },
  login: 1,
  login_direct_tls: 1,
  protocol_3_2: 30002,
  refused_token: 'login failed',
  no_token: 'refused',
};

/** libpq 18 itself, with a hook in place of the browser. */
async function libpqOauth(): Promise<Client> {
  const libpq = await findLibpq18();
  return {
    name: 'libpq 18',
    tools: [],
    command: async () => ({
      program: python,
      args: [join(sources, 'libpq-oauth/main.py')],
      env: { PYTHONPATH: join(sources, 'python'), PYTHONDONTWRITEBYTECODE: '1', CLIENTS_LIBPQ18: libpq },
    }),
  };
}
