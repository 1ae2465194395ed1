// Asks the guard about the statement that stands first, and holds it while the answer is pending.
import { Fault, type FaultCode, type Log } from '../lib/index.ts';
import { deny, type Effect, type Guard } from './decide.ts';
import { withCopyLayouts } from './masking/copy/with-copy-layouts.ts';
import type { HeldStatement } from './statement.ts';
import { notSent } from './watch/answer-watch.ts';

type Hold = {
  statement: HeldStatement;
  effect: Effect | undefined;
  /** Of what is no message that stands first: whoever asked hears it. */
  told: ((effect: Effect) => void) | undefined;
};

export class Decisions {
  readonly #guard: Guard;
  readonly #log: Log;
  readonly #onDecided: () => void;
  #hold: Hold | undefined;

  /** `onDecided`: the held message is to be shown again. */
  constructor(guard: Guard, log: Log, onDecided: () => void) {
    this.#guard = guard;
    this.#log = log;
    this.#onDecided = onDecided;
  }

  /** True while a statement waits for its decision. */
  get pending(): boolean {
    return this.#hold !== undefined && this.#hold.effect === undefined;
  }

  /** The statement that stands first, when it was shown before: it is read only once. */
  get held(): HeldStatement | undefined {
    return this.#hold?.statement;
  }

  /** A message that stands first is held, or its decision not taken yet. */
  get holdsMessage(): boolean {
    return this.#hold !== undefined && this.#hold.told === undefined;
  }

  /** The guard's answer to the held statement; undefined while it is pending. */
  take(): Effect | undefined {
    const effect = this.#hold?.effect;
    if (effect !== undefined) this.#hold = undefined;
    return effect;
  }

  /** Of what is no message of the client's, which sends nothing that is looked at until it is told. */
  askApart(statement: HeldStatement, told: (effect: Effect) => void): void {
    const effect = this.ask(statement, told);
    if (effect !== undefined) told(effect);
  }

  /** The guard's answer to a new statement; undefined when it holds it. */
  ask(statement: HeldStatement, told?: (effect: Effect) => void): Effect | undefined {
    let answer: Effect | Promise<Effect>;
    try {
      answer = this.#guard.decide(statement);
    } catch (thrown) {
      statement.release();
      return this.#failed(thrown);
    }
    if (!(answer instanceof Promise)) {
      const effect = this.#known(answer, statement);
      if (!waits(effect, statement)) {
        statement.release();
        return effect;
      }
      answer = Promise.resolve(effect);
    }
    const hold: Hold = { statement, effect: undefined, told };
    this.#hold = hold;
    const settle = (effect: Effect): void => {
      if (this.#hold !== hold || hold.effect !== undefined) {
        unused(effect);
        return;
      }
      statement.release();
      this.#settle(hold, effect);
    };
    answer.then(
      (answered) => {
        const effect = this.#known(answered, statement);
        if (waits(effect, statement)) statement.answered().then(() => settle(effect));
        else settle(effect);
      },
      (thrown: unknown) => settle(this.#failed(thrown)),
    );
    return undefined;
  }

  /** Ends the hold with this refusal, whatever the guard may still say. */
  withdraw(code: FaultCode): void {
    const hold = this.#hold;
    if (hold === undefined || hold.effect !== undefined) return;
    hold.statement.withdraw();
    this.#settle(hold, deny(new Fault(code)));
  }

  #settle(hold: Hold, effect: Effect): void {
    hold.effect = effect;
    if (hold.told === undefined) {
      this.#onDecided();
      return;
    }
    this.#hold = undefined;
    hold.told(effect);
  }

  /** The held statement will not run in any case. */
  moot(): void {
    const hold = this.#hold;
    this.#hold = undefined;
    unused(hold?.effect);
    hold?.statement.withdraw();
    if (hold !== undefined && hold.effect === undefined) this.#onDecided();
  }

  /** A guard is code that others write: an answer that isn't one of ours is none. */
  #known(effect: Effect, statement: HeldStatement): Effect {
    try {
      switch (effect?.kind) {
        case 'allow':
        case 'deny':
          return effect;
        case 'mask': {
          const whole = withCopyLayouts(effect, statement);
          if (whole.kind === 'deny') unused(effect, 'refused', whole);
          return whole;
        }
        default:
          throw new TypeError('the decision is none of allow, mask, deny');
      }
    } catch (thrown) {
      unused(effect, 'refused');
      return this.#failed(thrown);
    }
  }

  /** The session has ended: what was decided and not yet taken up will not run. */
  end(): void {
    unused(this.#hold?.effect);
    this.#hold = undefined;
  }

  #failed(thrown: unknown): Effect {
    if (thrown instanceof Fault && thrown.code !== 'decision_failed') return deny(thrown);
    this.#log.error({ err: thrown instanceof Fault ? thrown.cause : thrown }, 'decision failed');
    return deny(new Fault('decision_failed', {}, thrown));
  }
}

/** It was let through, and isn't sent all the same. */
export function unused(
  effect: Effect | undefined,
  state: 'skipped' | 'refused' = 'skipped',
  why?: Effect,
): void {
  if (effect === undefined || effect === null || effect.kind === 'deny') return;
  const fault = why?.kind === 'deny' && why.fault instanceof Fault ? why.fault : undefined;
  effect.watch?.ended(notSent(state, fault?.sqlstate));
}

/** How limits are kept depends on the transaction that it runs in, as the answers to what came before tell it. */
const waits = (effect: Effect, { path, settled }: HeldStatement): boolean =>
  effect.kind !== 'deny' &&
  effect.limits !== undefined &&
  (path === 'query' || path === 'execute') &&
  !settled;
