// Refusals that this process doesn't remember, as the audit journals have them: of an earlier process, or of another worker.
import { join } from 'node:path';
import { type Entry, findRefusal, isMembers, textOf, told } from '../../audit/index.ts';
import { Fault, type Log } from '../../lib/index.ts';
import { clause } from '../guard/verdict.ts';
import type { Denial } from './denials.ts';

/** What one question may read, from the newest event back. */
const BYTES_MOST = 256 * 1024 * 1024;
const TIME_MS = 2_000;
/** They are answered one after the other; whoever comes behind so many gets no answer. */
const WAITING_MOST = 16;

const decisionIds = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

export type RecordedDenialsOptions = Readonly<{
  /** The gateway's `data_dir`. */
  dataDir: () => string;
  log: Log;
}>;

export class RecordedDenials {
  readonly #options: RecordedDenialsOptions;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: RecordedDenialsOptions) {
    this.#options = options;
  }

  /** Undefined for somebody else's, too. */
  async find(decisionId: string, principal: string): Promise<Denial | undefined> {
    if (!decisionIds.test(decisionId)) return undefined;
    if (this.#waiting >= WAITING_MOST) throw new Fault('decision_unknown');
    this.#waiting += 1;
    const looked = this.#last.then(() => this.#look(decisionId));
    this.#last = looked;
    const entry = await looked.finally(() => {
      this.#waiting -= 1;
    });
    return entry !== undefined && told(entry, 'principal') === principal ? denialOf(entry) : undefined;
  }

  async #look(decisionId: string): Promise<Entry | undefined> {
    const { dataDir, log } = this.#options;
    try {
      const folder = join(dataDir(), 'audit');
      return await findRefusal({ folder, decisionId, bytes: BYTES_MOST, milliseconds: TIME_MS });
    } catch (error) {
      log.warn({ err: error }, 'refusal not looked up in the audit journal');
      return undefined;
    }
  }
}

/** In the words that the error had, as far as they are recorded. */
function denialOf(entry: Entry): Denial | undefined {
  const decision = told(entry, 'decision');
  const refusal = told(entry, 'refusal');
  // What retention has taken away, nobody can tell.
  if (!isMembers(decision) || !isMembers(refusal)) return undefined;
  const rule = textOf(decision.rule) ?? '';
  const reason = clause(textOf(decision.reason));
  const at = Date.parse(entry.event.time);
  if (decision.effect === 'deny') {
    const { message } = new Fault('statement_denied', { rule, reason });
    return { rule, reason: message, hint: textOf(decision.hint), at };
  }
  const because =
    refusal.code === 'decision_not_enforceable'
      ? `rule "${rule}" asks for what this gateway cannot do for the statement`
      : `it was refused (${refusal.code}) after rule "${rule}" had decided`;
  return { rule, reason: because, hint: textOf(decision.hint), at };
}
