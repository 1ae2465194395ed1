// Composes attacks from a seed, and plays each directly, where it must work, and through the gateway, where it must not.
import type { ScoreStage } from '../../scores/score-stage.ts';
import type { Step } from '../../scores/step.ts';
import {
  attackOf,
  type ComposedAttack,
  type Composition,
  compose,
  describeComposition,
  smaller,
} from './attack.ts';
import { Dice } from './dice.ts';
import { findLeak } from './find-leak.ts';
import { Line } from './line.ts';

export type ComposedResult = Readonly<{
  /** How many worked without a gateway. */
  alive: number;
  /** How many were composed that the server itself refuses, or that show nothing. */
  dead: number;
  leaks: readonly Readonly<{
    number: number;
    made: string;
    smallest: string;
    statements: string;
    found: string;
  }>[];
  /** Sessions that the gateway ended, which no statement of these should bring about. */
  ended: readonly string[];
}>;

const MOST_LEAKS = 5;

export async function playComposed(
  stage: ScoreStage,
  { seed, count }: Readonly<{ seed: number; count: number }>,
): Promise<ComposedResult> {
  const { version } = stage.database.postgres;
  const direct = new Line(() => Promise.resolve(stage.database.target('gw_app')));
  const through = new Line(() => stage.client('gw_app', 'default'));
  const leaks: ComposedResult['leaks'][number][] = [];
  const ended: string[] = [];
  let [alive, number] = [0, 0];
  let tries = 0;

  /** Undefined: it doesn't work without a gateway either. */
  const played = async (composition: Composition) => {
    tries += 1;
    const attack = attackOf(composition, `c${tries}`);
    if (attack === undefined) return undefined;
    if (findLeak(await direct.play(attack.steps), attack.images) === undefined) return undefined;
    const messages = await through.play(attack.steps);
    if (messages.at(-1)?.type !== 'Z') ended.push(statementsOf(attack.steps));
    return { attack, leak: findLeak(messages, attack.images) };
  };

  try {
    for (; alive < count && leaks.length < MOST_LEAKS; number += 1) {
      const composition = compose(new Dice(seed * 1_000_003 + number), version);
      const first = await played(composition);
      if (first === undefined) continue;
      alive += 1;
      if (first.leak === undefined) continue;
      const shrunk = await shrink(composition, first.attack, played);
      leaks.push({
        number,
        made: describeComposition(composition),
        smallest: describeComposition(shrunk.composition),
        statements: statementsOf(shrunk.attack.steps),
        found: `${first.leak.image} in a message ${first.leak.type}`,
      });
    }
  } finally {
    direct.close();
    through.close();
  }
  return { alive, dead: number - alive, leaks, ended };
}

/** For as long as something smaller leaks as well. */
async function shrink(
  composition: Composition,
  attack: ComposedAttack,
  played: (smaller: Composition) => Promise<{ attack: ComposedAttack; leak: object | undefined } | undefined>,
): Promise<{ composition: Composition; attack: ComposedAttack }> {
  for (const next of smaller(composition)) {
    const result = await played(next);
    if (result?.leak !== undefined) return await shrink(next, result.attack, played);
  }
  return { composition, attack };
}

const statementsOf = (steps: readonly Step[]): string =>
  steps.map((step) => ('sql' in step ? step.sql : step.op)).join('; ');
