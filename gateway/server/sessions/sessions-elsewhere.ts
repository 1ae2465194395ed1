// The sessions of other processes, of this gateway and of those that share its state database: asked by way of that.
import { randomUUID } from 'node:crypto';
import type { Log } from '../../lib/index.ts';
import type { State } from '../../state/index.ts';
import type { SessionDocument } from './session-document.ts';
import type { SessionsHere, SessionsQuestion } from './sessions-here.ts';
import type { Whereabouts } from './whereabouts.ts';

/** `silent`: how many processes live, as far as anybody knows, and have not answered. */
export type SessionsAnswer = Readonly<{ sessions: readonly SessionDocument[]; silent: number }>;

/** Whoever was killed is taken for alive for some seconds more: nobody waits for it so long. */
const ANSWER_MS = 1_500;
/** A notification that was missed costs so much at the most. */
const LOOK_MS = 250;

export type SessionsElsewhereOptions = Readonly<{
  here: SessionsHere;
  /** Of this gateway: what the others say of the sessions here. */
  whereabouts: () => Whereabouts;
  log: Log;
}>;

type Asker = Readonly<{ state: State; processId: string }>;

export class SessionsElsewhere {
  readonly #here: SessionsHere;
  readonly #whereabouts: () => Whereabouts;
  readonly #log: Log;
  #asker: Asker | undefined;
  #stopListening: (() => void)[] = [];
  readonly #waiting = new Map<string, () => void>();

  constructor({ here, whereabouts, log }: SessionsElsewhereOptions) {
    this.#here = here;
    this.#whereabouts = whereabouts;
    this.#log = log;
  }

  /** From now on it answers, and asks. */
  start(state: State, processId: string): void {
    this.close();
    this.#asker = { state, processId };
    this.#stopListening = [
      state.listen('session_question', (id) => {
        if (id !== undefined) this.#answer(id, { state, processId });
      }),
      state.listen('session_answer', (id) => {
        if (id !== undefined) this.#waiting.get(id)?.();
      }),
    ];
  }

  close(): void {
    for (const stop of this.#stopListening.splice(0)) stop();
    this.#asker = undefined;
  }

  /** Without a state database there is nobody to ask. */
  async ask(question: SessionsQuestion): Promise<SessionsAnswer> {
    if (this.#asker === undefined) return { sessions: [], silent: 0 };
    const { state, processId } = this.#asker;
    const id = randomUUID();
    await state.query(
      `WITH over AS (
         DELETE FROM portcullis.session_question WHERE asked_at < clock_timestamp() - interval '1 minute')
       INSERT INTO portcullis.session_question (id, asked_by, question) VALUES ($1, $2, $3)`,
      [id, processId, JSON.stringify(question)],
    );
    try {
      return await this.#answers(id, this.#asker);
    } finally {
      this.#waiting.delete(id);
      state
        .query('DELETE FROM portcullis.session_question WHERE id = $1', [id])
        .catch((error: unknown) => this.#log.debug({ err: error }, 'question about sessions not deleted'));
    }
  }

  async #answers(id: string, { state, processId }: Asker): Promise<SessionsAnswer> {
    const giveUp = performance.now() + ANSWER_MS;
    for (;;) {
      const told = this.#told(id);
      const rows = await state.query<{ sessions: readonly SessionDocument[] | null }>(
        `SELECT a.sessions FROM portcullis.process p
         FULL JOIN (SELECT * FROM portcullis.session_answer WHERE id = $1) a ON a.process_id = p.id
         WHERE a.id IS NOT NULL OR (p.alive_until > clock_timestamp() AND p.id <> $2)`,
        [id, processId],
      );
      const silent = rows.filter(({ sessions }) => sessions === null).length;
      if (silent === 0 || performance.now() > giveUp)
        return { sessions: rows.flatMap(({ sessions }) => sessions ?? []), silent };
      await told;
    }
  }

  /** Resolves when somebody has answered, or might have. */
  #told(id: string): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_MS);
      this.#waiting.set(id, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #answer(id: string, asker: Asker): void {
    this.#answerTo(id, asker).catch((error: unknown) =>
      this.#log.debug({ err: error }, 'question about sessions not answered'),
    );
  }

  async #answerTo(id: string, { state, processId }: Asker): Promise<void> {
    const [row] = await state.query<{ question: SessionsQuestion }>(
      'SELECT question FROM portcullis.session_question WHERE id = $1 AND asked_by <> $2',
      [id, processId],
    );
    if (row === undefined) return;
    const gateway = this.#whereabouts();
    const sessions = JSON.stringify(this.#here(row.question).map((session) => ({ ...session, gateway })));
    // Whoever asked may have given up, and the question be gone.
    await state.query(
      `INSERT INTO portcullis.session_answer (id, process_id, sessions)
       SELECT id, $2, $3 FROM portcullis.session_question WHERE id = $1 ON CONFLICT DO NOTHING`,
      [id, processId, sessions],
    );
  }
}
