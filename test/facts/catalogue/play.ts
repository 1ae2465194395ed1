// Plays one item of a catalogue against a database of its own, and says what its answers had and its facts.

import type { Postgres } from '../../support/postgres.ts';
import { frontend, RawClient } from '../../support/raw-client.ts';
import type { FactsReader } from '../reader.ts';
import { Resolvers } from '../tap/resolvers.ts';
import { startTap, type Tap } from '../tap/tap.ts';
import { type Item, type Step, textOf } from './catalogue.ts';
import { followSession, type StatementSeen } from './session-facts.ts';

export type Played = Readonly<{
  /** In the order in which they were sent. */
  seen: readonly StatementSeen[];
  /** How many had been sent when an answer had what it should not have; undefined: none ever had. */
  leakedAfter: number | undefined;
}>;

const PATIENCE = 5_000;

export async function play(
  server: Postgres,
  database: string,
  reader: FactsReader,
  item: Item,
): Promise<Played> {
  const seen: StatementSeen[] = [];
  const resolvers = new Resolvers(server);
  const tap = await startTap(server, () =>
    followSession(reader, resolvers, database, (statement) => seen.push(statement)),
  );
  const clients = new Map<string, RawClient>();
  const pattern = patternOf(item.leaks_if);
  let leakedAfter: number | undefined;
  try {
    for (const step of item.steps) {
      const name = step.conn ?? 'main';
      const client = clients.get(name) ?? (await open(tap, server, database, item));
      clients.set(name, client);
      const before = client.receivedBytes.length;
      await perform(step, client).catch(() => client.destroy());
      const answer = client.receivedBytes.subarray(before).toString('latin1');
      if (leakedAfter === undefined && pattern?.test(answer)) leakedAfter = seen.length;
    }
  } finally {
    for (const client of clients.values()) client.destroy();
    await tap.stop();
    await resolvers.close();
  }
  return { seen, leakedAfter };
}

async function open(
  tap: Tap,
  server: Postgres,
  database: string,
  { upstream_role }: Item,
): Promise<RawClient> {
  const { host, port } = tap;
  const client = await RawClient.open({ host, port, ...server.superuser, database, milliseconds: PATIENCE });
  // What the catalogue's role may do is the same either way: what matters is what the statements name.
  if (upstream_role === undefined) await client.query('SET SESSION AUTHORIZATION gw_app');
  return client;
}

async function perform(step: Step, client: RawClient): Promise<void> {
  const text = textOf(step);
  switch (step.op) {
    case 'query':
      client.send(frontend.query(text ?? ''));
      await untilAnswered(client);
      break;
    case 'parse':
      client.send(frontend.parse(text ?? '', step.name ?? ''));
      break;
    case 'bind':
      client.send(
        frontend.bind({
          portal: step.portal ?? '',
          statement: step.stmt ?? '',
          values: (step.params ?? []).map(String),
        }),
      );
      break;
    case 'execute':
      client.send(frontend.execute(step.portal ?? ''));
      break;
    case 'sync':
      client.send(frontend.sync());
      await untilAnswered(client);
      break;
    case 'copydata':
      client.send(frontend.copyData(step.data ?? ''));
      break;
    case 'copydone':
      client.send(frontend.copyDone());
      await untilAnswered(client);
      break;
    default:
      // What needs a gateway, or bytes of its own, names no statement.
      break;
  }
}

/** A COPY FROM STDIN waits for data: then the next step has them. */
async function untilAnswered(client: RawClient): Promise<void> {
  for (;;) {
    const { type } = await client.receive();
    if (type === 'Z' || type === 'G') return;
  }
}

function patternOf(text: string | undefined): RegExp | undefined {
  return text === undefined ? undefined : new RegExp(text.replace(/^\(\?s\)/, ''), 's');
}
