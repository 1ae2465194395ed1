// Counts what a guard decides: one addition a statement, and a clock for every 17th.
import type { Effect, Guard, Statement } from '../../session/index.ts';
import { ServerWords } from '../../session/index.ts';
import type { CountedEffect, GatewayMetrics } from './gateway-metrics.ts';

/** A clock costs more than most decisions. An odd number, since drivers send Parse and Bind by turns. */
const timedOneOf = 17;

export function countedGuard(guard: Guard, metrics: GatewayMetrics): Guard {
  let untilTimed = timedOneOf;
  const count = (effect: Effect, statement: Statement): void => {
    // What is only prepared runs later, or never.
    if (statement.path === 'parse' && effect.kind !== 'deny') return;
    metrics.statements.add(countedAs(effect));
  };
  const timed = (statement: Statement): ReturnType<Guard['decide']> => {
    const began = performance.now();
    const done = (effect: Effect): Effect => {
      metrics.decisions.observe(Math.round((performance.now() - began) * 1e6));
      count(effect, statement);
      return effect;
    };
    const effect = guard.decide(statement);
    return effect instanceof Promise ? effect.then(done) : done(effect);
  };
  const decide: Guard['decide'] = (statement) => {
    untilTimed -= 1;
    if (untilTimed === 0) {
      untilTimed = timedOneOf;
      return timed(statement);
    }
    const effect = guard.decide(statement);
    if (effect instanceof Promise) {
      return effect.then((late) => {
        count(late, statement);
        return late;
      });
    }
    count(effect, statement);
    return effect;
  };
  return { ...guard, decide };
}

const countedAs = (effect: Effect): CountedEffect =>
  effect.kind === 'deny' && effect.fault instanceof ServerWords ? 'error' : effect.kind;
