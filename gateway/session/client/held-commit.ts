// The commit of what waits for approval: a statement of its own, or the end of one that commits by itself.
import { Fault } from '../../lib/index.ts';
import type { ErrorText } from '../../wire/index.ts';
import { commits } from '../commit/ends-transaction.ts';
import type { Exchange } from '../exchange.ts';
import type { HeldStatement } from '../statement.ts';
import type { AnswerWatch } from '../watch/answer-watch.ts';
import type { ClientSide } from './client-side.ts';
import { denialOf } from './refuse.ts';

/** Whether what has run may be committed, where the client sends nothing that says so. */
export function holdCommit(
  side: ClientSide,
  told: (refusal: ErrorText | undefined, watch: AnswerWatch | undefined) => void,
): void {
  side.decisions.askApart(commitWithoutText(side, 'query'), (effect) => {
    side.exchange.state.uncommitted.clear();
    if (effect.kind === 'deny') told(denialOf(side, effect.fault, effect.decisionId), undefined);
    else told(undefined, effect.watch);
  });
}

export function commitWithoutText(side: ClientSide, path: 'query' | 'execute'): HeldStatement {
  const statement = side.statement(path, undefined);
  statement.isCommit = true;
  return statement;
}

/** Why it can't be held, if it commits what is to be decided then. */
export function looksForCommit({ state }: Exchange, statement: HeldStatement): Fault | undefined {
  if (statement.traits.ordinary) return undefined;
  const found = commits(statement.changes, statement.parsed(), state.uncommitted);
  if (found instanceof Fault) return found;
  statement.isCommit = found;
  return undefined;
}

/** In a failed transaction it commits nothing, and a refusal is one as any other. */
export const isHeldCommit = ({ transaction, state }: Exchange, { isCommit }: HeldStatement): boolean =>
  isCommit && transaction !== 'failed' && state.uncommitted.any;
