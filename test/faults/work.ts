// Real mixed work of one session, drawn from a seed so that its direct run says to the byte what any run must give.
import type { Random } from '../support/random.ts';
import { frontend, type RawClient } from '../support/raw-client.ts';

/** One exchange: what is sent, how many ReadyForQuery end it, and what follows a CopyInResponse. */
export type Step = Readonly<{ name: string; send: Buffer; ready: number; copyIn?: Buffer }>;

type Draw = (random: Random, session: string) => Step;

/** `session` names the rows it writes; its length must not differ between runs that are compared. */
export function drawWork(random: Random, session: string): Step[] {
  const steps = Array.from({ length: random.integer(3, 10) }, () => random.pick(kinds)(random, session));
  return [...steps, simple('count', 1, `SELECT count(*), sum(n) FROM work WHERE session = '${session}'`)];
}

/** Does the work; whatever arrives is kept by the client. */
export async function doWork(client: RawClient, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    client.send(step.send);
    for (let ready = 0; ready < step.ready; ) {
      const { type } = await client.receive();
      if (type === 'G' && step.copyIn) client.send(step.copyIn);
      if (type === 'Z') ready += 1;
    }
  }
}

const simple = (name: string, ready: number, ...texts: string[]): Step => ({
  name,
  ready,
  send: Buffer.concat(texts.map((text) => frontend.query(text))),
});

const kinds: readonly Draw[] = [
  (random) => {
    const rows = random.integer(0, 800);
    return simple('rows', 1, `SELECT n, md5(n::text), NULL FROM generate_series(1, ${rows}) n`);
  },
  (random) =>
    simple(
      'large value',
      1,
      `SELECT repeat('${random.pick(['x', 'é', '😀'])}', ${random.integer(1, 90_000)})`,
    ),
  (random) =>
    simple(
      'several statements',
      1,
      `SELECT 1; SELECT ${random.integer(0, 1)} / ${random.integer(0, 1)}; SELECT 3`,
    ),
  (random) => simple('queries at once', 3, 'SELECT 1', `SELECT ${random.integer(1, 9)}`, 'SELEC 3'),
  drawPipeline,
  drawCursor,
  drawTransaction,
  drawCopyIn,
  (random) => ({
    ...simple(
      'copy out',
      1,
      `COPY (SELECT n, md5(n::text) FROM generate_series(1, ${random.integer(0, 900)}) n) TO STDOUT`,
    ),
  }),
  (random) => {
    const value = 'v'.repeat(random.integer(0, 120_000));
    return {
      name: 'large parameter',
      ready: 1,
      send: Buffer.concat([frontend.extended('SELECT length($1), md5($1)', [value]), frontend.sync()]),
    };
  },
];

/** Statements in one pipeline, at times with one that fails, at times with Flush and several Syncs. */
function drawPipeline(random: Random, session: string): Step {
  const parts: Buffer[] = [];
  let ready = 0;
  for (let left = random.integer(1, 12); left > 0; left--) {
    parts.push(
      random.pick([
        () => frontend.extended('SELECT $1::int + 1', [String(random.integer(0, 1000))]),
        () => frontend.extended('INSERT INTO work VALUES ($1, $2, $3)', [session, '1', 'pipeline']),
        () => frontend.extended("SELECT 'not a number'::int"),
        () =>
          frontend.extended('SELECT n FROM generate_series(1, $1::int) n', [String(random.integer(0, 300))]),
        () =>
          Buffer.concat([frontend.parse('SELECT $1::text', 'named'), frontend.describeStatement('named')]),
        () => Buffer.concat([frontend.bind({ statement: 'named', values: ['again'] }), frontend.execute()]),
        () => frontend.closeStatement('named'),
        () => frontend.flush(),
      ])(),
    );
    if (random.chance(0.25)) {
      parts.push(frontend.sync());
      ready += 1;
    }
  }
  parts.push(frontend.closeStatement('named'), frontend.sync());
  return { name: 'pipeline', send: Buffer.concat(parts), ready: ready + 1 };
}

/** A portal that is read in pieces. */
function drawCursor(random: Random): Step {
  const piece = random.integer(1, 50);
  return {
    name: 'portal',
    ready: 1,
    send: Buffer.concat([
      frontend.parse('SELECT n, md5(n::text) FROM generate_series(1, 120) n'),
      frontend.bind({ portal: 'pieces', resultFormats: [random.integer(0, 1)] }),
      frontend.describePortal('pieces'),
      frontend.execute('pieces', piece),
      frontend.flush(),
      frontend.execute('pieces', piece),
      frontend.execute('pieces'),
      frontend.closePortal('pieces'),
      frontend.sync(),
    ]),
  };
}

function drawTransaction(random: Random, session: string): Step {
  const insert = `INSERT INTO work SELECT '${session}', n, 'transaction' FROM generate_series(1, ${random.integer(1, 50)}) n`;
  return simple(
    'transaction',
    7,
    'BEGIN',
    insert,
    'SAVEPOINT s',
    random.pick(['SELECT 1 / 0', 'SELECT 1']),
    'ROLLBACK TO s',
    insert,
    random.pick(['COMMIT', 'ROLLBACK']),
  );
}

/** Rows that fit, a row that doesn't, or a client that gives up. */
function drawCopyIn(random: Random, session: string): Step {
  const rows = Array.from({ length: random.integer(0, 400) }, (_, n) => `${session}\t${n}\tcopied\n`);
  if (random.chance(0.2)) rows.push(`${session}\tno number\tcopied\n`);
  const data: Buffer[] = [];
  for (let at = 0; at < rows.length; at += 37) data.push(frontend.copyData(rows.slice(at, at + 37).join('')));
  data.push(random.chance(0.2) ? frontend.copyFail('changed my mind') : frontend.copyDone());
  return { ...simple('copy in', 1, 'COPY work FROM STDIN'), copyIn: Buffer.concat(data) };
}
