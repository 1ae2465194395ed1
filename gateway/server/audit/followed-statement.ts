// A statement that was let through, until its outcome is on the record.
import type { Draft } from '../../audit/index.ts';
import { type Fault, toFault } from '../../lib/index.ts';
import type { AnswerResult, AnswerWatch } from '../../session/index.ts';
import { membersOfOutcome } from './outcome.ts';

export type Recorder = Readonly<{
  message: NonNullable<AnswerWatch['message']>;
  ended?: () => void;
}>;

/** What is written when a statement is let through, and of a portal each time that it is executed anew. */
export type Intent = Readonly<{
  subjects: NonNullable<Draft['subjects']>;
  members: string;
  maskedColumns: string | undefined;
  basis: unknown;
}>;

/** The trail that it is followed for. */
type Trail = Readonly<{
  begin: (intent: Intent) => FollowedStatement;
  /** Nothing decides on it: what is sent waits for the sink where one has to have it. */
  begunAgain: (statement: string) => void;
  outcome: (statement: string, members: string) => void;
}>;

export class FollowedStatement implements AnswerWatch {
  /** Of its first event. */
  readonly id: string;
  readonly message: AnswerWatch['message'];
  readonly #trail: Trail;
  readonly #intent: Intent;
  readonly #recorder: Recorder | undefined;
  readonly #begun = performance.now();

  constructor(trail: Trail, statement: string, intent: Intent, recorder: Recorder | undefined) {
    this.#trail = trail;
    this.id = statement;
    this.#intent = intent;
    this.#recorder = recorder;
    this.message = recorder?.message.bind(recorder);
  }

  ended(result: AnswerResult): void {
    this.#recorder?.ended?.();
    const milliseconds = performance.now() - this.#begun;
    this.#trail.outcome(this.id, membersOfOutcome(result, milliseconds, this.#intent.maskedColumns));
  }

  again(): AnswerWatch | Fault {
    try {
      const again = this.#trail.begin(this.#intent);
      this.#trail.begunAgain(again.id);
      return again;
    } catch (thrown) {
      return toFault(thrown);
    }
  }
}
