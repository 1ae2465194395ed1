// Plays the demo's tour with a real client: what a newcomer would try, and what must be refused.

import { demoIdentities } from './identities.ts';
import type { Screen } from './screen.ts';
import type { Demo } from './start.ts';
import { accessKeyStep } from './tour-access-key.ts';
import { approvalStep } from './tour-approval.ts';
import { auditStep } from './tour-audit.ts';
import { cancelStep } from './tour-cancel.ts';
import { type Client, connect, expectRefusal, query } from './tour-client.ts';
import { catalogStep, explainStep } from './tour-explain.ts';
import { changeStep, masksStep, refusalsStep } from './tour-policy.ts';

type Step = Readonly<{ name: string; play: (demo: Demo) => Promise<string> }>;

/** Says whether every step went as it should. */
export async function playTour(demo: Demo, screen: Screen): Promise<boolean> {
  screen.line();
  screen.line(screen.style('bold', 'The tour'));
  screen.line();
  let failures = 0;
  for (const { name, play } of steps) {
    try {
      await screen.step(
        name,
        () => bounded(play(demo)),
        (outcome) => `${name}: ${outcome}`,
      );
    } catch (error) {
      failures += 1;
      screen.line(`      ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  screen.line();
  screen.line(
    failures === 0 ? 'Everything went as it should.' : `${failures} of ${steps.length} steps failed.`,
  );
  return failures === 0;
}

const steps: readonly Step[] = [
  ...demoIdentities.flatMap(({ account, title, try: tries }) => [
    { name: `${title} connects`, play: (demo: Demo) => showIdentity(demo, account) },
    {
      name: `${title} queries`,
      play: (demo: Demo) =>
        runAll(
          demo,
          account,
          tries
            .filter((each) => each.refused !== true && !each.sql.includes('pg_sleep'))
            .map(({ sql }) => sql),
        ),
    },
  ]),
  {
    name: 'A password that is no token is refused',
    play: (demo) => expectRefusal(demo, 'not-a-token'),
  },
  {
    name: 'A token of another signer is refused',
    play: async (demo) => expectRefusal(demo, forged(await demo.issuer.token('dana'))),
  },
  {
    name: 'An expired token is refused',
    play: async (demo) => {
      const token = await demo.issuer.token('dana', { expiresIn: 1 });
      await pause(2_100);
      return expectRefusal(demo, token);
    },
  },
  { name: 'A session ends with its token', play: sessionEnds },
  { name: 'A session ends with its access key', play: accessKeyStep },
  { name: 'A running statement is cancelled', play: cancelStep },
  { name: 'What the rules do not show is masked', play: masksStep },
  { name: 'What the rules do not allow is refused', play: refusalsStep },
  { name: 'A mass delete waits, is approved, and runs', play: approvalStep },
  { name: 'A change of the rules reaches an open session', play: changeStep },
  { name: 'Who read a column is on the record, and a session is played again', play: auditStep },
  { name: 'A statement is explained', play: explainStep },
  { name: 'The catalog is labelled', play: catalogStep },
];

/** The identity as the database itself sees it. */
async function showIdentity(demo: Demo, account: string): Promise<string> {
  return withClient(demo, account, async (client) => {
    const [row] = await query(
      client,
      "SELECT current_user AS usename, current_setting('application_name') AS application_name",
    );
    if (!row?.application_name?.includes(account))
      throw new Error(`the database sees "${row?.application_name}"`);
    return `the database sees user ${row.usename}, application_name "${row.application_name}"`;
  });
}

/** Statements that the gateway's own role may not run are part of the tour: they must fail with 42501. */
async function runAll(demo: Demo, account: string, statements: readonly string[]): Promise<string> {
  return withClient(demo, account, async (client) => {
    const outcomes: string[] = [];
    for (const sql of statements) {
      if (sql.startsWith('CREATE')) {
        const code = await query(client, sql).then(
          () => undefined,
          (error: { code?: string }) => error.code,
        );
        if (code !== '42501')
          throw new Error(`CREATE TABLE ended with ${code ?? 'success'} instead of 42501`);
        outcomes.push('DDL refused');
      } else {
        const rows = await query(client, sql);
        if (!sql.startsWith('BEGIN') && rows.length === 0) throw new Error(`no rows from: ${sql}`);
        if (rows.length > 0) outcomes.push(`${rows.length} row${rows.length === 1 ? '' : 's'}`);
      }
    }
    return outcomes.join(', ');
  });
}

/** On a machine that is busy, three seconds may be too few for a login and a query. */
function sessionEnds(demo: Demo): Promise<string> {
  return outlivesToken(demo, 3).catch(() => outlivesToken(demo, 20));
}

async function outlivesToken(demo: Demo, expiresIn: number): Promise<string> {
  const client = await connect(demo, await demo.issuer.token('support-agent', { expiresIn }));
  const ended = new Promise<Error & { code?: string }>((done) => client.on('error', done));
  await query(client, 'SELECT count(*) FROM customers');
  const error = await ended;
  if (error.code !== '28000')
    throw new Error(`it ended with ${error.code ?? error.message} instead of 28000`);
  return `"${error.message}"`;
}

async function withClient<T>(demo: Demo, account: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect(demo, await demo.issuer.token(account));
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The token with one character of its signature changed. */
function forged(token: string): string {
  const at = token.length - 10;
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

function bounded<T>(work: Promise<T>): Promise<T> {
  const late = pause(60_000).then(() => Promise.reject(new Error('it took longer than 60 seconds')));
  return Promise.race([work, late]) as Promise<T>;
}
