// Plays one item of honest work directly and through the gateway, each time in the database as it was at first.
import type { Target } from '../scores/connection.ts';
import { play } from '../scores/play.ts';
import type { ScoreStage } from '../scores/score-stage.ts';
import { mayHaveChanged } from '../scores/traces.ts';
import type { HonestItem } from './catalogue.ts';
import { type Answers, disturbance } from './compare.ts';

export type Result = Readonly<{
  id: string;
  category: string;
  tier: HonestItem['tier'];
  /** What was disturbed; empty: nothing. */
  why: string;
}>;

type Played = Pick<HonestItem, 'steps' | 'startup'>;

const secretColumns = ['ssn', 'card_number', 'email'];

export async function resultOf(
  item: HonestItem,
  stage: ScoreStage,
  secrets: readonly Buffer[],
): Promise<Result> {
  const { id, category, tier } = item;
  const direct = await directAnswers(item, stage);
  const through = await answersTo(item, stage, () => stage.client('gw_app', 'default'));
  return { id, category, tier, why: disturbance(item, direct, through, secrets) ?? '' };
}

export function directAnswers(item: Played, stage: ScoreStage): Promise<Answers> {
  return answersTo(item, stage, () => stage.database.target('gw_app'));
}

/** In the database as it was at first, which is what is left behind as well. */
async function answersTo(
  { steps, startup = {} }: Played,
  stage: ScoreStage,
  target: () => Target | Promise<Target>,
): Promise<Answers> {
  const { connections } = await play(steps, {
    target: await target(),
    startup,
    admin: (sql) => stage.database.admin(sql),
    gateway: (event) => Promise.reject(new Error(`honest work has no "${event}"`)),
    fillIn: (text) => text,
  });
  const messages = connections.flatMap((connection) => connection.messages({ afterLogin: true }));
  if (mayHaveChanged(steps, messages)) await stage.renewDatabase();
  return {
    messages,
    parameters: new Map(connections.flatMap((connection) => [...connection.parameters])),
    ended: connections.find((connection) => connection.endedEarly !== undefined)?.endedEarly,
  };
}

export async function secretsOf(stage: ScoreStage): Promise<readonly Buffer[]> {
  const listed = secretColumns.map((column) => `string_agg(${column}, ',')`).join(` || ',' || `);
  const values = await stage.database.admin(`SELECT ${listed} FROM public.customers`);
  return (values ?? '').split(',').map((value) => Buffer.from(value));
}
