// Looks, while a commit is held, who waits for the locks of its transaction.
import type { Statement } from '../../../session/index.ts';

const EVERY_MS = 5_000;
/** More names help nobody. */
const NAMES_MOST = 20;

/** Statistics would be those of when the transaction first looked. */
const FORGET = 'SELECT pg_catalog.pg_stat_clear_snapshot()';

const QUESTION = `SELECT DISTINCT l.pid::pg_catalog.text, a.application_name
FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid OPERATOR(pg_catalog.=) l.pid
WHERE NOT l.granted
  AND pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.=) ANY (pg_catalog.pg_blocking_pids(l.pid))`;

/** The names of the applications whose sessions wait, once for each session. */
export async function blockedBy(statement: Statement): Promise<readonly string[]> {
  await statement.ask(FORGET);
  const rows = await statement.ask(QUESTION);
  return rows
    .map(([, name]) => name || 'a session without a name')
    .sort()
    .slice(0, NAMES_MOST);
}

export class BlockedWatch {
  readonly #statement: Statement;
  readonly #tell: (blocked: readonly string[]) => Promise<void>;
  #known: string;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #stopped = false;

  /** `known`: what is told already. */
  constructor(
    statement: Statement,
    known: readonly string[],
    tell: (blocked: readonly string[]) => Promise<void>,
  ) {
    this.#statement = statement;
    this.#known = JSON.stringify(known);
    this.#tell = tell;
    this.#schedule();
  }

  /** Resolves when nothing is asked any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look()
        // Who has failed the transaction with it is told so at its end.
        .catch(() => undefined)
        .then(() => this.#schedule());
    }, EVERY_MS);
  }

  async #look(): Promise<void> {
    const blocked = await blockedBy(this.#statement);
    const now = JSON.stringify(blocked);
    if (now === this.#known || this.#stopped) return;
    this.#known = now;
    await this.#tell(blocked);
  }
}
